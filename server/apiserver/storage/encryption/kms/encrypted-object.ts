/** What an encrypted object must have, with upstream's messages and bounds. */
import { createHash } from 'node:crypto';
import { isDns1123Subdomain } from '../../../../apimachinery/validation/names.ts';
import type { EncryptedObject } from './messages.ts';

/** Bytes. */
const dekSourceMaxSize = 1024;
const keyIdMaxSize = 1024;
const annotationsMaxSize = 32 * 1024;

export const gcmKeyType = 0;
export const seedType = 1;

/** @throws Error */
export function checkEncryptedObject(object: EncryptedObject): EncryptedObject {
  const { dekSourceType, encryptedData, encryptedDekSource, annotations } = object;
  if (dekSourceType !== gcmKeyType && dekSourceType !== seedType) {
    throw new Error(`unknown encryptedDEKSourceType: ${dekSourceType}`);
  }
  if (encryptedData.length === 0) throw new Error('encrypted data is empty');
  const source = 'failed to validate encrypted DEK source: encrypted DEK source is';
  if (encryptedDekSource.length === 0) throw new Error(`${source} empty`);
  if (encryptedDekSource.length > dekSourceMaxSize) {
    throw new Error(`${source} ${encryptedDekSource.length} bytes, which exceeds the max size of ${dekSourceMaxSize}`);
  }
  const problem = keyIdProblem(object.keyId);
  if (problem !== undefined) throw new Error(`failed to validate key id: ${problem}`);
  let size = 0;
  for (const [key, value] of annotations) {
    size += Buffer.byteLength(key) + value.length;
    if (isDns1123Subdomain(key).length > 0 || !key.includes('.')) {
      const why = 'should be a domain with at least two segments separated by dots';
      throw new Error(`failed to validate annotations: annotations: Invalid value: ${JSON.stringify(key)}: ${why}`);
    }
  }
  if (size > annotationsMaxSize) {
    const bounds = `${size}, which exceeds the max size of ${annotationsMaxSize}`;
    throw new Error(`failed to validate annotations: total size of annotations is ${bounds}`);
  }
  return object;
}

export function keyIdProblem(keyId: string): string | undefined {
  const size = Buffer.byteLength(keyId);
  if (size === 0) return 'keyID is empty';
  return size > keyIdMaxSize ? `keyID is ${size} bytes, which exceeds the max size of ${keyIdMaxSize}` : undefined;
}

/** What messages say of a key id. */
export function hashOf(keyId: string): string {
  return keyId === '' ? '' : `sha256:${createHash('sha256').update(keyId).digest('hex')}`;
}

/** The same for the same data encryption key. */
export function cacheKeyOf({ dekSourceType, encryptedDekSource, keyId, annotations }: EncryptedObject): string {
  const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');
  const sorted = [...annotations].toSorted(([a], [b]) => (a < b ? -1 : 1));
  const shown = sorted.map(([key, value]) => [key, text(value)]);
  return JSON.stringify([dekSourceType, text(encryptedDekSource), keyId, shown]);
}
