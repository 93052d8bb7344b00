/** What decoding throws on input that is no object of its type: the message is Go's; handlers put it into a Status. */
export class DecodeError extends Error {
  override name = 'DecodeError';
}

/** Deepest nesting of objects and lists that is read. Go's limit is 10,000; V8 cannot print more than about 4,000. */
export const MAX_DEPTH = 1000;

export const TOO_DEEP = 'exceeded max depth';
