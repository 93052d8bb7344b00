/** Canonical forms of the scalars that are more than their JSON type: base64 and integers. Throws DecodeError in Go's words. */
import { isRawJson, type RawJson } from '../json.ts';
import { DecodeError } from './decode-error.ts';
import type { IntegerSchema } from './type-schema.ts';

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** Go's StdEncoding: padded, line breaks ignored, stray low bits of the last digit dropped. */
export function canonicalBase64(text: string): string {
  const canonical = Buffer.from(text, 'base64').toString('base64');
  if (canonical === text) return text;
  const joined = text.replaceAll(/[\r\n]/g, '');
  if (!BASE64.test(joined)) throw new DecodeError(`illegal base64 data at input byte ${corruptAt(text)}`);
  return Buffer.from(joined, 'base64').toString('base64');
}

/** Index that Go reports: the first byte that cannot be read; the length for a quantum cut short. */
function corruptAt(text: string): number {
  let digits = 0;
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at++) {
    const char = String.fromCharCode(bytes[at] ?? 0);
    if (char === '\n' || char === '\r') continue;
    if (/[A-Za-z0-9+/]/.test(char)) {
      digits++;
      continue;
    }
    if (char !== '=' || digits % 4 < 2) return at;
    return afterPadding(bytes, at, digits % 4);
  }
  return bytes.length - (digits % 4);
}

/** After the first "=": a second one where two digits are missing, then nothing but line breaks. */
function afterPadding(bytes: Uint8Array, first: number, digits: number): number {
  const skip = (from: number) => {
    let at = from;
    while (bytes[at] === 0x0a || bytes[at] === 0x0d) at++;
    return at;
  };
  let at = skip(first + 1);
  if (digits === 2) {
    if (at === bytes.length) return bytes.length;
    if (bytes[at] !== 0x3d) return at - 1;
    at = skip(at + 1);
  }
  return at;
}

/** True for an integer in the range of the schema; integers beyond 2^53 are RawJson. */
export function isInteger(schema: IntegerSchema, value: unknown): value is number | RawJson {
  if (typeof value === 'number') {
    return Number.isSafeInteger(value) && value >= schema.min && value <= schema.max;
  }
  return isRawJson(value) && /^-?\d+$/.test(value.rawJSON) && inRange(schema, BigInt(value.rawJSON));
}

export function inRange(schema: IntegerSchema, value: bigint): boolean {
  return value >= schema.range[0] && value <= schema.range[1];
}

/** A number where JavaScript holds it; a written -0 is 0. */
export function plainInteger(value: number | RawJson): number | RawJson {
  if (typeof value === 'number') return value;
  const number = Number(value.rawJSON);
  return Number.isSafeInteger(number) ? number + 0 : value;
}
