import { checkRun } from "virtual:documents";
import type { Context } from "../context";
import { button, h, write } from "../dom";
import type { Check, Debt, Outcome } from "../types";

const MARKS = { OK: "✓", NOT_OK: "✕", UNAVAILABLE: "!", checking: "…" };

/** Step 3: what other registers say of the vehicle. Asked as soon as there is something to pay, and again on demand. */
export const checksPart = ({ api, texts, summary, life, announce }: Context, allow: (allowed: boolean) => void) => {
  const list = h("ul", { role: "list" });
  const retry = button(texts.$recheck, () => run(), "secondary");
  const node = h("section", { hidden: true }, h("h4", {}, texts.$checks), list, retry);
  let current: Debt | undefined;
  let rows: ReturnType<typeof checkRow>[] = [];

  const checkRow = ({ code, name }: Debt["checks"][number]) => {
    const mark = h("span", { class: "mark", "aria-hidden": "true" });
    const state = h("span");
    const message = h("span", { class: "hint" });
    const row = {
      code,
      node: h("li", {}, mark, h("span", {}, h("b", {}, `${name}: `), state, message)),
      outcome: "checking" as keyof typeof MARKS,
      set: (outcome: keyof typeof MARKS, text?: string) => {
        row.outcome = row.node.className = outcome;
        mark.textContent = MARKS[outcome];
        state.textContent = texts[outcome];
        write(message, text);
      },
      text: () => `${name}: ${texts[row.outcome]}. `,
    };
    row.set("checking");
    return row;
  };

  const run = async () => {
    const debt = current!;
    const asked = rows.filter(({ outcome }) => outcome !== "OK");
    for (const row of asked) row.set("checking");
    let answers: Check[] = [];
    try {
      const { checks, errors } = await api.ask<Outcome<{ checks: Check[] }>>(checkRun, { debtId: debt.id });
      answers = checks;
      if (errors[0]) summary.show(errors);
    } catch {
      // No answer from the platform is, for the citizen, no answer from the registers: it can be asked again.
    }
    if (debt !== current || life.aborted) return;
    for (const row of asked) {
      const answer = answers.find(({ code }) => code === row.code);
      row.set(answer?.outcome ?? "UNAVAILABLE", answer ? answer.message : texts.$failed);
    }
    const all = rows.every(({ outcome }) => outcome === "OK");
    retry.hidden = all;
    announce(rows.map((row) => row.text()).join(""));
    allow(all);
  };

  return {
    node,
    ask: async (debt: Debt) => {
      if (debt === current) return;
      current = debt;
      rows = debt.checks.map(checkRow);
      list.replaceChildren(...rows.map((row) => row.node));
      node.hidden = !rows[0];
      retry.hidden = true;
      allow(false);
      await run();
    },
  };
};
