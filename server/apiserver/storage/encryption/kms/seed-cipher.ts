/** AES-GCM with a key of its own for each value, derived from a seed and 32 bytes that lie before the value. */
import { createHmac } from 'node:crypto';
import type { Random } from '../../../../apimachinery/clock/random.ts';
import { openGcm, sealGcm } from '../aes-ciphers.ts';
import type { Cipher } from '../value-transformer.ts';

export const seedSize = 32;
const infoSize = 32;
const nonceSize = 12;

/** @throws Error for a seed that is too short */
export function seedCipher(seed: Uint8Array, random: Random): Cipher {
  if (seed.length < seedSize) throw new Error(`invalid seed length ${seed.length} used for key generation`);
  return {
    seal(data, context) {
      const info = random.bytes(infoSize);
      return Buffer.concat([info, sealGcm(derivedKey(seed, info), random.bytes(nonceSize), { data, context })]);
    },
    open(sealed, context) {
      if (sealed.length < infoSize) throw new Error('the stored data was shorter than the required size');
      return openGcm(derivedKey(seed, sealed.subarray(0, infoSize)), { data: sealed.subarray(infoSize), context });
    },
  };
}

/** The first block of HKDF's expansion with SHA-256: as long as the key. */
function derivedKey(seed: Uint8Array, info: Uint8Array): Buffer {
  return createHmac('sha256', seed).update(info).update(Buffer.of(1)).digest();
}
