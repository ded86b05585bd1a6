import { button, h } from "./dom";
import type { Field } from "./field";
import type { Texts } from "./texts";
import type { Problem } from "./types";

export interface Summary {
  readonly node: HTMLElement;
  clear(): void;
  /** Show each problem at its field and in the list; the focus goes to the first field concerned, else to the list. */
  show(problems: Problem[], fields?: Field[], remedy?: HTMLElement): void;
}

/** The list of what went wrong, above everything else. The node stays; its content changes. */
export const errorSummary = (texts: Texts): Summary => {
  const list = h("ul");
  const node = h(
    "div.summary",
    { role: "alert", tabindex: "-1", hidden: true },
    h("strong", {}, texts.$problem),
    list,
  );
  return {
    node,
    clear: () => {
      node.hidden = true;
    },
    show: (problems, fields = [], remedy) => {
      let first: HTMLElement | undefined;
      list.replaceChildren(
        ...problems.map(({ message, field: path }) => {
          const field = fields.find(({ name }) => path?.endsWith(name));
          field?.complain(message);
          first ??= field?.control;
          return h("li", {}, field ? button(message, () => field.control.focus(), "link") : message);
        }),
        ...(remedy ? [h("li", {}, remedy)] : []),
      );
      node.hidden = false;
      (first ?? node).focus();
    },
  };
};

/** Verify all fields; true when they may be sent. */
export const verified = (fields: Field[], summary: Summary): boolean => {
  const problems = fields.flatMap((field) => {
    const message = field.verify();
    return message ? [{ message, field: field.name }] : [];
  });
  if (problems[0]) summary.show(problems, fields);
  return !problems[0];
};
