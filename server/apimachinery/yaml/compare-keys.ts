/** The order in which YAML maps are printed: letters after everything else, runs of digits by their value. */

const LETTER = /\p{L}/u;
const DIGIT = /\p{Nd}/u;

/** For Array.prototype.sort. */
export function compareYamlKeys(a: string, b: string): number {
  if (a === b) return 0;
  const left = Array.from(a);
  const right = Array.from(b);
  const shared = Math.min(left.length, right.length);
  for (let index = 0; index < shared; index++) {
    const x = left[index] ?? '';
    const y = right[index] ?? '';
    if (x !== y) return compareAt(left, right, index, x, y);
  }
  return left.length - right.length;
}

function compareAt(left: readonly string[], right: readonly string[], index: number, x: string, y: string): number {
  const leftIsLetter = LETTER.test(x);
  const rightIsLetter = LETTER.test(y);
  const byCode = (x.codePointAt(0) ?? 0) - (y.codePointAt(0) ?? 0);
  if (leftIsLetter && rightIsLetter) return byCode;
  if (leftIsLetter || rightIsLetter) return rightIsLetter ? -1 : 1;
  // Where the digits before this place already made a number, zeros count as digits of it.
  const inNumber = (x === '0' || y === '0') && continuesNumber(left, index);
  const [leftNumber, leftEnd] = readNumber(left, index, inNumber);
  const [rightNumber, rightEnd] = readNumber(right, index, inNumber);
  if (leftNumber !== rightNumber) return leftNumber < rightNumber ? -1 : 1;
  return leftEnd === rightEnd ? byCode : leftEnd - rightEnd;
}

function continuesNumber(runes: readonly string[], index: number): boolean {
  for (let place = index - 1; place >= 0 && DIGIT.test(runes[place] ?? ''); place--) {
    if (runes[place] !== '0') return true;
  }
  return false;
}

function readNumber(runes: readonly string[], start: number, inNumber: boolean): [bigint, number] {
  let end = start;
  let value = inNumber ? 1n : 0n;
  for (; end < runes.length && DIGIT.test(runes[end] ?? ''); end++) {
    const digit = BigInt((runes[end]?.codePointAt(0) ?? 48) - 48);
    value = BigInt.asIntN(64, value * 10n + digit);
  }
  return [value, end];
}
