import { documentId } from "virtual:documents";
import type { OrderState } from "./types";

const TIMEOUT_MS = 30_000;

/** The operations of backend/schema/public/documents. */
type Operation =
  | "Municipality"
  | "DebtSearch"
  | "CheckRun"
  | "OrderCreate"
  | "OrderPay"
  | "OrderResume"
  | "OrderCancel";

/** All of them reject when there is no answer, or none that can be understood. */
export interface Api {
  /** Run an allow-listed operation and answer its one root field. */
  ask<Answer>(operation: Operation, input?: object): Promise<Answer>;
  /** What became of an order. */
  stateOf(token: string): Promise<OrderState>;
  /** Fetch from the platform without cookies; ends with the widget. */
  load(path: string, init?: RequestInit): Promise<Response>;
}

/** Talk to the platform at `origin`, in the language of `locale`, until `life` is aborted. */
export const connect = (origin: string, locale: string, life: AbortSignal): Api => {
  const load = (path: string, init?: RequestInit) =>
    Promise.race([
      fetch(new URL(path, origin), { ...init, credentials: "omit", signal: life }),
      new Promise<never>((_, tooLate) => setTimeout(tooLate, TIMEOUT_MS)),
    ]);
  /** A request without a content type is so simple that it needs no preflight. */
  const json = async (path: string, init: RequestInit, headers?: Record<string, string>) =>
    (await load(path, { ...init, headers: { "Accept-Language": locale, ...headers } })).json();

  return {
    load,
    ask: async (operationName, input) => {
      const body = JSON.stringify({ documentId, operationName, variables: { input } });
      const { data } = await json("/graphql/public", { method: "POST", body }, { "Content-Type": "application/json" });
      return Object.values(data)[0] as never;
    },
    stateOf: async (token) => {
      const order: OrderState = await json(`/state/${encodeURIComponent(token)}`, { cache: "no-store" });
      if (!order.state) throw order;
      return order;
    },
  };
};
