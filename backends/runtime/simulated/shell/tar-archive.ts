/** The tar format as far as files and folders go: written as ustar with GNU's long names, read also with pax's. */
export interface TarEntry {
  /** That of a folder ends in a slash. */
  readonly path: string;
  readonly content: Uint8Array;
  readonly mode: number;
}

const BLOCK = 512;
const LONGEST_NAME = 100;
/** Where fields of a header begin, and how long they are. */
const field = {
  name: [0, LONGEST_NAME],
  mode: [100, 8],
  owner: [108, 8],
  group: [116, 8],
  size: [124, 12],
  modified: [136, 12],
  checksum: [148, 8],
  type: [156, 1],
  magic: [257, 8],
  prefix: [345, 155],
} as const;

export function writeTar(entries: readonly TarEntry[], { seconds }: { readonly seconds: number }): Buffer {
  const blocks: Uint8Array[] = [];
  const add = (header: { name: Uint8Array; mode: number; type: string }, content: Uint8Array) => {
    const block = Buffer.alloc(BLOCK);
    const octal = ([at, length]: readonly [number, number], value: number) =>
      block.write(value.toString(8).padStart(length - 1, '0'), at, 'latin1');
    block.set(header.name.subarray(0, LONGEST_NAME), field.name[0]);
    octal(field.mode, header.mode);
    octal(field.owner, 0);
    octal(field.group, 0);
    octal(field.size, content.length);
    octal(field.modified, seconds);
    block.write(header.type, field.type[0], 'latin1');
    block.write('ustar\x0000', field.magic[0], 'latin1');
    // The sum counts its own field as blanks.
    block.fill(' ', field.checksum[0], field.type[0]);
    const sum = block.reduce((all, byte) => all + byte, 0);
    block.write(`${sum.toString(8).padStart(6, '0')}\0 `, field.checksum[0], 'latin1');
    blocks.push(block, content, Buffer.alloc(-content.length & (BLOCK - 1)));
  };
  for (const { path, content, mode } of entries) {
    const name = Buffer.from(path);
    if (name.length > LONGEST_NAME)
      add({ name: Buffer.from('././@LongLink'), mode: 0, type: 'L' }, Buffer.concat([name, Buffer.alloc(1)]));
    add({ name, mode, type: path.endsWith('/') ? '5' : '0' }, content);
  }
  return Buffer.concat([...blocks, Buffer.alloc(2 * BLOCK)]);
}

/** Links and devices are left out. Undefined: that is no archive. */
export function readTar(bytes: Buffer): TarEntry[] | undefined {
  const entries: TarEntry[] = [];
  let longName: string | undefined;
  for (let at = 0; at + BLOCK <= bytes.length; ) {
    const block = bytes.subarray(at, at + BLOCK);
    if (block.every((byte) => byte === 0)) return entries;
    const text = ([from, length]: readonly [number, number]) =>
      block
        .subarray(from, from + length)
        .toString('utf8')
        .replace(/\0.*$/s, '');
    const [size, mode] = [Number.parseInt(text(field.size), 8), Number.parseInt(text(field.mode), 8)];
    if (!text(field.magic).startsWith('ustar') || Number.isNaN(size)) return undefined;
    const content = bytes.subarray(at + BLOCK, at + BLOCK + size);
    if (content.length < size) return undefined;
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
    const type = text(field.type);
    if (type === 'L') longName = content.toString('utf8').replace(/\0.*$/s, '');
    else if (type === 'x') longName = paxPath(content) ?? longName;
    else {
      // GNU's headers have other fields where ustar's have the prefix.
      const prefix = text(field.magic) === 'ustar' ? text(field.prefix) : '';
      const path = longName ?? (prefix === '' ? text(field.name) : `${prefix}/${text(field.name)}`);
      longName = undefined;
      if (type === '5') entries.push({ path: path.replace(/\/*$/, '/'), content: new Uint8Array(), mode });
      else if (['', '0', '7'].includes(type)) entries.push({ path, content: Uint8Array.from(content), mode });
    }
  }
  return bytes.length === 0 ? undefined : entries;
}

/** Of records "LENGTH KEY=VALUE\n". */
function paxPath(records: Buffer): string | undefined {
  for (let at = 0; at < records.length; ) {
    const length = Number.parseInt(records.subarray(at, at + 20).toString('latin1'), 10);
    if (!(length > 0)) return undefined;
    const [, key, value] = /^\d+ ([^=]*)=(.*)\n$/s.exec(records.subarray(at, at + length).toString('utf8')) ?? [];
    if (key === 'path') return value;
    at += length;
  }
  return undefined;
}
