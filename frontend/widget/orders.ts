import type { Context } from "./context";
import { button } from "./dom";
import type { Field } from "./field";
import type { Outcome, Problem } from "./types";

/** Long enough for the browser to leave; after "back" the button works again. */
const LEAVING_MS = 5_000;

export type WithToken = { order: { token: string } | null };

/** What can be done with an order that exists; each shows its own problems. */
export interface Orders {
  /** A fresh token of the debt's open order, or nothing when it is refused. */
  resume(debtId: string): Promise<string | undefined>;
  /** Go to the payment portal in this same tab. */
  leave(token: string): Promise<void>;
  /** Two buttons for an order that was not paid: go on with it, or cancel it and start again. */
  choices(tokenOf: () => Promise<string | undefined> | string): HTMLElement[];
  /** Show why an order was refused; whatever changed, looking up again shows what holds now. */
  refuse(errors: Problem[], fields?: Field[]): void;
}

export const ordersOf = ({ api, texts, summary, attempt }: Context, again: () => unknown): Orders => {
  const refuse = (errors: Problem[], fields?: Field[]) =>
    summary.show(errors[0] ? errors : [{ message: texts.$failed }], fields, button(texts.$again, again, "secondary"));
  const leave = async (token: string) => {
    const { redirectUrl, errors } = await api.ask<Outcome<{ redirectUrl: string | null }>>("OrderPay", { token });
    if (!redirectUrl) return refuse(errors);
    location.assign(redirectUrl);
    await new Promise((resolve) => setTimeout(resolve, LEAVING_MS));
  };
  const cancel = async (token: string) => {
    const { errors } = await api.ask<Outcome<object>>("OrderCancel", { token });
    return errors[0] ? refuse(errors) : again();
  };
  return {
    refuse,
    leave,
    resume: async (debtId) => {
      const { order, errors } = await api.ask<Outcome<WithToken>>("OrderResume", { debtId });
      if (!order) refuse(errors);
      return order?.token;
    },
    choices: (tokenOf) => {
      const choice = (text: string, work: (token: string) => unknown, kind?: string) =>
        button(
          text,
          () =>
            attempt(async () => {
              const token = await tokenOf();
              if (token) await work(token);
            }),
          kind,
        );
      return [choice(texts.$resume, leave), choice(texts.$restart, cancel, "secondary")];
    },
  };
};
