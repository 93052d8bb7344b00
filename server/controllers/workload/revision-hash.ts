/** The hash by which the revision of a template is known, and its name. */
import type { JsonValue } from '../../apimachinery/json.ts';
import { goJson } from './go-json.ts';
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

/** Characters of an owner's name that names of its revisions begin with. */
const PREFIX_LENGTH = 223;

export function revisionName(owner: string, hash: string): string {
  return `${owner.slice(0, PREFIX_LENGTH)}-${hash}`;
}
