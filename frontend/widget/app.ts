import type { Api } from "./api";
import type { Context } from "./context";
import { h, write } from "./dom";
import { day } from "./format";
import { drawLogo } from "./look";
import { debtsStep } from "./steps/debts";
import { outcomeStep } from "./steps/outcome";
import { searchStep } from "./steps/search";
import { errorSummary } from "./summary";
import { fill, type Texts } from "./texts";
import type { Municipality } from "./types";

/** Build the widget once; afterwards its steps are shown, hidden and filled, never built again. */
export const build = (
  api: Api,
  texts: Texts,
  municipality: Municipality,
  wanted: string | null,
  life: AbortSignal,
  emit: Context["emit"],
) => {
  const { name, words, domainDate, dateIsShifted, logoUrl, portalHint, services } = municipality;
  const summary = errorSummary(texts);
  const status = h("p.unseen", { role: "status" });

  const context: Context = {
    api,
    texts,
    summary,
    portalHint,
    life,
    emit,
    announce: (text) => {
      status.textContent = text;
    },
    show: (step, focus = step.querySelector("h3")!) => {
      for (const other of steps) other.hidden = other !== step;
      summary.clear();
      focus.focus();
    },
    attempt: async (work) => {
      summary.clear();
      context.announce(texts.checking);
      try {
        await work();
      } catch (error) {
        if (life.aborted) return;
        summary.show([{ message: texts.$failed }]);
        console.error(error);
      } finally {
        if (status.textContent === texts.checking) context.announce("");
      }
    },
  };

  /** A municipality's own words are Spanish, whatever the widget speaks. */
  const paragraph = (kind: string, text: string, lang = "es") => {
    const node = h(`p.${kind}`, { lang });
    write(node, text);
    return node;
  };

  const restart = () => context.show(search.node, search.first());
  const search = searchStep(context, services, wanted, paragraph("intro", words.intro), (...found) => debts.show(...found));
  const debts = debtsStep(context, search.look, restart);
  search.node.append(debts.back);
  const outcome = outcomeStep(context, restart);
  const steps = [search.node, debts.node, outcome.node];

  const logo = h("canvas.logo", { role: "img", "aria-label": `Logo ${name}`, hidden: true });
  if (logoUrl) void drawLogo(logo, api, logoUrl);

  // No landmark: the page has its own around the widget, as like as not with the same title.
  const node = h(
    "div.widget",
    { lang: texts.locale },
    h(
      "div.header",
      {},
      logo,
      h("div", {}, h("p", {}, name), h("h2", { lang: "es" }, words.title)),
    ),
    paragraph("demo", dateIsShifted ? fill(texts.$demo, day(domainDate, texts.locale)) : "", texts.locale),
    h("div.body", {}, status, summary.node, ...steps, paragraph("help", words.help)),
  );
  return { node, watch: outcome.watch };
};
