import type { OrderState } from "./types";

const TIMEOUT_MS = 30_000;

/** All of them reject when there is no answer, or none that can be understood. */
export interface Api {
  /** Run an allow-listed document by its id and answer its one root field. */
  ask<Answer>(documentId: string, input?: object): Promise<Answer>;
  /** What became of an order. */
  state(token: string): Promise<OrderState>;
  /** Fetch from the platform without cookies; ends with the widget. */
  get(path: string, init?: RequestInit): Promise<Response>;
  /** An absolute address. */
  address(url: string): string;
}

/** Talk to the platform at `origin`, in the language of `locale`, until `life` is aborted. */
export const connect = (origin: string, locale: string, life: AbortSignal): Api => {
  const get = (path: string, init?: RequestInit) =>
    Promise.race([
      fetch(new URL(path, origin), { ...init, credentials: "omit", signal: life }),
      new Promise<never>((_, tooLate) => setTimeout(tooLate, TIMEOUT_MS)),
    ]);
  const headers = { "Accept-Language": locale };

  return {
    get,
    ask: async (documentId, input) => {
      const response = await get("/graphql/public", {
        method: "POST",
        headers: { ...headers, "Content-Type": "application/json" },
        body: JSON.stringify({ documentId, variables: { input } }),
      });
      const { data } = await response.json();
      return data[Object.keys(data)[0]!];
    },
    // Without a content type: a request so simple needs no preflight. 404 answers a state as well.
    state: async (token) => {
      const state: OrderState = await (await get(`/state/${encodeURIComponent(token)}`, { headers, cache: "no-store" })).json();
      if (!state.state) throw state;
      return state;
    },
    address: (url) => new URL(url, origin).href,
  };
};
