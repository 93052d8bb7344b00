/** The hash by which a pod template is known: in names of replica sets and in the label pod-template-hash. */
import { printPodTemplate } from './go-print.ts';

/** FNV-1a, 32 bits. */
export function fnv32a(bytes: Uint8Array, start = 0x811c9dc5): number {
  let hash = start;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash;
}

/** No vowels and no digits that look like them, so that no words come out. */
const safeCharacters = 'bcdfghjklmnpqrstvwxz2456789';

export function safeEncode(text: string): string {
  let encoded = '';
  for (const byte of Buffer.from(text)) encoded += safeCharacters[byte % safeCharacters.length];
  return encoded;
}

/** @param collisionCount of the owner's status: another hash where the one before was taken */
export function hashPodTemplate(template: object, collisionCount: number | undefined): string {
  return safeEncode(String(hashWithCollisions(Buffer.from(printPodTemplate(template)), collisionCount)));
}

function hashWithCollisions(bytes: Uint8Array, collisionCount: number | undefined): number {
  const hash = fnv32a(bytes);
  if (collisionCount === undefined) return hash;
  const count = Buffer.alloc(8);
  count.writeUInt32LE(collisionCount);
  return fnv32a(count, hash);
}
