/** Elements without HTML text: what comes from the platform or the page is always a text node or an attribute value. */

type Child = Node | string | null | undefined | false;
type Attributes = Record<string, string | boolean | ((event: Event) => void)>;

/**
 * Make an element, by its tag or `tag.class`; a class is also a part, by which the page can style it.
 *
 * A function is a listener for the event of that name; false leaves the attribute out.
 */
export const h = <Tag extends keyof HTMLElementTagNameMap>(
  selector: Tag | `${Tag}.${string}`,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[Tag] => {
  const [tag, kind] = selector.split(".");
  const element = document.createElement(tag as Tag);
  if (kind) element.setAttribute("part", (element.className = kind));
  for (const name in attributes) {
    const value = attributes[name]!;
    if (typeof value === "function") element.addEventListener(name, value);
    else if (value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...(children.filter(Boolean) as Node[]));
  return element;
};

/** Write a text; an element without text is hidden, so that no empty box is left for anybody. */
export const write = (element: HTMLElement, text: string | null | undefined): void => {
  element.textContent = text ?? "";
  element.hidden = !text;
};

/** A button that keeps the focus while it works, and ignores clicks meanwhile. */
export const button = (text: string, click: () => unknown, kind = "button"): HTMLButtonElement => {
  const element = h(`button.${kind}`, { type: "button", click: () => busy(element, click) }, text);
  return element;
};

/**
 * The button that sends a form. Pressing it takes no focus from the field, whose complaint on being left could push
 * the button away from under the pointer before it is released.
 */
export const submitButton = (text: string, note = ""): HTMLButtonElement =>
  h("button.button", { "aria-describedby": note, mousedown: (event) => event.preventDefault() }, text);

/** Run something once at a time: a second click on `element` before it ends does nothing. */
export const busy = async (element: HTMLElement, work: () => unknown): Promise<void> => {
  const flag = "aria-busy";
  if (element.hasAttribute(flag)) return;
  element.setAttribute(flag, "true");
  try {
    await work();
  } finally {
    element.removeAttribute(flag);
  }
};
