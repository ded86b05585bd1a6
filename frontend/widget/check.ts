import { h, write } from "./dom";
import { money } from "./format";
import { fill, type Texts } from "./texts";
import type { Debt } from "./types";

const MARKS = { OK: "✓", NOT_OK: "✕", UNAVAILABLE: "!", checking: "…" };

/** Traffic fines to be paid too, in pesos, by what was typed to find the object. */
export type Fines = Record<string, number | null | undefined>;

/** What one register says of an object; where fines stand in the way, a box to pay them too. */
export const checkRow = (
  texts: Texts,
  { code, name }: Debt["checks"][number],
  object: string,
  fines: Fines,
  changed: () => void,
) => {
  let payable: number | null = null;
  const mark = h("span.mark", { "aria-hidden": "true" });
  const state = h("span");
  const message = h("span.hint");
  const caption = h("span");
  const box = h("input", {
    type: "checkbox",
    change: () => {
      fines[object] = box.checked ? payable : 0;
      changed();
    },
  });
  const offer = h("label.fines", {}, box, caption);
  const node = h("li", {}, mark, h("span", {}, h("b", {}, `${name}: `), state, message, offer));
  const row = {
    code,
    node,
    /** Show an answer; one that says nothing of fines leaves what was said of them. */
    tell: (outcome: keyof typeof MARKS, text?: string, fine = payable) => {
      node.className = outcome;
      mark.textContent = MARKS[outcome];
      state.textContent = texts[outcome];
      write(message, text);
      if (fine !== payable && fine !== fines[object]) fines[object] = 0;
      payable = fine;
      offer.hidden = !fine;
      if (fine) caption.textContent = fill(texts.$fines, money(fine));
    },
    isAsked: () => node.className === "checking",
    isOk: () => node.className === "OK",
    /** Tick the box, which may be another debt's too; true when nothing stands in the way of paying. */
    settle: () => (box.checked = !!(payable && fines[object])) || row.isOk(),
    said: () => `${name}: ${state.textContent}. `,
  };
  row.tell("checking");
  return row;
};
