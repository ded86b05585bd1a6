/** RUT and plate check digits, verified before anything is sent. The API verifies them again and knows more. */

import { grouped } from "./format";

/** A letter stands for its place modulo 10: B1 C2 D3 … Z9, P0 (Registro Civil, validación de patentes v2.0). */
const LETTER_DIGITS = "PBCDFGHJKL__RSTVWXYZ";
/** Letters and digits of plates since 2007; three letters and two or three digits are a motorcycle's. */
const NEW_PLATE = /^(?!.{7})([B-DF-HJ-LPR-TV-Z]{3,4})(\d\d\d?)$/;
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
  return number && checkDigit(number) === digit ? `${grouped(+number)}-${digit}` : null;
};

/**
 * The plate in capitals, without separators but for a check digit (BBBB10 or BBBB10-8), or null when it cannot be one.
 *
 * The check digit of an old plate (AA1000) needs a table of 582 pairs of letters: that is left to the API.
 */
export const readPlate = (text: string): string | null => {
  const [plate, digit] = text.split(/[^a-z\d]+(?=[\dk]$)/i).map(plain) as [string, string?];
  const [, letters, numbers] = NEW_PLATE.exec(plate) ?? [];
  if (!letters && !OLD_PLATE.test(plate)) return null;
  if (!digit) return plate;
  const digits = letters && [...letters].map((letter) => LETTER_DIGITS.indexOf(letter) % 10).join("");
  return digits && checkDigit(digits + numbers!.padStart(6 - digits.length, "0")) !== digit ? null : `${plate}-${digit}`;
};
