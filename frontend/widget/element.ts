import { build } from "./app";
import { connect } from "./api";
import { h } from "./dom";
import { dress } from "./look";
import { textsFor } from "./texts";
import type { Municipality } from "./types";

/** Only known while the script runs for the first time: where the widget was loaded from is the platform. */
const script = document.currentScript as HTMLScriptElement | null;
const FRAGMENT = "#sem=";
const RETRY_MS = 10_000;

/**
 * `<sem-pago service="…" host="…" lang="…">`: what a municipality puts in its page.
 *
 * The link inside it stays visible until the platform has answered, and whenever it does not.
 */
export class SemPago extends HTMLElement {
  declare private life: AbortController | undefined;
  /** Kept in memory only, and while the element lives: a framework may move it in the page. */
  declare private token: string | undefined;

  async connectedCallback(): Promise<void> {
    if (location.hash.startsWith(FRAGMENT)) {
      this.token = location.hash.slice(FRAGMENT.length);
      history.replaceState(history.state, "", location.href.split("#")[0]);
    }
    this.life = new AbortController();
    const life = this.life.signal;
    const root = this.shadowRoot ?? this.attachShadow({ mode: "open" });
    root.replaceChildren(h("slot"));

    const texts = textsFor(this.closest<HTMLElement>("[lang]")?.lang ?? "");
    const wanted = this.getAttribute("service");
    const host = this.getAttribute("host");
    const origin = host ? (host.includes("//") ? host : `https://${host}`) : new URL(script!.src).origin;
    const api = connect(origin, texts.locale, life);
    try {
      const municipality = await api.ask<Municipality>("Municipality");
      const { node, watch } = build(api, texts, municipality, wanted, life, (name, detail) =>
        this.dispatchEvent(new CustomEvent(`sem:${name}`, { detail, bubbles: true, composed: true })),
      );
      dress(root, municipality.look);
      root.firstChild!.replaceWith(node);
      if (this.token) watch(this.token);
    } catch (error) {
      if (life.aborted) return;
      // The browser does not tell a platform that is away from one that does not know this page.
      console.error(
        `<sem-pago> ${origin} no responde, no ofrece ${wanted} o no tiene registrado el origen ${location.origin}`,
        error,
      );
      // Somebody who comes back from paying wants to know: try until it answers.
      if (this.token) setTimeout(() => life.aborted || this.connectedCallback(), RETRY_MS);
    }
  }

  disconnectedCallback(): void {
    this.life?.abort();
  }
}
