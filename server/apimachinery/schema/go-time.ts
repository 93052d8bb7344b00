/** metav1.Time and MicroTime: RFC 3339 as Go's time.Parse reads it, with its error wording, and the canonical UTC form. */
import { DecodeError } from './decode-error.ts';

export type TimePrecision = 'seconds' | 'micro';

const LAYOUTS = { seconds: '2006-01-02T15:04:05Z07:00', micro: '2006-01-02T15:04:05.000000Z07:00' } as const;
const MICRO_ELEMENT = '.000000';
const ZONE_ELEMENT = 'Z07:00';
const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;
const DAY_MS = 86_400_000;
/** Seconds of Go's zero time, 0001-01-01T00:00:00Z. */
export const ZERO_TIME_SECONDS = -62_135_596_800;

/** An instant; `nanos` counts forward from `seconds`. */
export interface Instant {
  /** Since 1970-01-01T00:00:00Z. */
  readonly seconds: number;
  readonly nanos: number;
}

/** The text that upstream gives back, or null for Go's zero time. Throws DecodeError. */
export function canonicalTime(text: string, precision: TimePrecision): string | null {
  if (precision === 'seconds' && isCanonicalSeconds(text)) return text.startsWith('0001-01-01T00:00:00') ? null : text;
  const instant = parseTime(text, precision);
  if (instant.seconds === ZERO_TIME_SECONDS && instant.nanos === 0) return null;
  return formatTime(instant, precision);
}

export function formatTime(instant: Instant, precision: TimePrecision): string {
  const date = new Date(instant.seconds * 1000);
  const year = date.getUTCFullYear();
  if (Number.isNaN(year)) return formatTime({ seconds: ZERO_TIME_SECONDS, nanos: 0 }, precision);
  const iso = date.toISOString();
  // Years beyond four digits are written with a sign and six by JavaScript, bare by Go.
  const head = iso.length === 24 ? iso.slice(0, 19) : `${goYear(year)}${iso.slice(-20, -5)}`;
  if (precision === 'seconds') return `${head}Z`;
  return `${head}.${String(Math.floor(instant.nanos / 1000)).padStart(6, '0')}Z`;
}

function goYear(year: number): string {
  return year < 0 ? `-${String(-year).padStart(4, '0')}` : String(year);
}

/** Throws DecodeError with the text of Go's time.ParseError. */
export function parseTime(text: string, precision: TimePrecision): Instant {
  if (precision === 'seconds' && isCanonicalSeconds(text)) return { seconds: Date.parse(text) / 1000, nanos: 0 };
  return new TimeParser(text, LAYOUTS[precision]).parse(precision);
}

/** "2006-01-02T15:04:05Z" with all parts in range: nothing to convert. */
function isCanonicalSeconds(text: string): boolean {
  if (text.length !== 20 || text.charCodeAt(19) !== 0x5a) return false;
  if (text[4] !== '-' || text[7] !== '-' || text[10] !== 'T' || text[13] !== ':' || text[16] !== ':') return false;
  const year = twoDigits(text, 0) * 100 + twoDigits(text, 2);
  const month = twoDigits(text, 5);
  const day = twoDigits(text, 8);
  const hour = twoDigits(text, 11);
  const minute = twoDigits(text, 14);
  const second = twoDigits(text, 17);
  if (!(year >= 0 && month >= 1 && month <= 12 && day >= 1 && hour >= 0 && minute >= 0 && second >= 0)) return false;
  return hour < 24 && minute < 60 && second < 60 && (day <= 28 || day <= daysIn(month, year));
}

/** NaN where one is no digit; never negative. */
function twoDigits(text: string, at: number): number {
  const tens = text.charCodeAt(at) - 48;
  const ones = text.charCodeAt(at + 1) - 48;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN;
}

function daysIn(month: number, year: number): number {
  if (month === 2 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)) return 29;
  return DAYS[month - 1] ?? 0;
}

/** Reads the layout element by element, so that an error names the element and the rest of the text at which Go stops. */
class TimeParser {
  readonly #text: string;
  readonly #layout: string;
  #rest: string;

  constructor(text: string, layout: string) {
    this.#text = text;
    this.#layout = layout;
    this.#rest = text;
  }

  parse(precision: TimePrecision): Instant {
    if (!/^\d{4}/.test(this.#rest)) throw this.#cannotParse('2006');
    const year = Number(this.#take(4));
    this.#literal('-');
    const month = this.#number('01', true);
    if (month < 1 || month > 12) throw this.#outOfRange('month');
    this.#literal('-');
    const day = this.#number('02', true);
    this.#literal('T');
    const hour = this.#number('15', false);
    if (hour > 23) throw this.#outOfRange('hour');
    this.#literal(':');
    const minute = this.#number('04', true);
    if (minute > 59) throw this.#outOfRange('minute');
    this.#literal(':');
    const second = this.#number('05', true);
    if (second > 59) throw this.#outOfRange('second');
    const nanos = precision === 'micro' ? this.#micros() : this.#looseFraction();
    const offset = this.#zone();
    if (this.#rest !== '') throw this.#error(`: extra text: ${quoted(this.#rest)}`);
    if (day < 1 || day > daysIn(month, year)) throw this.#error(': day out of range');
    const days = new Date(0).setUTCFullYear(year, month - 1, day) / DAY_MS;
    return { seconds: days * 86_400 + hour * 3600 + minute * 60 + second - offset, nanos };
  }

  #take(count: number): string {
    const taken = this.#rest.slice(0, count);
    this.#rest = this.#rest.slice(count);
    return taken;
  }

  #literal(char: string): void {
    if (!this.#rest.startsWith(char)) throw this.#cannotParse(char);
    this.#rest = this.#rest.slice(1);
  }

  #number(element: string, fixed: boolean): number {
    const digits = /^\d\d?/.exec(this.#rest)?.[0];
    if (digits === undefined || (fixed && digits.length === 1)) throw this.#cannotParse(element);
    return Number(this.#take(digits.length));
  }

  /** Exactly six digits: the layout demands them. */
  #micros(): number {
    const digits = /^[.,](\d{6})/.exec(this.#rest)?.[1];
    if (digits === undefined) throw this.#cannotParse(MICRO_ELEMENT);
    this.#take(MICRO_ELEMENT.length);
    return Number(digits) * 1000;
  }

  /** A fraction that the layout does not have is read all the same, after a comma too. */
  #looseFraction(): number {
    const fraction = /^[.,](\d+)/.exec(this.#rest);
    if (fraction === null) return 0;
    this.#take(fraction[0].length);
    return Number((fraction[1] ?? '').slice(0, 9).padEnd(9, '0'));
  }

  /** Seconds east of UTC. */
  #zone(): number {
    if (this.#rest.startsWith('Z')) {
      this.#take(1);
      return 0;
    }
    const zone = /^([+-])(\d\d):(\d\d)/.exec(this.#rest);
    if (zone === null) throw this.#cannotParse(ZONE_ELEMENT);
    this.#take(ZONE_ELEMENT.length);
    const hours = Number(zone[2]);
    const minutes = Number(zone[3]);
    // Go takes 24:60 for valid here.
    if (minutes > 60) throw this.#outOfRange('time zone offset minute');
    if (hours > 24) throw this.#outOfRange('time zone offset hour');
    return (zone[1] === '-' ? -1 : 1) * (hours * 60 + minutes) * 60;
  }

  #cannotParse(element: string): DecodeError {
    const layout = quoted(this.#layout);
    return this.#error(` as ${layout}: cannot parse ${quoted(this.#rest)} as ${quoted(element)}`);
  }

  #outOfRange(part: string): DecodeError {
    return this.#error(`: ${part} out of range`);
  }

  #error(detail: string): DecodeError {
    return new DecodeError(`parsing time ${quoted(this.#text)}${detail}`);
  }
}

/** The time package quotes in its own way: bytes outside printable ASCII as \xNN. */
function quoted(text: string): string {
  let out = '"';
  for (const byte of Buffer.from(text)) {
    if (byte === 0x22 || byte === 0x5c) out += `\\${String.fromCharCode(byte)}`;
    else if (byte < 0x20 || byte >= 0x80) out += `\\x${byte.toString(16).padStart(2, '0')}`;
    else out += String.fromCharCode(byte);
  }
  return `${out}"`;
}
