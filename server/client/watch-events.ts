/** Events of a watch out of the bytes of its stream: one JSON document a line. */
import { statusErrorOf } from './read-answer.ts';

export interface WatchEvent<T> {
  /** BOOKMARK: only metadata.resourceVersion and annotations of the object mean something. */
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK';
  readonly object: T;
}

const newline = 0x0a;

/** Of buffers that several watches of this process get: as long as the buffer is there. */
const decoded = new WeakMap<Buffer, WatchEvent<unknown>>();

/**
 * `shared`: whoever else watches in this process may get the same object, which nobody may change.
 * @throws StatusError that an ERROR event carries
 */
export async function* decodeWatch<T>(
  chunks: AsyncIterable<Buffer>,
  { shared = false }: { readonly shared?: boolean } = {},
): AsyncGenerator<WatchEvent<T>> {
  let rest: Buffer[] = [];
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, start)) {
      if (shared && start === 0 && end === chunk.length - 1 && rest.length === 0) {
        yield decodeShared<T>(chunk);
        start = end + 1;
        continue;
      }
      const line = chunk.subarray(start, end);
      start = end + 1;
      yield decodeEvent<T>(rest.length === 0 ? line : Buffer.concat([...rest, line]));
      rest = [];
    }
    if (start < chunk.length) rest.push(chunk.subarray(start));
  }
}

function decodeShared<T>(chunk: Buffer): WatchEvent<T> {
  let event = decoded.get(chunk);
  if (event === undefined) decoded.set(chunk, (event = decodeEvent<unknown>(chunk)));
  return event as WatchEvent<T>;
}

function decodeEvent<T>(line: Buffer): WatchEvent<T> {
  const event = JSON.parse(line.toString('utf8')) as { type: string; object: T };
  if (event.type === 'ERROR') throw statusErrorOf(event.object, 500);
  return event as WatchEvent<T>;
}
