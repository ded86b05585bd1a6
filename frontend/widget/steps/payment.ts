import type { Fines } from "../check";
import type { Context } from "../context";
import { busy, button, h, submitButton } from "../dom";
import { field } from "../field";
import { money } from "../format";
import { paymentItem, type Chosen } from "../item";
import type { Orders, WithToken } from "../orders";
import { verified } from "../summary";
import { fill } from "../texts";
import type { Debt, Outcome } from "../types";

/** One attempt to order exactly this: a double click or a second try carries the same key, so it is one order. */
interface Attempt {
  content: string;
  key: string;
  token?: string;
}

/** Steps 3 and 4: what is paid together and what it needs, the e-mail address, the order, and off to the Treasury. */
export const paymentPart = (
  context: Context,
  orders: Orders,
  fallback: HTMLElement,
  changed: (isEmpty: boolean) => void,
) => {
  const { api, texts, summary } = context;
  const items = new Map<string, Item>();
  const fines: Fines = {};
  const email = field(
    texts,
    "email",
    texts.$email,
    "nombre@ejemplo.cl",
    { type: "email", autocomplete: "email" },
    (value) => /^[^\s@]+@[^\s@]+\.[^\s@.]+$/.exec(value)?.[0] ?? null,
  );
  const heading = h("h3", { tabindex: "-1" });
  const list = h("section");
  const retry = button(texts.$recheck, () => check([...items.values()]), "secondary");
  const notYet = h("p.hint", { id: "not-yet" }, texts.$notYet);
  const pay = submitButton("", "not-yet");
  let total: number;
  let attempt: Attempt | undefined;

  const refresh = () => {
    const all = [...items.values()];
    total = 0;
    for (const { chosen } of all) total += chosen.option.total;
    for (const object of new Set(all.map(({ chosen }) => chosen.object))) total += fines[object] ?? 0;
    heading.textContent = fill(texts.$payment, money(total));
    pay.textContent = fill(texts.$pay, money(total));
    const unmet = rowsOf(all).filter((row) => !row.settle());
    const isAllowed = !unmet[0];
    retry.hidden = unmet.every((row) => row.isAsked());
    notYet.hidden = isAllowed;
    pay.setAttribute("aria-disabled", String(!isAllowed));
    node.hidden = !all[0];
    changed(!all[0]);
  };

  const check = async (asked: Item[]) => {
    await Promise.all(asked.map((item) => item.check()));
    refresh();
    context.announce(rowsOf(asked).map((row) => row.said()).join("") + heading.textContent);
  };

  const order = async () => {
    const address = email.typed();
    const wanted = [...items.values()].map(({ chosen: { debt, option, object } }) => ({
      debtId: debt.id,
      option: option.code,
      withFines: !!fines[object],
    }));
    const content = JSON.stringify([wanted, address]);
    if (attempt?.content !== content) attempt = { content, key: newKey() };
    const mine = attempt;
    if (!mine.token) {
      const answer = await api.ask<Outcome<WithToken>>("OrderCreate", {
        items: wanted,
        email: address,
        idempotencyKey: mine.key,
        returnUrl: location.href.split("#")[0],
      });
      if (!answer.order) {
        attempt = undefined; // it was answered: the next click is another attempt
        return orders.refuse(answer.errors, [email]);
      }
      context.emit("order", { option: wanted.map(({ option }) => option).join(), total });
      mine.token = answer.order.token;
    }
    await orders.leave(mine.token);
  };

  const form = h(
    "form",
    {
      novalidate: true,
      submit: (event) => {
        event.preventDefault();
        if (!notYet.hidden) context.announce(texts.$notYet);
        else if (verified([email], summary)) void busy(pay, () => context.attempt(order));
      },
    },
    email.node,
    pay,
    notYet,
    h("p.hint", {}, context.portalHint),
  );
  const node = h("section", {}, heading, list, retry, form);
  refresh();

  /** Leave a debt out; answers the code of the option that it was to be paid by. */
  const drop = (debt: Debt) => {
    const key = keyOf(debt);
    const item = items.get(key);
    if (!item) return;
    items.delete(key);
    item.node.remove();
    item.chosen.radio.checked = false;
    refresh();
    return item.chosen.option.code;
  };

  return {
    node,
    /** Pay a debt this way; once more, pay it another way. */
    choose: (chosen: Chosen) => {
      const key = keyOf(chosen.debt);
      let item = items.get(key);
      const isNew = !item;
      if (!item) {
        const remove = () => {
          drop(chosen.debt);
          (items.size ? heading : fallback).focus();
        };
        item = paymentItem(context, chosen, fines, refresh, remove);
        items.set(key, item);
        list.append(item.node);
      }
      item.choose(chosen);
      refresh();
      void check(isNew ? [item] : []);
    },
    drop,
  };
};

type Item = ReturnType<typeof paymentItem>;

const rowsOf = (items: Item[]) => items.flatMap(({ rows }) => rows);

const keyOf = ({ id }: Debt) => id.split(":")[0]!;

/** 128 random bits. Not randomUUID, which browsers withhold from pages without TLS. */
const newKey = () => crypto.getRandomValues(new Uint32Array(4)).join("-");
