/** Warnings as the header has them (RFC 7234 warn-text: code 299, no agent, quoted), cut where they are too many. */

/** Characters of all warnings together beyond which each is cut. */
const MAX_TOTAL = 4096;
/** Characters that are left of each then; those that come when the total is full once more are left out. */
const MAX_EACH = 256;
const control = /\p{Cc}/u;

export function warningHeaders(warnings: readonly string[]): string[] {
  const texts = warnings.filter((text) => text !== '' && !control.test(text)).map((text) => Array.from(text));
  let total = 0;
  const overflow = texts.findIndex(({ length }) => (total += length) > MAX_TOTAL);
  if (overflow < 0) return texts.map((text) => header(text.join('')));
  const headers: string[] = [];
  let written = 0;
  for (const [index, text] of texts.entries()) {
    if (index > overflow && written >= MAX_TOTAL) break;
    const cut = text.slice(0, MAX_EACH);
    written += cut.length;
    headers.push(header(cut.join('')));
  }
  return headers;
}

/** Node writes the characters of a header as single bytes: they are those of the UTF-8 form. */
function header(text: string): string {
  const quoted = text.replaceAll('\\', '\\\\').replaceAll('"', '\\"');
  return `299 - "${Buffer.from(quoted).toString('latin1')}"`;
}
