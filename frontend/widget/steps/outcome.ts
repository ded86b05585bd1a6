import type { Context } from "../context";
import { button, h, write } from "../dom";
import { ordersOf } from "../orders";
import type { OrderState } from "../types";

const FIRST_WAIT_MS = 1_500;
const BACK_OFF = 1.4;
const LONGEST_WAIT_MS = 10_000;

/** After the return from the Treasury: what became of the order, until nothing more can change. */
export const outcomeStep = (context: Context, restart: () => void) => {
  const { api, texts, life } = context;
  let token: string;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let wait = FIRST_WAIT_MS;
  let seen: string;

  const leave = () => {
    clearTimeout(timer);
    token = "";
    restart();
  };
  const orders = ordersOf(context, leave);
  const heading = h("h3", { tabindex: "-1" });
  const text = h("p");
  const number = h("p.hint");
  const links = h("ul.links", { role: "list" });
  const refresh = button(texts.$recheck, () => look(), "secondary");
  const finish = button("", leave, "secondary");
  const left = h(
    "details",
    {},
    h("summary", {}, texts.$left),
    h("div.notice", {}, ...orders.choices(() => token)),
  );
  const node = h("section", { hidden: true }, heading, text, number, links, refresh, finish, left);

  /** Show a state; true when nothing more can change. */
  const draw = ({ state, title, message, number: its, complete = state === "UNKNOWN", documents = [] }: OrderState) => {
    const waiting = state === "CREATED" || state === "SENT";
    const paid = state === "PAID";
    heading.textContent = title;
    text.textContent = message;
    write(number, its && `N° ${its}`);
    links.replaceChildren(
      ...documents.map(({ title, url, annulled }) =>
        h("li", {}, h(annulled ? "a.secondary" : "a.button", { href: url }, title)),
      ),
    );
    links.hidden = !documents[0];
    left.hidden = !waiting;
    refresh.hidden = !waiting && !paid;
    finish.hidden = waiting;
    finish.textContent = paid ? texts.$again : texts.$restart;

    if (title + message !== seen) {
      seen = title + message;
      context.announce(`${title}. ${message}`);
      context.emit("state", { state, complete });
    }
    return complete && !waiting;
  };

  const look = async () => {
    clearTimeout(timer);
    const asked = token;
    try {
      const order = await api.stateOf(asked);
      if (asked === token && draw(order)) return;
    } catch {
      text.textContent = texts.$failed;
    }
    if (asked !== token || life.aborted) return;
    timer = setTimeout(look, wait);
    wait = Math.min(wait * BACK_OFF, LONGEST_WAIT_MS);
  };

  return {
    node,
    /** Follow the order of this token. */
    watch: (itsToken: string) => {
      token = itsToken;
      draw({ state: "SENT", title: texts.checking, message: "" });
      context.show(node);
      void look();
    },
  };
};
