/** Formats of printf, and escapes as echo -e knows them. */
const escapes: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  '\\': '\\',
  a: '\u0007',
  b: '\b',
  '"': '"',
};

export function unescapeText(text: string): string {
  return text.replaceAll(/\\([ntr\\ab"])/g, (whole, char: string) => escapes[char] ?? whole);
}

/** The format is used again while arguments are left. */
export function formatPrintf(format: string, args: readonly string[]): string {
  const left = [...args];
  const once = () =>
    unescapeText(format).replaceAll(/%(-?0?\d*)([sdixc%])/g, (_, width: string, kind: string) => {
      if (kind === '%') return '%';
      const arg = left.shift() ?? '';
      const number = Number.parseInt(arg, 10) || 0;
      const text = kind === 's' ? arg : kind === 'c' ? arg.slice(0, 1) : number.toString(kind === 'x' ? 16 : 10);
      const size = Math.abs(Number.parseInt(width, 10)) || 0;
      if (width.startsWith('-')) return text.padEnd(size);
      return text.padStart(size, width.startsWith('0') && kind !== 's' ? '0' : ' ');
    });
  let text = once();
  while (left.length > 0 && /%-?0?\d*[sdixc]/.test(format)) text += once();
  return text;
}
