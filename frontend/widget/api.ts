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
  const address = (path: string) => new URL(path, origin).href;
  const get = (path: string, init?: RequestInit) =>
    Promise.race([
      fetch(address(path), { ...init, credentials: "omit", signal: life }),
      new Promise<never>((_, tooLate) => setTimeout(tooLate, TIMEOUT_MS)),
    ]);
  /** A request without a content type is so simple that it needs no preflight. */
  const json = async (path: string, init: RequestInit, headers?: Record<string, string>) =>
    (await get(path, { ...init, headers: { "Accept-Language": locale, ...headers } })).json();

  return {
    get,
    address,
    ask: async (documentId, input) => {
      const body = JSON.stringify({ documentId, variables: { input } });
      const { data } = await json("/graphql/public", { method: "POST", body }, { "Content-Type": "application/json" });
      return Object.values(data)[0] as never;
    },
    state: async (token) => {
      const order: OrderState = await json(`/state/${encodeURIComponent(token)}`, { cache: "no-store" });
      if (!order.state) throw order;
      return order;
    },
  };
};
