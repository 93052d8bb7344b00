/** PEM: armoured blocks within text. */
export interface PemBlock {
  readonly type: string;
  readonly hasHeaders: boolean;
  readonly der: Buffer;
}

const block = /(?:^|\n)-----BEGIN ([^\n]*?)-----[ \t\r]*\n([\s\S]*?)(?:^|\n)?-----END \1-----[ \t\r]*(?=\n|$)/g;
const header = /^[^\n:]+:[^\n]*\n/;

/** The well-formed blocks, in order; whatever stands between them is passed over, as Go does. */
export function decodePem(text: string): PemBlock[] {
  const blocks: PemBlock[] = [];
  for (const [, type = '', body = ''] of text.matchAll(block)) {
    let rest = body;
    let hasHeaders = false;
    for (let found = header.exec(rest); found !== null; found = header.exec(rest)) {
      hasHeaders = true;
      rest = rest.slice(found[0].length);
    }
    const base64 = rest.replace(/[\s]/g, '');
    if (base64.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(base64)) continue;
    blocks.push({ type, hasHeaders, der: Buffer.from(base64, 'base64') });
  }
  return blocks;
}
