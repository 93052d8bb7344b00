/** Pages that are seen through a proxy: what their links name by a path from the root is moved below the proxy's own path. */
import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflateRaw } from 'node:zlib';

/** Which attributes of which elements are links. Source: upstream's proxy transport. */
const linkAttributes: ReadonlyMap<string, readonly string[]> = new Map([
  ['a', ['href']],
  ['applet', ['codebase']],
  ['area', ['href']],
  ['audio', ['src']],
  ['base', ['href']],
  ['blockquote', ['cite']],
  ['body', ['background']],
  ['button', ['formaction']],
  ['command', ['icon']],
  ['del', ['cite']],
  ['embed', ['src']],
  ['form', ['action']],
  ['frame', ['longdesc', 'src']],
  ['head', ['profile']],
  ['html', ['manifest']],
  ['iframe', ['longdesc', 'src']],
  ['img', ['longdesc', 'src', 'usemap']],
  ['input', ['src', 'usemap', 'formaction']],
  ['ins', ['cite']],
  ['link', ['href']],
  ['object', ['classid', 'codebase', 'data', 'usemap']],
  ['q', ['cite']],
  ['script', ['src']],
  ['source', ['src']],
  ['video', ['poster', 'src']],
]);

/** Elements whose text is no page, and where it ends. */
const textOf: ReadonlyMap<string, RegExp> = new Map([
  ['script', /<\/script/gi],
  ['style', /<\/style/gi],
  ['textarea', /<\/textarea/gi],
  ['title', /<\/title/gi],
]);

/**
 * One pass, whatever the page: what is not well-formed stays as it is, from there to its end.
 * @param prefix without a slash at its end
 */
export function rewriteHtml(page: string, prefix: string): string {
  const parts: string[] = [];
  /** Up to where the parts go. */
  let written = 0;
  for (let at = page.indexOf('<'); at >= 0; at = page.indexOf('<', at)) {
    if (page.startsWith('<!--', at)) {
      at = after(page, '-->', at + 4);
      if (at < 0) break;
      continue;
    }
    const element = /[a-z][^\s/>]*/iy;
    element.lastIndex = at + 1;
    const name = element.exec(page)?.[0].toLowerCase();
    at += 1 + (name?.length ?? 0);
    if (name === undefined) continue;
    const links = linkAttributes.get(name) ?? [];
    for (;;) {
      const attribute = attributeAt(page, at);
      if (attribute === undefined) return parts.join('') + page.slice(written);
      at = attribute.end;
      if (attribute.name === '') break;
      if (!links.includes(attribute.name)) continue;
      const { from, to } = attribute;
      parts.push(page.slice(written, from), movedLink(page.slice(from, to), prefix));
      written = to;
    }
    const textEnd = textOf.get(name);
    if (textEnd === undefined) continue;
    textEnd.lastIndex = at;
    const found = textEnd.exec(page);
    if (found === null) break;
    at = found.index + 2;
  }
  return parts.join('') + page.slice(written);
}

interface Attribute {
  /** In small letters; empty: the tag ends here. */
  readonly name: string;
  /** Of its value. */
  readonly from: number;
  readonly to: number;
  /** Of all of it. */
  readonly end: number;
}

/** Undefined: the page ends before it does. */
function attributeAt(page: string, start: number): Attribute | undefined {
  let at = start;
  const skip = (what: RegExp) => {
    while (at < page.length && what.test(page.charAt(at))) at++;
  };
  skip(/[\s/]/);
  if (at >= page.length) return undefined;
  if (page[at] === '>') return { name: '', from: at, to: at, end: at + 1 };
  const nameAt = at;
  at++;
  skip(/[^\s/>=]/);
  const name = page.slice(nameAt, at).toLowerCase();
  skip(/\s/);
  if (page[at] !== '=') return { name, from: at, to: at, end: at };
  at++;
  skip(/\s/);
  const quote = page[at];
  if (quote === '"' || quote === "'") {
    const from = at + 1;
    const to = page.indexOf(quote, from);
    return to < 0 ? undefined : { name, from, to, end: to + 1 };
  }
  const from = at;
  skip(/[^\s>]/);
  return { name, from, to: at, end: at };
}

/** Behind the next one; -1: there is none. */
function after(page: string, what: string, at: number): number {
  const found = page.indexOf(what, at);
  return found < 0 ? -1 : found + what.length;
}

/** Those to other servers, and those that are relative already, stay. */
function movedLink(link: string, prefix: string): string {
  const isOfRoot = link.startsWith('/') && !link.startsWith('//');
  return !isOfRoot || link.startsWith(prefix) ? link : prefix + link;
}

const decoders: Readonly<Record<string, (body: Buffer) => Promise<Buffer>>> = {
  gzip: promisify<Buffer, Buffer>(gunzip),
  deflate: promisify<Buffer, Buffer>(inflateRaw),
  br: promisify<Buffer, Buffer>(brotliDecompress),
};

/** Undefined: this is no page, or one that cannot be read. Then nothing has been read of it. */
export function rewrittenPage(answer: IncomingMessage, prefix: string): Readable | undefined {
  const { 'content-type': type = '', 'content-encoding': encoding = '' } = answer.headers;
  if (!/^text\/html\b/i.test(type)) return undefined;
  if (encoding !== '' && !Object.hasOwn(decoders, encoding)) return undefined;
  const decode = decoders[encoding];
  return Readable.from(
    (async function* () {
      const body = await buffer(answer);
      if (body.length === 0) return;
      yield rewriteHtml((decode === undefined ? body : await decode(body)).toString(), prefix);
    })(),
    { objectMode: false },
  );
}
