/** Bytes as hexadecimal numbers beside their characters, sixteen a line. */
const width = 16;

export function canonicalDump(bytes: Uint8Array): string {
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += width) {
    const row = [...bytes.subarray(at, at + width)];
    const hex = row.map((byte, index) => `${byte.toString(16).padStart(2, '0')}${index === 7 ? ' ' : ''}`).join(' ');
    const text = row.map((byte) => (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : '.')).join('');
    lines.push(`${at.toString(16).padStart(8, '0')}  ${hex.padEnd(49)} |${text}|`);
  }
  if (bytes.length > 0) lines.push(bytes.length.toString(16).padStart(8, '0'));
  return lines.map((line) => `${line}\n`).join('');
}
