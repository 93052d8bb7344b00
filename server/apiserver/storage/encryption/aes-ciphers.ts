/** AES as upstream lays values out: CBC with its IV before and PKCS #7 after, GCM with nonce before and tag after. */
import { type CipherGCMTypes, createCipheriv, createDecipheriv } from 'node:crypto';
import type { Random } from '../../../apimachinery/clock/random.ts';
import type { Cipher } from './value-transformer.ts';

const blockSize = 16;
const nonceSize = 12;
const tagSize = 16;
const tooShort = 'the stored data was shorter than the required size';

/** `key` has 16, 24 or 32 bytes. */
export function aesCbc(key: Buffer, random: Random): Cipher {
  const algorithm = `aes-${key.length * 8}-cbc`;
  return {
    seal(plain) {
      const iv = random.bytes(blockSize);
      const cipher = createCipheriv(algorithm, key, iv);
      return Buffer.concat([iv, cipher.update(plain), cipher.final()]);
    },
    open(sealed) {
      if (sealed.length < blockSize) throw new Error(tooShort);
      if (sealed.length % blockSize !== 0) throw new Error('the stored data is not a multiple of the block size');
      const decipher = createDecipheriv(algorithm, key, sealed.subarray(0, blockSize));
      // OpenSSL's own check would not tell the ways apart in which padding can be wrong.
      decipher.setAutoPadding(false);
      return withoutPadding(Buffer.concat([decipher.update(sealed.subarray(blockSize)), decipher.final()]));
    },
  };
}

function withoutPadding(padded: Buffer): Buffer {
  const size = padded.at(-1) ?? 0;
  if (size === 0 || size > padded.length) throw new Error('invalid PKCS7 data (empty or not padded)');
  const end = padded.length - size;
  for (let at = end; at < padded.length; at++) {
    if (padded[at] !== size) throw new Error('invalid padding on input');
  }
  return padded.subarray(0, end);
}

/** The context is authenticated with the value. */
export function aesGcm(key: Buffer, random: Random): Cipher {
  return {
    seal: (plain, context) => sealGcm(key, random.bytes(nonceSize), { data: plain, context }),
    open: (sealed, context) => openGcm(key, { data: sealed, context }),
  };
}

export interface GcmInput {
  readonly data: Uint8Array;
  readonly context: string;
}

export function sealGcm(key: Uint8Array, nonce: Uint8Array, { data, context }: GcmInput): Buffer {
  const cipher = createCipheriv(gcmOf(key), key, nonce, { authTagLength: tagSize });
  cipher.setAAD(Buffer.from(context));
  return Buffer.concat([nonce, cipher.update(data), cipher.final(), cipher.getAuthTag()]);
}

/** @throws Error in Go's words */
export function openGcm(key: Uint8Array, { data, context }: GcmInput): Buffer {
  if (data.length < nonceSize) throw new Error(tooShort);
  if (data.length < nonceSize + tagSize) throw new Error(unauthentic);
  const decipher = createDecipheriv(gcmOf(key), key, data.subarray(0, nonceSize), { authTagLength: tagSize });
  decipher.setAAD(Buffer.from(context));
  decipher.setAuthTag(data.subarray(data.length - tagSize));
  const plain = decipher.update(data.subarray(nonceSize, data.length - tagSize));
  try {
    return Buffer.concat([plain, decipher.final()]);
  } catch {
    throw new Error(unauthentic);
  }
}

const unauthentic = 'cipher: message authentication failed';

function gcmOf(key: Uint8Array): CipherGCMTypes {
  return `aes-${key.length * 8}-gcm` as CipherGCMTypes;
}
