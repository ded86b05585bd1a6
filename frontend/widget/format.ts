/** How pesos and dates are written. Chile's own form for amounts in both languages: $1.234.567. */

export const grouped = (number: number): string => number.toLocaleString("es-CL");

export const money = (amount: number): string => `$${grouped(amount)}`;

/** A date without a time, YYYY-MM-DD: it belongs to no time zone. */
export const day = (date: string, locale: string): string =>
  new Date(date).toLocaleDateString(locale, { dateStyle: "long", timeZone: "UTC" });

/** The time of an instant, 14:05, as clocks in continental Chile show it. */
export const time = (instant: string): string =>
  new Date(instant).toLocaleTimeString("en-GB", { timeStyle: "short", timeZone: "America/Santiago" });
