/** RUT and plate check digits, verified before anything is sent. The API verifies them again and knows more. */

/** A letter stands for its place modulo 10: B1 C2 D3 … Z9, P0 (Registro Civil, validación de patentes v2.0). */
const LETTER_DIGITS = "PBCDFGHJKL__RSTVWXYZ";
const NEW_PLATE = /^([B-DF-HJ-LPR-TV-Z]{3})([B-DF-HJ-LPR-TV-Z](?=\d\d$))?(\d\d\d?)$/;
const OLD_PLATE = /^[A-Z]{2}\d{3,4}$/;

/** Modulus 11 with factors 2 to 7 from the right: 11 is written 0, and 10 is written K. */
const checkDigit = (digits: string): string => {
  let sum = 0;
  [...digits].reverse().forEach((digit, place) => (sum += +digit * (2 + (place % 6))));
  return "0K987654321"[sum % 11]!;
};

/** Capitals and digits only: what separates them is a matter of taste. */
const plain = (text: string) => text.toUpperCase().replace(/[^A-Z\d]/g, "");

/** The RUT as people write it, 12.345.678-5, or null when the number or its check digit is wrong. */
export const readRut = (text: string): string | null => {
  const [, number, digit] = /^0*([1-9]\d{0,7})([\dK])$/.exec(plain(text)) ?? [];
  return number && checkDigit(number) === digit ? `${number.replace(/\B(?=(\d{3})+$)/g, ".")}-${digit}` : null;
};

/**
 * The plate in capitals, without separators but for a check digit (BBBB10 or BBBB10-8), or null when it cannot be one.
 *
 * The check digit of an old plate (AA1000) needs a table of 582 pairs of letters: that is left to the API.
 */
export const readPlate = (text: string): string | null => {
  const whole = plain(text);
  const before = whole.slice(0, -1);
  if (/[^A-Z\d][\dK]$/i.test(text)) {
    const [, three, fourth = "", numbers] = NEW_PLATE.exec(before) ?? [];
    const digits = three && [...three + fourth].map((letter) => LETTER_DIGITS.indexOf(letter) % 10).join("");
    const digit = whole.slice(-1);
    if (digits && checkDigit(digits + numbers!.padStart(6 - digits.length, "0")) !== digit) return null;
    if (digits || OLD_PLATE.test(before)) return `${before}-${digit}`;
  }
  return NEW_PLATE.test(whole) || OLD_PLATE.test(whole) ? whole : null;
};
