import type { Context } from "../context";
import { button, h } from "../dom";
import { money, time } from "../format";
import { labelOf } from "../item";
import { optionCard } from "../option";
import { ordersOf } from "../orders";
import { fill } from "../texts";
import type { Debt } from "../types";
import { paymentPart } from "./payment";

/** Step 2: what is owed for the object that was looked up; below it the payment, which may hold others too. */
export const debtsStep = (context: Context, again: () => Promise<void>, restart: () => void) => {
  const { texts } = context;
  const orders = ordersOf(context, again);
  const list = h("section");
  const heading = h("h3", { tabindex: "-1" }, texts.$found);
  const another = button("", restart, "link");
  /** For the look-up: the way back to a payment that waits. */
  const back = button(texts.$back, () => context.show(node), "link");
  const payment = paymentPart(context, orders, heading, (isEmpty) => {
    back.hidden = isEmpty;
    another.textContent = isEmpty ? texts.$again : texts.$another;
  });
  const node = h("section", { hidden: true }, heading, list, payment.node, another);

  const openOrder = ({ id, openOrder }: Debt) => {
    const { number, total, validUntil } = openOrder!;
    return h(
      "div.notice",
      {},
      h("p", {}, fill(texts.$open, time(validUntil), number, money(total))),
      ...orders.choices(() => orders.resume(id)),
    );
  };

  const draw = (debt: Debt, place: number, object: string) =>
    h(
      "fieldset.debt",
      {},
      h("legend", {}, labelOf(debt, object)),
      h("dl", {}, ...debt.traits.map(({ label, value }) => h("div", {}, h("dt", {}, label), h("dd", {}, value)))),
      ...(debt.paid
        ? [h("p.notice", {}, texts.$paid)]
        : debt.openOrder
          ? [openOrder(debt)]
          : debt.options.map((option) =>
              optionCard(texts, debt, option, (radio) => {
                payment.choose({ debt, option, object, radio });
                // Older periods are paid first, or together: they come first.
                for (const older of [...list.children].slice(0, place))
                  if (!older.querySelector(":checked")) older.querySelector<HTMLElement>("input:enabled")?.click();
              }),
            )),
    );

  return {
    node,
    back,
    show: (debts: Debt[], object: string) => {
      const before = debts.map((debt) => debt.id + payment.drop(debt));
      list.replaceChildren(...debts.map((debt, place) => draw(debt, place, object)));
      context.show(node);
      const radios = [...list.querySelectorAll("input")];
      for (const radio of radios) if (before.includes(radio.id)) radio.click();
      // The first one that can be paid is chosen: usually there is just one debt, and one payment of it.
      if (!list.querySelector(":checked")) radios.find(({ disabled }) => !disabled)?.click();
    },
  };
};
