/** A quantity as Go's spew prints it: the private fields that upstream's parser leaves in it. */
import type { JsonValue } from '../../apimachinery/json.ts';

interface Suffix {
  readonly format: 'DecimalSI' | 'BinarySI' | 'DecimalExponent';
  /** Of ten, or of two for binary ones. */
  readonly exponent: number;
}

const suffixes: ReadonlyMap<string, Suffix> = new Map([
  ...['n', 'u', 'm', '', 'k', 'M', 'G', 'T', 'P', 'E'].map((name, index): [string, Suffix] => [
    name,
    { format: 'DecimalSI', exponent: 3 * index - 9 },
  ]),
  ...['Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'].map((name, index): [string, Suffix] => [
    name,
    { format: 'BinarySI', exponent: 10 * (index + 1) },
  ]),
]);

interface Printed {
  readonly value?: bigint;
  readonly scale?: number;
  /** An arbitrary one, for what 64 bits may not hold. */
  readonly decimal?: { readonly unscaled: bigint; readonly scale: number };
  readonly text?: string;
  readonly format: string;
}

export function printGoQuantity(quantity: JsonValue | undefined): string {
  const { value = 0n, scale = 0, decimal, text = '', format } = parse(quantity);
  const printed = decimal === undefined ? '(*inf.Dec)<nil>' : printDecimal(decimal);
  return `{i:(resource.int64Amount){value:(int64)${value} scale:(resource.Scale)${scale}} d:(resource.infDecAmount){Dec:${printed}} s:(string)${text} Format:(resource.Format)${format}}`;
}

function printDecimal({ unscaled, scale }: { readonly unscaled: bigint; readonly scale: number }): string {
  const words: string[] = [];
  for (let rest = unscaled < 0n ? -unscaled : unscaled; rest > 0n; rest >>= 64n)
    words.push(String(BigInt.asUintN(64, rest)));
  const magnitude = words.length === 0 ? '<nil>' : `[${words.join(' ')}]`;
  return `(*inf.Dec){unscaled:(big.Int){neg:(bool)${unscaled < 0n} abs:(big.nat)${magnitude}} scale:(inf.Scale)${scale}}`;
}

const shapeOfQuantity = /^([+-]?)(\d*)(?:\.(\d*))?([A-Za-z]*|[eE][+-]?\d+)$/;
/** Digits that fit into 64 bits in any case. */
const safeDigits = 18;
const nano = 9;

function parse(quantity: JsonValue | undefined): Printed {
  if (quantity === undefined || quantity === null) return { format: '' };
  const text = String(quantity);
  if (text === '0') return { format: 'DecimalSI', text };
  const [, sign = '', digits = '', fraction = '', suffix = ''] = shapeOfQuantity.exec(text) ?? [];
  const whole = digits.replace(/^0+/, '') || '0';
  const known = suffixes.get(suffix);
  const { format, exponent }: Suffix = known ?? { format: 'DecimalExponent', exponent: Number(suffix.slice(1)) };
  const shifted = BigInt(whole + fraction);
  const isBinary = format === 'BinarySI';
  const scale = (isBinary ? 0 : exponent) - fraction.length;
  let spare: number;
  if (!isBinary) spare = safeDigits - (whole.length + fraction.length);
  else if (fraction === '') spare = 15 - whole.length - Math.trunc(Math.fround((exponent * 3) / 10)) - 1;
  else spare = -1;
  if (spare >= 0 && scale >= -nano) {
    const value = (isBinary ? shifted << BigInt(exponent) : shifted) * (sign === '-' ? -1n : 1n);
    const digitsOfAll = whole + fraction;
    const isCanonical = isBinary
      ? (shifted & 7n) !== 0n
      : scale % 3 === 0 && !digitsOfAll.endsWith('000') && !digitsOfAll.startsWith('0');
    return { value, scale, format, ...(isCanonical ? { text } : {}) };
  }
  return { format, decimal: decimalOf(shifted, { sign, scale, binaryExponent: isBinary ? exponent : 0 }) };
}

/** Rounded up to billionths, as everything that 64 bits may not hold is. */
function decimalOf(
  shifted: bigint,
  { sign, scale, binaryExponent }: { sign: string; scale: number; binaryExponent: number },
): { unscaled: bigint; scale: number } {
  const exact = shifted << BigInt(binaryExponent);
  const up = nano + scale;
  let unscaled: bigint;
  if (up >= 0) unscaled = exact * 10n ** BigInt(up);
  else {
    const divisor = 10n ** BigInt(-up);
    unscaled = (exact + divisor - 1n) / divisor;
  }
  return { unscaled: sign === '-' ? -unscaled : unscaled, scale: nano };
}
