/** Reads protocol buffers in their text form, as the CEL specification keeps its tests: fields in order, scalars as they are written. */

export type TextValue = string | number | bigint | boolean | Uint8Array | TextMessage;

/** A field may be there more than once. */
export class TextMessage {
  readonly fields: { readonly name: string; readonly value: TextValue }[] = [];

  all(name: string): TextValue[] {
    return this.fields.filter((field) => field.name === name).map(({ value }) => value);
  }

  get(name: string): TextValue | undefined {
    return this.fields.find((field) => field.name === name)?.value;
  }

  messages(name: string): TextMessage[] {
    return this.all(name).filter((value) => value instanceof TextMessage);
  }

  message(name: string): TextMessage | undefined {
    return this.messages(name)[0];
  }

  text(name: string): string {
    const value = this.get(name);
    return value instanceof Uint8Array ? Buffer.from(value).toString() : typeof value === 'string' ? value : '';
  }

  has(name: string): boolean {
    return this.fields.some((field) => field.name === name);
  }
}

const tokens = /\s+|#[^\n]*|("(?:[^"\\]|\\[\s\S])*"|'(?:[^'\\]|\\[\s\S])*')|(\[[^\]]*\])|([\w.+-]+)|([{}<>:;,])/gy;

export function parseTextProto(source: string): TextMessage {
  const found: string[] = [];
  tokens.lastIndex = 0;
  while (tokens.lastIndex < source.length) {
    const at = tokens.lastIndex;
    const match = tokens.exec(source);
    if (match === null) throw new Error(`no token at ${source.slice(at, at + 40)}`);
    const token = match[1] ?? match[2] ?? match[3] ?? match[4];
    if (token !== undefined) found.push(token);
  }
  let at = 0;
  const peek = (): string => found[at] ?? '';
  const readMessage = (end: string): TextMessage => {
    const message = new TextMessage();
    while (peek() !== end) {
      if (at >= found.length) throw new Error('a message does not end');
      const name = found[at++] ?? '';
      if (name === ',' || name === ';') continue;
      if (peek() === ':') at++;
      if (peek().startsWith('[') && peek() !== '[') {
        for (const item of listItems(peek())) message.fields.push({ name, value: scalar(item) });
        at++;
      } else message.fields.push({ name, value: readValue() });
    }
    at++;
    return message;
  };
  const readValue = (): TextValue => {
    const token = found[at++] ?? '';
    if (token === '{') return readMessage('}');
    if (token === '<') return readMessage('>');
    if (!/^["']/.test(token)) return scalar(token);
    const parts = [bytesOf(token)];
    while (/^["']/.test(peek())) parts.push(bytesOf(found[at++] ?? ''));
    return new Uint8Array(Buffer.concat(parts));
  };
  found.push('END');
  return readMessage('END');
}

function listItems(list: string): string[] {
  return list
    .slice(1, -1)
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

function scalar(token: string): TextValue {
  if (token === 'true' || token === 'false') return token === 'true';
  if (/^[+-]?(?:inf(?:inity)?|nan)$/i.test(token)) return Number(token.replace(/inf(?:inity)?/i, 'Infinity'));
  if (/^[+-]?(?:0x[\da-f]+|\d+)$/i.test(token)) return token.startsWith('-') ? -BigInt(token.slice(1)) : BigInt(token);
  if (/^[+-]?[\d.]+(?:e[+-]?\d+)?f?$/i.test(token)) return Number(token.replace(/f$/i, ''));
  return token;
}

const escapes: Readonly<Record<string, number>> = { n: 10, t: 9, r: 13, a: 7, b: 8, f: 12, v: 11 };

function bytesOf(literal: string): Buffer {
  const text = literal.slice(1, -1);
  const parts: Buffer[] = [];
  for (const [, plain, octal, hex, unicode, long, single] of text.matchAll(
    /([^\\]+)|\\(?:([0-7]{1,3})|x([\da-fA-F]{1,2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|([\s\S]))/g,
  )) {
    if (plain !== undefined) parts.push(Buffer.from(plain));
    else if (octal !== undefined) parts.push(Buffer.from([Number.parseInt(octal, 8)]));
    else if (hex !== undefined) parts.push(Buffer.from([Number.parseInt(hex, 16)]));
    else if (unicode !== undefined) parts.push(Buffer.from(String.fromCharCode(Number.parseInt(unicode, 16))));
    else if (long !== undefined) parts.push(Buffer.from(String.fromCodePoint(Number.parseInt(long, 16))));
    else if (single !== undefined) {
      const code = escapes[single];
      parts.push(code === undefined ? Buffer.from(single) : Buffer.from([code]));
    }
  }
  return Buffer.concat(parts);
}
