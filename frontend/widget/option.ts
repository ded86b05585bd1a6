import { h } from "./dom";
import { day, money } from "./format";
import { fill, type Texts } from "./texts";
import type { Debt, PaymentOption, QuoteLine } from "./types";

/**
 * One way to pay a debt: a radio button, what it costs, and how that was calculated.
 *
 * A way that is closed says why; one that costs nothing shows neither an amount nor a day.
 */
export const optionCard = (
  texts: Texts,
  debt: Debt,
  option: PaymentOption,
  choose: (radio: HTMLInputElement) => void,
): HTMLElement => {
  const { total, lines } = option;
  const id = debt.id + option.code;
  const note = `${id}-note`;
  return h(
    "div.option",
    {},
    h("input", {
      type: "radio",
      name: debt.id,
      id,
      "aria-describedby": note,
      disabled: !option.available,
      change: (event) => choose(event.target as HTMLInputElement),
    }),
    h("label.row", { for: id }, h("span", {}, option.title), !!total && h("b", {}, money(total))),
    h("p", { id: note }, total ? `${fill(texts.$due, day(option.dueOn, texts.locale))} ` : "", option.note),
    !!lines[0] && h("details", {}, h("summary", {}, texts.$detail), quote(lines, total)),
  );
};

/** The quote line by line. No table, so that on a narrow page the amounts go below what they are for. */
const quote = (lines: QuoteLine[], total: number) => {
  const row = (amount: number, ...head: (string | Node)[]) =>
    h("li", {}, h("span", {}, ...head), h("span", {}, money(amount)));
  return h(
    "ul",
    { role: "list" },
    ...lines.map(({ text, base, rate, law, amount }) => {
      const origin = [base !== null && `Base ${money(base)}`, rate, law];
      return row(amount, text, h("small", {}, origin.filter(Boolean).join(" · ")));
    }),
    row(total, "Total"),
  );
};
