import { orderCreate } from "virtual:documents";
import type { Context } from "../context";
import { busy, h, submitButton } from "../dom";
import { field } from "../field";
import { money } from "../format";
import type { Orders, WithToken } from "../orders";
import { verified } from "../summary";
import { fill } from "../texts";
import type { Debt, Outcome, PaymentOption } from "../types";

/** One attempt to order exactly this: a double click or a second try carries the same key, so it is one order. */
interface Attempt {
  option: PaymentOption;
  address: string;
  key: string;
  token?: string | null | undefined;
}

/** Step 4: the e-mail address, the order, and off to the Treasury. */
export const paymentPart = (context: Context, orders: Orders) => {
  const { api, texts, summary } = context;
  const email = field(
    texts,
    "email",
    texts.$email,
    "nombre@ejemplo.cl",
    { type: "email", autocomplete: "email" },
    (value) => /^[^\s@]+@[^\s@]+\.[^\s@.]+$/.exec(value)?.[0] ?? null,
  );
  const notYet = h("p", { id: "not-yet", class: "hint" }, texts.$notYet);
  const pay = submitButton("", "not-yet");
  let chosen: { debt: Debt; option: PaymentOption };
  let attempt: Attempt | undefined;

  const order = async () => {
    const { debt, option } = chosen;
    const address = email.value();
    if (attempt?.option !== option || attempt.address !== address) attempt = { option, address, key: newKey() };
    const mine = attempt;
    if (!mine.token) {
      const answer = await api.ask<Outcome<WithToken>>(orderCreate, {
        items: [{ debtId: debt.id, option: option.code }],
        email: address,
        idempotencyKey: mine.key,
        returnUrl: location.href.split("#")[0],
      });
      if (!answer.order) {
        attempt = undefined; // it was answered: the next click is another attempt
        return orders.refuse(answer.errors, [email]);
      }
      context.emit("order", { option: option.code, total: option.total });
      mine.token = answer.order.token ?? (await orders.resume(debt.id));
    }
    if (mine.token) await orders.leave(mine.token);
  };

  const node = h(
    "form",
    {
      novalidate: true,
      hidden: true,
      submit: (event) => {
        event.preventDefault();
        if (!notYet.hidden) context.announce(texts.$notYet);
        else if (verified([email], summary)) void busy(pay, () => context.attempt(order));
      },
    },
    email.node,
    pay,
    notYet,
    h("p", { class: "hint" }, texts.$portal),
  );

  return {
    node,
    allow: (allowed: boolean) => {
      notYet.hidden = allowed;
      pay.setAttribute("aria-disabled", String(!allowed));
    },
    choose: (debt: Debt, option: PaymentOption) => {
      chosen = { debt, option };
      pay.textContent = fill(texts.$pay, money(option.total));
      node.hidden = false;
    },
  };
};

/** 128 random bits. Not randomUUID, which browsers withhold from pages without TLS. */
const newKey = () => crypto.getRandomValues(new Uint32Array(4)).join("-");
