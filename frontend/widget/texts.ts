/**
 * What the widget itself says; names, amounts and reasons come from the platform in the same language.
 *
 * Keys with a $ are shortened by the build; the others are words of the API.
 */

const es = {
  locale: "es-CL",
  $demo: "Fecha de demostración: {}",
  $search: "Consultar",
  $example: "Por ejemplo: {}",
  $bad: "Revise este dato: {}.",
  $problem: "Hay un problema",
  $failed: "No hubo respuesta. Intente de nuevo en unos minutos.",
  $found: "Lo que debe pagar",
  $again: "Consultar de nuevo",
  $due: "Vence el {}.",
  $detail: "Cómo se calcula",
  $paid: "Ya está pagado.",
  $open: "Hay un pago sin terminar: orden {}, {}. Puede continuarlo hasta el {}.",
  $resume: "Continuar el pago",
  $restart: "Empezar de nuevo",
  $checks: "Requisitos",
  checking: "Consultando…",
  OK: "En orden",
  NOT_OK: "No cumple",
  UNAVAILABLE: "Sin respuesta",
  $recheck: "Revisar de nuevo",
  $notYet: "Podrá pagar cuando todos los requisitos estén en orden.",
  $email: "Correo electrónico donde enviar el documento",
  $pay: "Pagar {}",
  $portal: "Se paga en el sitio de la Tesorería General de la República.",
  $left: "¿Salió sin pagar?",
  SENT: "Esperando la confirmación del pago",
  SENT_: "Puede tardar unos minutos. No pague otra vez.",
  PAID: "Pago recibido",
  PAID_: "Su documento aparecerá aquí apenas esté firmado.",
  $ready: "También le enviamos el documento por correo.",
  REJECTED: "El pago fue rechazado",
  EXPIRED: "El plazo para pagar terminó",
  CANCELLED: "El pago fue anulado",
  UNKNOWN: "No encontramos este pago",
  $ended: "Puede empezar de nuevo.",
};

export type Texts = typeof es;

const en: Texts = {
  locale: "en",
  $demo: "Demonstration date: {}",
  $search: "Look up",
  $example: "For example: {}",
  $bad: "Check this: {}.",
  $problem: "There is a problem",
  $failed: "There was no answer. Try again in a few minutes.",
  $found: "What you have to pay",
  $again: "Look up again",
  $due: "Due on {}.",
  $detail: "How it is calculated",
  $paid: "Already paid.",
  $open: "There is an unfinished payment: order {}, {}. You can continue it until {}.",
  $resume: "Continue the payment",
  $restart: "Start again",
  $checks: "Requirements",
  checking: "Looking up…",
  OK: "In order",
  NOT_OK: "Not met",
  UNAVAILABLE: "No answer",
  $recheck: "Check again",
  $notYet: "You can pay once all requirements are in order.",
  $email: "E-mail address to send the document to",
  $pay: "Pay {}",
  $portal: "You pay at the site of the national Treasury (TGR).",
  $left: "Did you leave without paying?",
  SENT: "Waiting for the payment to be confirmed",
  SENT_: "It can take a few minutes. Do not pay again.",
  PAID: "Payment received",
  PAID_: "Your document will appear here once it is signed.",
  $ready: "We have also sent the document by e-mail.",
  REJECTED: "The payment was rejected",
  EXPIRED: "The time to pay is over",
  CANCELLED: "The payment was cancelled",
  UNKNOWN: "We could not find this payment",
  $ended: "You can start again.",
};

/** Spanish unless the language asked for is English. */
export const textsFor = (language: string): Texts => (/^en\b/i.test(language) ? en : es);

/** Put the values into the gaps `{}` of a text, in order. */
export const fill = (text: string, ...values: string[]): string => text.replace(/{}/g, () => values.shift()!);
