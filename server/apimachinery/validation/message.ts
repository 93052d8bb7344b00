/** The sentences that name and format checks answer with; clients and the upstream suites match on them. */

/** What every check returns for a valid value: one shared list, so that the usual case allocates nothing. */
export const VALID: readonly string[] = Object.freeze([]);

export const EMPTY_MESSAGE = 'must be non-empty';

/** Upstream counts bytes and says "characters" in most checks … */
export function maxLengthMessage(length: number): string {
  return `must be no more than ${length} characters`;
}

/** … and says "bytes" in those of label keys and values. */
export function maxBytesMessage(length: number): string {
  return `must be no more than ${length} bytes`;
}

export function inclusiveRangeMessage(low: number, high: number): string {
  return `must be between ${low} and ${high}, inclusive`;
}

export function regexMessage(message: string, regex: string, ...examples: readonly string[]): string {
  if (examples.length === 0) return `${message} (regex used for validation is '${regex}')`;
  const quoted = examples.map((example) => `'${example}', `).join(' or ');
  return `${message} (e.g. ${quoted}regex used for validation is '${regex}')`;
}

/** True if `value` takes more than `limit` bytes in UTF-8. */
export function isLongerThan(value: string, limit: number): boolean {
  return value.length > limit || (value.length * 3 > limit && Buffer.byteLength(value) > limit);
}
