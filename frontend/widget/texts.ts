/**
 * What the widget itself says, es-CL|en; names, amounts and reasons come from the platform in the same language.
 *
 * Keys with a $ are shortened by the build; the others are words of the API.
 */

const TEXTS = {
  locale: "es-CL|en",
  $demo: "Fecha de demostración: {}|Demonstration date: {}",
  $search: "Consultar|Look up",
  $example: "Por ejemplo: {}|For example: {}",
  $bad: "Revise este dato: {}.|Check this: {}.",
  $problem: "Hay un problema|There is a problem",
  $failed: "No hubo respuesta. Intente de nuevo en unos minutos.|There was no answer. Try again in a few minutes.",
  $found: "Lo que debe pagar|What you have to pay",
  $again: "Consultar de nuevo|Look up again",
  $due: "Vence el {}.|Due on {}.",
  $detail: "Cómo se calcula|How it is calculated",
  $paid: "Ya está pagado.|Already paid.",
  $open:
    "Pago sin terminar: orden {}, {}. Puede continuarlo hasta las {}.|Unfinished payment: order {}, {}. You can continue it until {}.",
  $resume: "Continuar el pago|Continue the payment",
  $restart: "Empezar de nuevo|Start again",
  $checks: "Requisitos|Requirements",
  checking: "Consultando…|Looking up…",
  OK: "En orden|In order",
  NOT_OK: "No cumple|Not met",
  UNAVAILABLE: "Sin respuesta|No answer",
  $recheck: "Revisar de nuevo|Check again",
  $notYet: "Podrá pagar cuando todos los requisitos estén en orden.|You can pay once all requirements are in order.",
  $email: "Correo electrónico para enviarle el documento|E-mail address for the document",
  $pay: "Pagar {}|Pay {}",
  $portal: "Se paga en el sitio de la Tesorería General de la República.|You pay at the Treasury (TGR).",
  $left: "¿Salió sin pagar?|Did you leave without paying?",
  SENT: "Esperando la confirmación del pago|Waiting for the payment to be confirmed",
  SENT_: "Puede tardar unos minutos. No pague otra vez.|It can take a few minutes. Do not pay again.",
  PAID: "Pago recibido|Payment received",
  PAID_: "Su documento aparecerá aquí apenas esté firmado.|Your document will appear here once it is signed.",
  $ready: "También le enviamos el documento por correo.|We have also sent the document by e-mail.",
  REJECTED: "El pago fue rechazado|The payment was rejected",
  EXPIRED: "El plazo para pagar terminó|The time to pay is over",
  CANCELLED: "El pago fue anulado|The payment was cancelled",
  UNKNOWN: "No encontramos este pago|We could not find this payment",
  $ended: "Puede empezar de nuevo.|You can start again.",
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
