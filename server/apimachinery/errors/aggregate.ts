/** Several errors in one text, as upstream's aggregates print them: repeated ones once, more than one in brackets. */
export function joinErrors(messages: readonly string[]): string {
  const different = [...new Set(messages)];
  return different.length === 1 ? (different[0] ?? '') : `[${different.join(', ')}]`;
}
