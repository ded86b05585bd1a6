import { checkRow, type Fines } from "./check";
import type { Context } from "./context";
import { button, h } from "./dom";
import { money } from "./format";
import type { Check, Debt, Outcome, PaymentOption } from "./types";

/** A debt as somebody chose to pay it. */
export interface Chosen {
  debt: Debt;
  option: PaymentOption;
  /** What was typed to find it, a plate say. */
  object: string;
  radio: HTMLInputElement;
}

/** A line of the payment: what is paid, for how much, and what other registers say of the object. */
export const paymentItem = (
  { api, texts, summary }: Context,
  chosen: Chosen,
  fines: Fines,
  changed: () => void,
  remove: () => void,
) => {
  const { debt, object } = chosen;
  const label = labelOf(debt, object);
  const rows = debt.checks.map((kind) => checkRow(texts, kind, object, fines, changed));
  const amount = h("b");
  const way = h("span");
  const away = button(texts.$remove, remove, "link");
  away.setAttribute("aria-label", `${texts.$remove}: ${label}`);
  const item = {
    chosen,
    rows,
    node: h(
      "div.item",
      {},
      h("div.row", {}, h("b", {}, label), amount),
      h("div.row", {}, way, away),
      h("ul", { role: "list", hidden: !rows[0] }, ...rows.map(({ node }) => node)),
    ),
    choose: (other: Chosen) => {
      item.chosen = other;
      way.textContent = other.option.title;
      amount.textContent = money(other.option.total);
    },
    /** Ask the registers that have not said OK yet. */
    check: async () => {
      const asked = rows.filter((row) => !row.isOk());
      if (!asked[0]) return;
      for (const row of asked) row.tell("checking");
      let answers: Check[] = [];
      try {
        const { checks, errors } = await api.ask<Outcome<{ checks: Check[] }>>("CheckRun", { debtId: debt.id });
        answers = checks;
        if (errors[0]) summary.show(errors);
      } catch {
        // No answer from the platform is, for the citizen, no answer from the registers: it can be asked again.
      }
      for (const row of asked) {
        const answer = answers.find(({ code }) => code === row.code);
        if (answer) row.tell(answer.outcome, answer.message, answer.payable);
        else row.tell("UNAVAILABLE", texts.$failed);
      }
    },
  };
  return item;
};

/** Name a debt so that two plates of one owner can be told apart. */
export const labelOf = ({ title }: Debt, object: string): string => `${title} · ${object}`;
