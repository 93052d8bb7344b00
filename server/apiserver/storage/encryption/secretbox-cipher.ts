/** NaCl's secretbox (XSalsa20 and Poly1305) as upstream lays values out, the nonce before. */
import { xsalsa20poly1305 } from '@noble/ciphers/salsa.js';
import type { Random } from '../../../apimachinery/clock/random.ts';
import type { Cipher } from './value-transformer.ts';

const nonceSize = 24;
const overhead = 16;

/** `key` has 32 bytes. */
export function secretbox(key: Buffer, random: Random): Cipher {
  return {
    seal(plain) {
      const nonce = random.bytes(nonceSize);
      return Buffer.concat([nonce, xsalsa20poly1305(key, nonce).encrypt(plain)]);
    },
    open(sealed) {
      if (sealed.length < nonceSize + overhead) throw new Error('the stored data was shorter than the required size');
      try {
        return xsalsa20poly1305(key, sealed.subarray(0, nonceSize)).decrypt(sealed.subarray(nonceSize));
      } catch {
        // Upstream's words for a box that does not open.
        throw new Error('output array was not large enough for encryption');
      }
    },
  };
}
