/** How pesos and dates are written. Chile's own form for amounts in both languages: $1.234.567. */

export const money = (amount: number): string =>
  amount.toLocaleString("es-CL", { style: "currency", currency: "CLP" });

/** A date without a time, YYYY-MM-DD: it belongs to no time zone. */
export const day = (date: string, locale: string): string => written(date, locale, { timeZone: "UTC" });

/** An instant, as clocks in continental Chile show it. */
export const moment = (instant: string, locale: string): string =>
  written(instant, locale, { timeStyle: "short", timeZone: "America/Santiago" });

const written = (when: string, locale: string, options: Intl.DateTimeFormatOptions) =>
  new Date(when).toLocaleString(locale, { dateStyle: "long", ...options });
