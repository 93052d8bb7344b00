import test from 'ava';
import fc from 'fast-check';
import {
  addQuantities,
  compareQuantities,
  quantityFrom,
  isWholeNumber,
  quantityMilliValue,
  quantitySign,
  quantityToNumber,
  quantityValue,
  roundQuantityUp,
  subtractQuantities,
  wrappedValue,
} from './arithmetic.ts';
import { canonicalQuantity, formatQuantity, parseQuantity } from './quantity.ts';

const decimals = fc.tuple(
  fc.integer({ min: -1e9, max: 1e9 }),
  fc.constantFrom('n', 'u', 'm', '', 'k', 'M', 'G', 'Ki', 'Mi'),
);
const quantities = decimals.map(([amount, suffix]) => `${amount}${suffix}`);

const canonical: readonly (readonly [string, string])[] = [
  ['0', '0'],
  ['-0', '0'],
  ['0.5', '500m'],
  ['1', '1'],
  ['100m', '100m'],
  ['1000m', '1'],
  ['1000', '1k'],
  ['1500', '1500'],
  ['1024Mi', '1Gi'],
  ['1000Ki', '1000Ki'],
  ['1048576Ki', '1Gi'],
  ['1.5Gi', '1536Mi'],
  ['0.1Gi', '107374182400m'],
  ['0.5Ki', '512'],
  ['1e3', '1e3'],
  ['1e1', '10'],
  ['1E3', '1E3'],
  ['1E', '1E'],
  ['1.5e-1', '150e-3'],
  ['9Ei', '9223372036854775807'],
  ['0.0000000001', '1n'],
  ['-1.1Mi', '-1153433600m'],
];

test('quantities come back in the form upstream gives back', (t) => {
  for (const [text, expected] of canonical) t.is(canonicalQuantity(text), expected, text);
});

test('a text that counts as canonical stays as it was written', (t) => {
  for (const text of ['+5', '1.500', '100Mi', '12e6', '1.', '005']) t.is(canonicalQuantity(text), text);
});

test('white space around a quantity is ignored', (t) => {
  t.is(canonicalQuantity(' 500m '), '500m');
});

test('a text that is not a quantity is refused in the words of upstream', (t) => {
  const wrongFormat = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
  for (const text of ['', 'abc', '1..2', '1 000', '1,5', 'é']) {
    t.throws(() => canonicalQuantity(text), { message: wrongFormat }, text);
  }
  for (const text of ['1KiB', '1mm', '1e', '5e99999999999999999999', '1-5']) {
    const message = text === '1KiB' ? wrongFormat : "unable to parse quantity's suffix";
    t.throws(() => canonicalQuantity(text), { message }, text);
  }
  t.throws(() => canonicalQuantity('.e-20'), { message: 'unable to parse numeric part of quantity' });
});

test('exponents of any size cost neither time nor memory', (t) => {
  const huge = parseQuantity('1e2000000000');
  const tiny = parseQuantity('1e-2000000000');
  t.is(formatQuantity(tiny), '1e-9');
  t.is(compareQuantities(huge, tiny), 1);
  t.is(compareQuantities(subtractQuantities(tiny, huge), tiny), -1);
  t.is(formatQuantity(addQuantities(huge, tiny)), formatQuantity(addQuantities(huge, parseQuantity('0'))));
  t.is(quantityValue(huge), 2n ** 63n - 1n);
  t.is(quantityValue(tiny), 1n);
  t.notThrows(() => formatQuantity(addQuantities(parseQuantity('1Ki'), huge)));
  t.throws(() => parseQuantity(`${'0'.repeat(1_000_000)}x`));
});

test('values are rounded away from zero, as upstream rounds them', (t) => {
  t.is(quantityValue(parseQuantity('100m')), 1n);
  t.is(quantityValue(parseQuantity('-100m')), -1n);
  t.is(quantityMilliValue(parseQuantity('1.5')), 1500n);
  t.is(quantityMilliValue(parseQuantity('1u')), 1n);
  t.is(quantityValue(parseQuantity('1Gi')), 1n << 30n);
  t.is(quantityToNumber(parseQuantity('1500m')), 1.5);
});

test('amounts beyond an int64 wrap where upstream takes their lowest bits', (t) => {
  const wrapped = (text: string): bigint => wrappedValue(parseQuantity(text), 0);
  t.is(wrapped('9223372036854775808'), -(2n ** 63n));
  t.is(wrapped('9223372036854775807500m'), -(2n ** 63n));
  t.is(wrapped('18446744073709551617'), 1n);
});

test('rounding to thousandths keeps amounts of any size', (t) => {
  const rounded = (text: string): string => formatQuantity(roundQuantityUp(parseQuantity(text), -3));
  t.is(rounded('18446744073709551616.0000000001m'), '18446744073709551617m');
  t.is(rounded('-999.1234567890123Pi'), '-1124913006923029414057m');
  t.is(rounded('9223372036854775808.1234567890123E+5'), '922337203685477580812345679e-3');
  t.is(rounded('1n'), '1m');
  t.is(rounded('-1n'), '-1m');
  t.is(rounded('1500'), '1500');
});

test('rounding up never makes an amount smaller, and never changes it by a whole thousandth', (t) => {
  fc.assert(
    fc.property(quantities, (text) => {
      const before = parseQuantity(text);
      const after = roundQuantityUp(before, -3);
      const grown = subtractQuantities(after, before);
      t.true(quantitySign(before) === 0 || quantitySign(grown) === 0 || quantitySign(grown) === quantitySign(before));
      t.true(compareQuantities(grown, parseQuantity('1m')) < 0 && compareQuantities(grown, parseQuantity('-1m')) > 0);
    }),
  );
});

test('a sum keeps the format of its first part unless that is zero', (t) => {
  const sum = (a: string, b: string) => formatQuantity(addQuantities(parseQuantity(a), parseQuantity(b)));
  t.is(sum('1Gi', '512Mi'), '1536Mi');
  t.is(sum('0', '1Gi'), '1Gi');
  t.is(sum('100m', '900m'), '1');
  t.is(sum('1Ki', '1'), '1025');
});

test('the canonical form is stable and keeps the value', (t) => {
  fc.assert(
    fc.property(quantities, (text) => {
      const once = canonicalQuantity(text);
      t.is(canonicalQuantity(once), once);
      t.is(compareQuantities(parseQuantity(once), parseQuantity(text)), 0);
    }),
  );
});

test('addition and comparison agree with exact integers', (t) => {
  fc.assert(
    fc.property(fc.bigInt(), fc.bigInt(), (a, b) => {
      const left = quantityFrom(a, 'DecimalSI', -3);
      const right = quantityFrom(b, 'DecimalSI', -3);
      const sum = addQuantities(left, right);
      t.is(compareQuantities(sum, quantityFrom(a + b, 'DecimalSI', -3)), 0);
      t.is(compareQuantities(left, right), a < b ? -1 : a > b ? 1 : 0);
      t.is(quantitySign(subtractQuantities(left, right)), compareQuantities(left, right));
    }),
  );
});

test('whole numbers are told as upstream tells them: by 64 bits of the thousandths', (t) => {
  const amounts: Record<string, boolean> = { '1': true, '1.5': false, '1500m': false, '2000m': true, '1Gi': true };
  // Amounts beyond int64 are 0 to upstream, or from 19 digits on what their lowest bits say.
  Object.assign(amounts, { '1e30': true, '1E': true, '9223372036854775807': true });
  for (const [text, isWhole] of Object.entries(amounts)) t.is(isWholeNumber(parseQuantity(text)), isWhole, text);
});
