/**
 * What the widget itself says, es-CL|en; names, amounts and reasons come from the platform in the same language.
 *
 * Keys with a $ are shortened by the build; the others are words of the API.
 */

const TEXTS = {
  locale: "es-CL|en",
  $demo: "Fecha de demostración: {}|Demonstration date: {}",
  $service: "¿Qué desea pagar?|What do you want to pay?",
  $search: "Consultar|Look up",
  $example: "Por ejemplo: {}|For example: {}",
  $bad: "Revise este dato: {}.|Check this: {}.",
  $problem: "Hay un problema|There is a problem",
  $failed: "Sin respuesta. Intente de nuevo en unos minutos.|No answer. Try again in a few minutes.",
  $found: "Lo que debe pagar|What you have to pay",
  $again: "Consultar de nuevo|Look up again",
  $another: "Agregar otra deuda|Add another debt",
  $back: "Volver al pago|Back to the payment",
  $payment: "Su pago: {}|Your payment: {}",
  $remove: "Quitar|Remove",
  $fines: "Pagar también las multas de tránsito ({})|Pay the traffic fines too ({})",
  $due: "Vence el {}.|Due on {}.",
  $detail: "Cómo se calcula|How it is calculated",
  $paid: "Ya está pagado.|Already paid.",
  $open: "Pago sin terminar, hasta las {}: orden {}, {}.|Unfinished payment, until {}: order {}, {}.",
  $resume: "Continuar el pago|Continue the payment",
  $restart: "Empezar de nuevo|Start again",
  checking: "Consultando…|Looking up…",
  OK: "En orden|In order",
  NOT_OK: "No cumple|Not met",
  UNAVAILABLE: "Sin respuesta|No answer",
  $recheck: "Revisar de nuevo|Check again",
  $notYet: "Podrá pagar cuando todos los requisitos estén en orden.|You can pay once all requirements are in order.",
  $email: "Correo electrónico para el documento|E-mail address for the document",
  $pay: "Pagar {}|Pay {}",
  $left: "¿Salió sin pagar?|Did you leave without paying?",
} satisfies Record<string, `${string}|${string}`>;

export type Texts = Record<keyof typeof TEXTS, string>;

/** Spanish unless the language asked for is English. */
export const textsFor = (language: string): Texts => {
  const column = /^en\b/i.test(language) ? 1 : 0;
  const texts = {} as Texts;
  for (const key in TEXTS) texts[key as keyof Texts] = TEXTS[key as keyof Texts].split("|")[column]!;
  return texts;
};

/** Put the values into the gaps `{}` of a text, in order. */
export const fill = (text: string, ...values: string[]): string => text.replace(/{}/g, () => values.shift()!);
