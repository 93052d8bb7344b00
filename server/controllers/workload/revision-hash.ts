/** The hash by which the revision of a template is known, and its name. */
import { isJsonObject, type JsonValue } from '../../apimachinery/json.ts';
import { safeEncode } from './pod-template-hash.ts';

/** @param collisionCount of the owner's status */
export function hashRevision(data: object, collisionCount: number | undefined): string {
  const text = goJson(data as JsonValue) + (collisionCount === undefined ? '' : String(collisionCount));
  return safeEncode(String(fnv32(Buffer.from(text))));
}

/** FNV-1, 32 bits: not the one that templates are hashed with. */
function fnv32(bytes: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (const byte of bytes) hash = (Math.imul(hash, 0x01000193) ^ byte) >>> 0;
  return hash;
}

/** As Go writes a map: keys sorted, and what HTML could stumble over escaped. */
export function goJson(value: JsonValue | undefined): string {
  if (Array.isArray(value)) return `[${value.map(goJson).join(',')}]`;
  if (isJsonObject(value)) {
    const keys = Object.keys(value).filter((key) => value[key] !== undefined);
    keys.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    return `{${keys.map((key) => `${goText(key)}:${goJson(value[key])}`).join(',')}}`;
  }
  return typeof value === 'string' ? goText(value) : JSON.stringify(value ?? null);
}

function goText(text: string): string {
  return JSON.stringify(text).replace(
    /[<>&\u2028\u2029]/g,
    (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Characters of an owner's name that names of its revisions begin with. */
const PREFIX_LENGTH = 223;

export function revisionName(owner: string, hash: string): string {
  return `${owner.slice(0, PREFIX_LENGTH)}-${hash}`;
}
