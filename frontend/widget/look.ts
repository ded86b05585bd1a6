import css from "./style.css?inline";
import type { Api } from "./api";
import { h } from "./dom";
import type { Municipality } from "./types";

/**
 * Style the shadow root and dress it in the municipality's theme.
 *
 * An adopted sheet is not subject to the page's style-src. The theme is set on the sheet's :host rule, so that the
 * page may override each property on `sem-pago`; through the CSSOM, so that no value can end its declaration.
 */
export const dress = (root: ShadowRoot, look: Municipality["look"]): void => {
  let sheet;
  if ("adoptedStyleSheets" in root) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    root.adoptedStyleSheets = [sheet];
  } else {
    // Safari before 16.4; a page whose policy forbids <style> leaves the widget plain there, and usable.
    const style = h("style", {}, css);
    (root as ShadowRoot).append(style);
    sheet = style.sheet;
    if (!sheet) return;
  }
  const { style } = sheet.cssRules[0] as CSSStyleRule;
  for (const token in look) style.setProperty(`--sem-${token.replace("P", "-p")}`, look[token]!);
};

/** Draw the logo on a canvas: fetched from the platform, it needs no img-src of the page. */
export const drawLogo = async (canvas: HTMLCanvasElement, api: Api, url: string): Promise<void> => {
  try {
    const bitmap = await createImageBitmap(await (await api.load(url)).blob());
    canvas.width = bitmap.width;
    canvas.height = bitmap.height;
    canvas.getContext("2d")!.drawImage(bitmap, 0, 0);
    canvas.hidden = false;
  } catch {
    // The name is written beside it anyway.
  }
};
