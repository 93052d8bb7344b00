/**
 * A JSON parser that keeps what JSON.parse drops: the text of numbers, duplicate keys, the order of all keys; its errors are
 * Go's. It runs only where the fast way has found something to explain.
 */
import { isRawJson, type JsonValue } from '../json.ts';
import { DecodeError, MAX_DEPTH, TOO_DEEP } from './decode-error.ts';
import { decodeUtf8 } from './go-utf8.ts';

export type SourceValue = string | boolean | null | SourceNumber | SourceObject | SourceValue[];

export class SourceNumber {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

export class SourceObject {
  /** In the order of the text, duplicates included. */
  readonly entries: Array<readonly [key: string, value: SourceValue]> = [];
}

/** Throws DecodeError with the message of Go's SyntaxError. */
export function parseSource(bytes: Uint8Array): SourceValue {
  return new SourceParser(bytes).document();
}

/** A parsed value as the parser would have given it. */
export function sourceOf(value: JsonValue): SourceValue {
  if (typeof value === 'number') return new SourceNumber(String(value));
  if (Array.isArray(value)) return value.map(sourceOf);
  if (typeof value !== 'object' || value === null) return value;
  if (isRawJson(value)) return new SourceNumber(value.rawJSON);
  const object = new SourceObject();
  for (const [key, item] of Object.entries(value)) if (item !== undefined) object.entries.push([key, sourceOf(item)]);
  return object;
}

const LITERALS = new Map([
  [0x74, 'true'],
  [0x66, 'false'],
  [0x6e, 'null'],
]);
const ESCAPES = new Map([
  [0x22, '"'],
  [0x5c, '\\'],
  [0x2f, '/'],
  [0x62, '\b'],
  [0x66, '\f'],
  [0x6e, '\n'],
  [0x72, '\r'],
  [0x74, '\t'],
]);
const QUOTE = 0x22;
const IN_STRING = 'in string literal';
const BACKSLASH = 0x5c;

class SourceParser {
  readonly #bytes: Uint8Array;
  #at = 0;
  #depth = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  document(): SourceValue {
    const value = this.#value();
    this.#space();
    if (this.#at < this.#bytes.length) throw this.#unexpected('after top-level value');
    return value;
  }

  #value(): SourceValue {
    this.#space();
    const byte = this.#bytes[this.#at];
    switch (byte) {
      case 0x7b:
        return this.#nested(() => this.#object());
      case 0x5b:
        return this.#nested(() => this.#array());
      case QUOTE:
        return this.#string();
      default:
        break;
    }
    if (byte === 0x2d || isDigit(byte)) return this.#number();
    const literal = LITERALS.get(byte ?? 0);
    if (literal === undefined) throw this.#unexpected('looking for beginning of value');
    return this.#literal(literal);
  }

  #nested<T>(read: () => T): T {
    if (++this.#depth > MAX_DEPTH) throw this.#unexpected(TOO_DEEP);
    this.#at++;
    const value = read();
    this.#depth--;
    return value;
  }

  #object(): SourceObject {
    const object = new SourceObject();
    this.#space();
    if (this.#skip(0x7d)) return object;
    for (;;) {
      this.#space();
      if (this.#bytes[this.#at] !== QUOTE) throw this.#unexpected('looking for beginning of object key string');
      const key = this.#string();
      this.#space();
      if (!this.#skip(0x3a)) throw this.#unexpected('after object key');
      object.entries.push([key, this.#value()]);
      this.#space();
      if (this.#skip(0x7d)) return object;
      if (!this.#skip(0x2c)) throw this.#unexpected('after object key:value pair');
    }
  }

  #array(): SourceValue[] {
    const items: SourceValue[] = [];
    this.#space();
    if (this.#skip(0x5d)) return items;
    for (;;) {
      items.push(this.#value());
      this.#space();
      if (this.#skip(0x5d)) return items;
      if (!this.#skip(0x2c)) throw this.#unexpected('after array element');
    }
  }

  #string(): string {
    let text = '';
    let start = ++this.#at;
    for (;;) {
      const byte = this.#bytes[this.#at];
      if (byte === QUOTE) {
        text += this.#decoded(start);
        this.#at++;
        return text;
      }
      if (byte === BACKSLASH) {
        text += this.#decoded(start) + this.#escape();
        start = this.#at;
      } else if (byte === undefined || byte < 0x20) {
        throw this.#unexpected(IN_STRING);
      } else {
        this.#at++;
      }
    }
  }

  #decoded(start: number): string {
    return start === this.#at ? '' : decodeUtf8(this.#bytes.subarray(start, this.#at));
  }

  #escape(): string {
    const byte = this.#bytes[++this.#at];
    if (byte === 0x75) return this.#unicode();
    const char = ESCAPES.get(byte ?? 0);
    if (char === undefined) throw this.#unexpected('in string escape code');
    this.#at++;
    return char;
  }

  /** A pair of surrogates is one character; half of one is U+FFFD. */
  #unicode(): string {
    const unit = this.#hex();
    if (unit < 0xd800 || unit > 0xdfff) return String.fromCharCode(unit);
    if (unit < 0xdc00 && this.#bytes[this.#at] === BACKSLASH && this.#bytes[this.#at + 1] === 0x75) {
      const back = this.#at;
      this.#at++;
      const low = this.#hex();
      if (low >= 0xdc00 && low <= 0xdfff) return String.fromCharCode(unit, low);
      this.#at = back;
    }
    return '\uFFFD';
  }

  #hex(): number {
    let unit = 0;
    for (let count = 0; count < 4; count++) {
      const digit = Number.parseInt(String.fromCharCode(this.#bytes[++this.#at] ?? 0), 16);
      if (Number.isNaN(digit)) throw this.#unexpected('in \\u hexadecimal character escape');
      unit = unit * 16 + digit;
    }
    this.#at++;
    return unit;
  }

  #number(): SourceNumber {
    const start = this.#at;
    this.#skip(0x2d);
    if (!this.#skip(0x30)) this.#digits('in numeric literal');
    if (this.#skip(0x2e)) this.#digits('after decimal point in numeric literal');
    if (this.#skip(0x65) || this.#skip(0x45)) {
      if (!this.#skip(0x2b)) this.#skip(0x2d);
      this.#digits('in exponent of numeric literal');
    }
    return new SourceNumber(Buffer.from(this.#bytes.subarray(start, this.#at)).toString('latin1'));
  }

  #digits(context: string): void {
    if (!isDigit(this.#bytes[this.#at])) throw this.#unexpected(context);
    while (isDigit(this.#bytes[this.#at])) this.#at++;
  }

  #literal(literal: string): boolean | null {
    for (const char of literal) {
      if (!this.#skip(char.charCodeAt(0))) throw this.#unexpected(`in literal ${literal} (expecting '${char}')`);
    }
    return literal === 'null' ? null : literal === 'true';
  }

  #skip(byte: number): boolean {
    if (this.#bytes[this.#at] !== byte) return false;
    this.#at++;
    return true;
  }

  #space(): void {
    for (;;) {
      const byte = this.#bytes[this.#at];
      if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return;
      this.#at++;
    }
  }

  #unexpected(context: string): DecodeError {
    const byte = this.#bytes[this.#at];
    // At the end Go's scanner is given a space: where one may stand, the input was cut short.
    if (byte === undefined && !/literal |numeric|escape/.test(context)) {
      return new DecodeError('unexpected end of JSON input');
    }
    return new DecodeError(`invalid character ${quotedByte(byte ?? 0x20)} ${context}`);
  }
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39;
}

const SHORT_ESCAPES: ReadonlyMap<number, string> = new Map([
  [0x07, '\\a'],
  [0x08, '\\b'],
  [0x0c, '\\f'],
  [0x0a, '\\n'],
  [0x0d, '\\r'],
  [0x09, '\\t'],
  [0x0b, '\\v'],
  [0x27, "\\'"],
  [0x5c, '\\\\'],
]);

/** As Go's scanner prints a byte: a Latin-1 character in single quotes. */
function quotedByte(byte: number): string {
  const short = SHORT_ESCAPES.get(byte);
  if (short !== undefined) return `'${short}'`;
  const hex = byte.toString(16).padStart(2, '0');
  if (byte < 0x20 || byte === 0x7f) return `'\\x${hex}'`;
  // Not printable in Latin-1: the C1 controls, the no-break space, the soft hyphen.
  if ((byte >= 0x80 && byte <= 0xa0) || byte === 0xad) return `'\\u00${hex}'`;
  return `'${String.fromCharCode(byte)}'`;
}
