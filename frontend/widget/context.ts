import type { Api } from "./api";
import type { Summary } from "./summary";
import type { Texts } from "./texts";

/** What every step may use. */
export interface Context {
  readonly api: Api;
  readonly texts: Texts;
  readonly summary: Summary;
  /** Where she will pay, as a sentence. */
  readonly portalHint: string;
  /** Aborted when the widget leaves the page. */
  readonly life: AbortSignal;
  /** Tell screen readers, through the one live region, which is never re-created. */
  announce(text: string): void;
  /** Tell the page, as `sem:<name>`. Never with personal data. */
  emit(name: string, detail: object): void;
  /** Show one step and hide the others; the focus goes to its heading unless it is told where else. */
  show(step: HTMLElement, focus?: HTMLElement): void;
  /** Run a request; what fails is shown in the error summary. */
  attempt(work: () => unknown): Promise<void>;
}
