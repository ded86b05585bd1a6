import type { Context } from "../context";
import { button, h } from "../dom";
import { money, time } from "../format";
import { optionCard } from "../option";
import { ordersOf } from "../orders";
import { fill } from "../texts";
import type { Debt, PaymentOption } from "../types";
import { checksPart } from "./checks";
import { paymentPart } from "./payment";

/** Step 2: what is owed, the requirements, and the payment. */
export const debtsStep = (context: Context, again: () => Promise<void>, restart: () => void) => {
  const { texts } = context;
  const orders = ordersOf(context, again);
  const list = h("div", { class: "debts" });
  const payment = paymentPart(context, orders);
  const checks = checksPart(context, payment.allow);
  const node = h(
    "section",
    { hidden: true },
    h("h3", { tabindex: "-1" }, texts.$found),
    list,
    checks.node,
    payment.node,
    button(texts.$again, restart, "link"),
  );

  const choose = (debt: Debt, option: PaymentOption) => {
    payment.choose(debt, option);
    void checks.ask(debt);
  };

  const openOrder = ({ id, openOrder }: Debt) => {
    const { number, total, validUntil } = openOrder!;
    return h(
      "div",
      { class: "notice" },
      h("p", {}, fill(texts.$open, number, money(total), time(validUntil))),
      ...orders.choices(() => orders.resume(id)),
    );
  };

  const draw = (debt: Debt) =>
    h(
      "fieldset",
      { class: "debt" },
      h("legend", {}, debt.title),
      h("dl", {}, ...debt.traits.map(({ label, value }) => h("div", {}, h("dt", {}, label), h("dd", {}, value)))),
      ...(debt.paid
        ? [h("p", { class: "notice" }, texts.$paid)]
        : debt.openOrder
          ? [openOrder(debt)]
          : debt.options.map((option) => optionCard(texts, debt, option, () => choose(debt, option)))),
    );

  return {
    node,
    show: (debts: Debt[]) => {
      list.replaceChildren(...debts.map(draw));
      payment.node.hidden = checks.node.hidden = true;
      context.show(node);
      // The first one that can be paid is chosen: usually there is just one debt, and one payment of it.
      list.querySelector<HTMLInputElement>("input:enabled")?.click();
    },
  };
};
