/**
 * The carriers' check digits. Every function takes digits (or the letters its form allows) with the
 * check digit last and says whether it fits; callers match the shape first.
 */

function digitAt(text: string, index: number): number {
  return text.charCodeAt(index) - 48;
}

/** Letters count as (ASCII - 63) mod 10: A is 2, H is 9, I is 0. */
function upsValue(text: string, index: number): number {
  const code = text.charCodeAt(index);
  return code >= 65 ? (code - 63) % 10 : code - 48;
}

/**
 * UPS: from the left x1, x2; products are not split into digits. For 1Z numbers give what follows
 * `1Z`, for waybills what follows the letter.
 */
export function upsCheckFits(text: string): boolean {
  let sum = 0;
  for (let index = 0; index < text.length - 1; index += 1) {
    sum += upsValue(text, index) * (index % 2 === 0 ? 1 : 2);
  }
  return (10 - (sum % 10)) % 10 === digitAt(text, text.length - 1);
}

/** GS1 and USPS (and FedEx Ground): from the right x3, x1. */
export function gs1CheckFits(digits: string): boolean {
  let sum = 0;
  for (let place = 1; place < digits.length; place += 1) {
    sum += digitAt(digits, digits.length - 1 - place) * (place % 2 === 1 ? 3 : 1);
  }
  return (10 - (sum % 10)) % 10 === digitAt(digits, digits.length - 1);
}

/** FedEx Express: three weights in turn from the left, mod 11, then mod 10. */
export function fedexCheckFits(
  digits: string,
  weights: readonly [number, number, number],
): boolean {
  let sum = 0;
  for (let index = 0; index < digits.length - 1; index += 1) {
    sum += digitAt(digits, index) * (weights[index % 3] ?? 0);
  }
  return (sum % 11) % 10 === digitAt(digits, digits.length - 1);
}

const s10Weights = [8, 6, 4, 2, 3, 5, 9, 7] as const;

/** UPU S10: eight digits and the check digit, without the letters around them. */
export function s10CheckFits(digits: string): boolean {
  let sum = 0;
  for (const [index, weight] of s10Weights.entries()) sum += digitAt(digits, index) * weight;
  const rest = 11 - (sum % 11);
  const check = rest === 10 ? 0 : rest === 11 ? 5 : rest;
  return check === digitAt(digits, digits.length - 1);
}

/** Luhn (ISO/IEC 7812-1): doubled digits above 9 lose 9. */
export function luhnCheckFits(digits: string): boolean {
  let sum = 0;
  for (let place = 0; place < digits.length; place += 1) {
    const digit = digitAt(digits, digits.length - 1 - place) * (place % 2 === 1 ? 2 : 1);
    sum += digit > 9 ? digit - 9 : digit;
  }
  return sum % 10 === 0;
}

/** DHL Express: the nine digits as a number, mod 7. */
export function dhlCheckFits(digits: string): boolean {
  return Number(digits.slice(0, -1)) % 7 === digitAt(digits, digits.length - 1);
}

/** OnTrac: C counts as 4 and D as 5; then as UPS's rule. */
export function ontracCheckFits(text: string): boolean {
  return upsCheckFits((text.startsWith("C") ? "4" : "5") + text.slice(1));
}
