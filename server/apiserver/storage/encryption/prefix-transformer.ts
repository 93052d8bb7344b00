/** Several ways of writing values: the first writes, and each may read what begins with its prefix. */
import { joinErrors } from '../../../apimachinery/errors/aggregate.ts';
import type { Plain, ValueTransformer } from './value-transformer.ts';

export interface PrefixedTransformer {
  /** "": whatever the value begins with. */
  readonly prefix: string;
  readonly transformer: ValueTransformer;
}

/** @param noneFits what is said of a value that begins with none of the prefixes */
export function prefixTransformer(transformers: readonly PrefixedTransformer[], noneFits: string): ValueTransformer {
  const ways = transformers.map(({ prefix, transformer }) => ({ prefix: Buffer.from(prefix), transformer }));
  const [first] = ways;
  if (first === undefined) throw new TypeError('values are written in some way');
  return {
    fromStorage: (data, context) => read({ ways, data, context, noneFits, at: 0, errors: [] }),
    toStorage(value, context) {
      const written = first.transformer.toStorage(value, context);
      return first.prefix.length === 0 ? written : Buffer.concat([first.prefix, written]);
    },
  };
}

interface Reading {
  readonly ways: ReadonlyArray<{ readonly prefix: Buffer; readonly transformer: ValueTransformer }>;
  readonly data: Uint8Array;
  readonly context: string;
  readonly noneFits: string;
  readonly at: number;
  readonly errors: readonly string[];
}

/** Synchronous for as long as nobody else has to be asked. Ways that are there twice, with other keys, share a prefix. */
function read({ ways, data, context, noneFits, at, errors }: Reading): Plain | Promise<Plain> {
  const failed = [...errors];
  for (let index = at; index < ways.length; index++) {
    const way = ways[index];
    if (way === undefined || way.prefix.compare(data, 0, Math.min(way.prefix.length, data.length)) !== 0) continue;
    const plain = ({ value, stale }: Plain): Plain => ({ value, stale: stale || index !== 0 });
    const fail = (error: unknown) => {
      if (way.prefix.length > 0) failed.push(error instanceof Error ? error.message : String(error));
    };
    try {
      const found = way.transformer.fromStorage(data.subarray(way.prefix.length), context);
      if (!(found instanceof Promise)) return plain(found);
      return found.then(plain, (error: unknown) => {
        fail(error);
        return read({ ways, data, context, noneFits, at: index + 1, errors: failed });
      });
    } catch (error) {
      fail(error);
    }
  }
  throw new Error(failed.length === 0 ? noneFits : joinErrors(failed));
}
