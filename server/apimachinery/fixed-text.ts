/** Numbers with a fixed count of digits after the point, as Go prints them. */

/** Beyond a hundred there is no middle. */
const MOST_DIGITS = 100;

/** As Go rounds: what lies in the middle goes to the even digit. */
export function fixedText(value: number, precision: number): string {
  const text = value.toFixed(precision);
  const exact = value.toFixed(MOST_DIGITS);
  const point = exact.indexOf('.');
  if (precision >= MOST_DIGITS || point < 0 || !/^50*$/.test(exact.slice(point + 1 + precision))) return text;
  const below = exact.slice(0, precision === 0 ? point : point + 1 + precision);
  return /[02468]$/.test(below) ? below : text;
}
