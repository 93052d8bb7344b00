/**
 * How an object's bytes are laid out, so that GET and LIST are slices. A stored value is the JSON text
 *   {"kind":"Pod","apiVersion":"v1","metadata":{"name":…   (no resourceVersion: it is the key's revision)
 * and in the cache the same object is
 *   ,{"metadata":{"resourceVersion":"41","name":…          (built-ins; a list item after the first, comma included)
 * GET writes objectHeader + cached bytes from `itemHeader.length` on; LIST concatenates cached bytes, the first without comma.
 */
export interface ObjectLayout {
  /** `{"kind":"Pod","apiVersion":"v1",`: what comes before `"metadata":{` in a GET. */
  readonly objectHeader: Buffer;
  /** `,{` for built-ins; a custom resource's items repeat kind and apiVersion. */
  readonly itemHeader: Buffer;
}

const metadataOpen = Buffer.from('"metadata":{');
const versionOpen = '"resourceVersion":"';

export function builtInLayout(kind: string, apiVersion: string): ObjectLayout {
  return { objectHeader: headerOf(kind, apiVersion), itemHeader: Buffer.from(',{') };
}

/** Items of custom resources name their kind and version, as upstream's unstructured lists do. */
export function customLayout(kind: string, apiVersion: string): ObjectLayout {
  const objectHeader = headerOf(kind, apiVersion);
  return { objectHeader, itemHeader: Buffer.concat([Buffer.from(','), objectHeader]) };
}

function headerOf(kind: string, apiVersion: string): Buffer {
  return Buffer.from(`{"kind":${JSON.stringify(kind)},"apiVersion":${JSON.stringify(apiVersion)},`);
}

/** True if a stored value is laid out as its writer must lay it out: this header, then metadata. */
export function hasLayout(layout: ObjectLayout, value: Uint8Array): boolean {
  const { objectHeader } = layout;
  const inside = objectHeader.length + metadataOpen.length;
  return (
    value.length > inside &&
    objectHeader.compare(value, 0, objectHeader.length) === 0 &&
    metadataOpen.compare(value, objectHeader.length, inside) === 0
  );
}

/**
 * Cached bytes of a stored value at a revision; the buffer is exactly sized and its own (kept for long).
 * @throws TypeError where the value does not have the layout.
 */
export function cachedBytes(layout: ObjectLayout, value: Uint8Array, revision: number): Buffer {
  if (!hasLayout(layout, value)) throw new TypeError('stored object does not have the layout of its resource');
  const { itemHeader } = layout;
  const inside = layout.objectHeader.length + metadataOpen.length;
  const version = `${versionOpen}${revision}"${value[inside] === 0x7d ? '' : ','}`;
  const out = Buffer.allocUnsafeSlow(itemHeader.length + metadataOpen.length + version.length + value.length - inside);
  out.set(itemHeader);
  out.set(metadataOpen, itemHeader.length);
  const start = itemHeader.length + metadataOpen.length;
  const end = start + out.write(version, start, 'latin1');
  out.set(value.subarray(inside), end);
  return out;
}

/** The stored value that cached bytes were made from. */
export function storedBytes(layout: ObjectLayout, cached: CachedVersion): Buffer {
  const start = metadataStart(layout);
  let rest = start + versionOpen.length + String(cached.revision).length + 1;
  if (cached.bytes[rest] === 0x2c) rest++;
  return Buffer.concat([layout.objectHeader, metadataOpen, cached.bytes.subarray(rest)]);
}

/** The same object with another resourceVersion: what the DELETED event of an object that left a selector carries. */
export function atRevision(layout: ObjectLayout, cached: CachedVersion, revision: number): Buffer {
  const digits = metadataStart(layout) + versionOpen.length;
  const rest = digits + String(cached.revision).length;
  const version = String(revision);
  const out = Buffer.allocUnsafeSlow(cached.bytes.length - (rest - digits) + version.length);
  cached.bytes.copy(out, 0, 0, digits);
  out.write(version, digits, 'latin1');
  cached.bytes.copy(out, digits + version.length, rest);
  return out;
}

/**
 * An object that keeps the version in which it was stored, which is not that of its layout, has it at its end, where it counts:
 * of two keys that are the same JSON.parse takes the last.
 */
export function versionAtEnd({ bytes }: CachedVersion): string | undefined {
  if (bytes[bytes.length - 2] !== quote) return undefined;
  const tail = bytes.toString('utf8', Math.max(0, bytes.length - LONGEST_VERSION));
  return /,"apiVersion":"([^"\\]*)"\}$/.exec(tail)?.[1];
}

const quote = 0x22;
/** Bytes; a group has up to 253 characters, a version 63. */
const LONGEST_VERSION = 400;

interface CachedVersion {
  readonly revision: number;
  readonly bytes: Buffer;
}

/** Offset of the first key inside metadata in cached bytes. */
export function metadataStart(layout: ObjectLayout): number {
  return layout.itemHeader.length + metadataOpen.length;
}

/** Cached bytes of the value of metadata, braces included. */
export function metadataBytes(layout: ObjectLayout, cached: Buffer): Buffer {
  const start = metadataStart(layout) - 1;
  let depth = 0;
  for (let at = start; at < cached.length; at++) {
    const byte = cached[at];
    if (byte === quote) at = stringEnd(cached, at);
    else if (byte === braceOpen) depth++;
    else if (byte === braceClose && --depth === 0) return cached.subarray(start, at + 1);
  }
  throw new TypeError('metadata does not end');
}

const braceOpen = 0x7b;
const braceClose = 0x7d;
const backslash = 0x5c;

/** Offset of the quote that ends the string which begins at `at`. */
function stringEnd(json: Buffer, at: number): number {
  let end = at + 1;
  while (end < json.length && json[end] !== quote) end += json[end] === backslash ? 2 : 1;
  return end;
}

/** The whole object as GET answers it. */
export function objectBytes(layout: ObjectLayout, cached: Buffer): Buffer {
  const { objectHeader, itemHeader } = layout;
  const out = Buffer.allocUnsafe(objectHeader.length + cached.length - itemHeader.length);
  const end = objectHeader.copy(out);
  cached.copy(out, end, itemHeader.length);
  return out;
}
