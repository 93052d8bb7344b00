/** Values as they are; what is written in any other way is refused. */
import type { ValueTransformer } from './value-transformer.ts';

const encrypted = Buffer.from('k8s:enc:');

export function isEncrypted(data: Uint8Array): boolean {
  return (
    data[0] === encrypted[0] && data.length >= encrypted.length && encrypted.compare(data, 0, encrypted.length) === 0
  );
}

export const identity: ValueTransformer = {
  fromStorage(value) {
    if (isEncrypted(value)) throw new Error('identity transformer tried to read encrypted data');
    return { value, stale: false };
  },
  toStorage: (value) => value,
};
