import { h, write } from "./dom";
import { fill, type Texts } from "./texts";

export interface Field {
  readonly name: string;
  readonly node: HTMLElement;
  readonly input: HTMLInputElement;
  /** Show a message at the field, or take it away; answers it. */
  complain(message: string): string;
  /** Verify what was typed and show what is wrong; empty when it may be sent. */
  verify(): string;
  value(): string;
}

/**
 * A labelled input with its example and its error, both tied to it for screen readers.
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
  const hint = h("span", { id: `${name}-hint`, class: "hint" });
  write(hint, example && fill(texts.$example, example));
  const error = h("span", { id: `${name}-error`, class: "error", hidden: true });
  const value = () => input.value.trim();
  const complain = (message: string) => {
    input.setAttribute("aria-invalid", String(!!message));
    write(error, message);
    return message;
  };
  const verify = () => complain(read(value()) ? "" : `${fill(texts.$bad, label)} ${hint.textContent}`);
  const input = h("input", {
    id: name,
    class: "input",
    "aria-describedby": `${error.id} ${hint.id}`,
    "aria-required": "true",
    spellcheck: "false",
    ...attributes,
    // An empty field is only complained about when the form is sent; a wrong one as soon as it is left.
    blur: () => {
      if (value() && !verify()) input.value = read(value())!;
    },
    input: () => {
      if (!error.hidden) verify();
    },
  });
  return {
    name,
    input,
    node: h("div", { class: "field" }, h("label", { for: name }, label), hint, error, input),
    complain,
    verify,
    value,
  };
};
