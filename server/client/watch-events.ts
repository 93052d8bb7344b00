/** Events of a watch out of the bytes of its stream: one JSON document a line. */
import { statusErrorOf } from './read-answer.ts';

export interface WatchEvent<T> {
  /** BOOKMARK: only metadata.resourceVersion and annotations of the object mean something. */
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK';
  readonly object: T;
}

const newline = 0x0a;

/** @throws StatusError that an ERROR event carries */
export async function* decodeWatch<T>(chunks: AsyncIterable<Buffer>): AsyncGenerator<WatchEvent<T>> {
  let rest: Buffer[] = [];
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, start)) {
      const line = chunk.subarray(start, end);
      start = end + 1;
      yield decodeEvent<T>(rest.length === 0 ? line : Buffer.concat([...rest, line]));
      rest = [];
    }
    if (start < chunk.length) rest.push(chunk.subarray(start));
  }
}

function decodeEvent<T>(line: Buffer): WatchEvent<T> {
  const event = JSON.parse(line.toString('utf8')) as { type: string; object: T };
  if (event.type === 'ERROR') throw statusErrorOf(event.object, 500);
  return event as WatchEvent<T>;
}
