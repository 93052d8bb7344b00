/** How a value is written at rest. What is written begins with a prefix that names the way and the key, so that it is known when it is read. */

export interface Plain {
  readonly value: Uint8Array;
  /** It would be written otherwise now. */
  readonly stale: boolean;
}

export interface ValueTransformer {
  /**
   * `context` is the value's key in the store: a value that was moved to another key is not read.
   * A promise only where somebody else has to be asked. @throws Error in upstream's words
   */
  fromStorage(data: Uint8Array, context: string): Plain | Promise<Plain>;
  toStorage(value: Uint8Array, context: string): Uint8Array;
}

/** Of bytes: one key's way of writing them. */
export interface Cipher {
  /** @throws Error in upstream's words */
  open(sealed: Uint8Array, context: string): Uint8Array;
  seal(plain: Uint8Array, context: string): Uint8Array;
}

/** Stored values are text, so what a cipher makes is written in base64. */
export function cipherTransformer(cipher: Cipher): ValueTransformer {
  return {
    fromStorage: (data, context) => ({ value: cipher.open(fromText(data), context), stale: false }),
    toStorage: (value, context) => toText(cipher.seal(value, context)),
  };
}

export function fromText(data: Uint8Array): Buffer {
  return Buffer.from(Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('latin1'), 'base64');
}

export function toText(sealed: Uint8Array): Buffer {
  return Buffer.from(Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength).toString('base64'), 'latin1');
}
