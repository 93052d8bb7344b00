import test from 'ava';
import fc from 'fast-check';
import { canonicalGoDuration, formatGoDuration, parseGoDuration, parseGoDurationMilliseconds } from './go-duration.ts';
import { humanDuration, shortHumanDuration } from './human-duration.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const ages: readonly (readonly [number, string, string])[] = [
  [-5 * SECOND, '<invalid>', '<invalid>'],
  [-1 * SECOND, '0s', '0s'],
  [0, '0s', '0s'],
  [119 * SECOND, '119s', '1m'],
  [192 * SECOND, '3m12s', '3m'],
  [10 * MINUTE + 5 * SECOND, '10m', '10m'],
  [179 * MINUTE, '179m', '2h'],
  [3 * HOUR, '3h', '3h'],
  [3 * HOUR + 20 * MINUTE, '3h20m', '3h'],
  [47 * HOUR, '47h', '1d'],
  [5 * DAY + 2 * HOUR, '5d2h', '5d'],
  [8 * DAY, '8d', '8d'],
  [729 * DAY, '729d', '1y'],
  [740 * DAY, '2y10d', '2y'],
  [9 * 365 * DAY, '9y', '9y'],
];

test('ages print as kubectl prints them', (t) => {
  for (const [milliseconds, human, short] of ages) {
    t.is(humanDuration(milliseconds), human);
    t.is(shortHumanDuration(milliseconds), short);
  }
});

test('durations come back in the form Go gives them', (t) => {
  for (const [text, expected] of [
    ['90s', '1m30s'],
    ['1h2m3.5s', '1h2m3.5s'],
    ['36h', '36h0m0s'],
    ['1500ms', '1.5s'],
    ['-1.5h', '-1h30m0s'],
    ['300us', '300µs'],
    ['.5s', '500ms'],
    ['0', '0s'],
    ['1ns', '1ns'],
  ] as const) {
    t.is(canonicalGoDuration(text), expected);
  }
  t.is(parseGoDurationMilliseconds('1m0.25s'), 60_250);
});

test('a text that is not a duration is refused in the words of Go', (t) => {
  const message = (text: string) => t.throws(() => parseGoDuration(text)).message;
  t.is(message(''), 'time: invalid duration ""');
  t.is(message('x'), 'time: invalid duration "x"');
  t.is(message('5'), 'time: missing unit in duration "5"');
  t.is(message('5d'), 'time: unknown unit "d" in duration "5d"');
  t.is(message('9223372036854775808ns'), 'time: invalid duration "9223372036854775808ns"');
  t.is(message('1é'), 'time: unknown unit "\\xc3\\xa9" in duration "1\\xc3\\xa9"');
});

test('formatting and parsing a duration are inverse', (t) => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(2n ** 62n), max: 2n ** 62n }), (nanoseconds) => {
      const parsed = parseGoDuration(formatGoDuration(nanoseconds));
      // Fractions pass through a double: they are exact up to the nanosecond that rounding may cost.
      const difference = parsed - nanoseconds;
      t.true(difference >= -1n && difference <= 1n);
    }),
  );
});
