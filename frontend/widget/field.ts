import { h, write } from "./dom";
import { fill, type Texts } from "./texts";

export interface Field {
  readonly name: string;
  readonly node: HTMLElement;
  readonly control: HTMLInputElement;
  /** Show a message at the field, or with an empty one its example again; answers it. */
  complain(message: string): string;
  /** Verify what was typed and show what is wrong; empty when it may be sent. */
  verify(): string;
  typed(): string;
}

/**
 * A labelled input whose note, an example or what is wrong, is tied to it for screen readers.
 *
 * `read` answers a good value as people write it, or nothing when it is wrong.
 */
export const field = (
  texts: Texts,
  name: string,
  label: string,
  example: string,
  attributes: Record<string, string>,
  read: (value: string) => string | null,
): Field => {
  const hint = example && fill(texts.$example, example);
  const note = h("span", { id: `${name}-note` });
  const typed = () => control.value.trim();
  const complain = (message: string) => {
    control.setAttribute("aria-invalid", String(!!message));
    note.className = message ? "error" : "hint";
    write(note, message || hint);
    return message;
  };
  const verify = () => complain(read(typed()) ? "" : `${fill(texts.$bad, label)} ${hint}`);
  const control = h("input", {
    id: name,
    class: "input",
    "aria-describedby": note.id,
    required: true,
    ...attributes,
    // An empty field is only complained about when the form is sent; a wrong one as soon as it is left.
    blur: () => {
      if (typed() && !verify()) control.value = read(typed())!;
    },
    input: () => {
      if (note.className === "error") verify();
    },
  });
  complain("");
  const node = h("div.field", {}, h("label", { for: name }, label), note, control);
  return { name, control, node, complain, verify, typed };
};
