/** One object in a resource's cache: immutable bytes off the heap, and what selectors read, once someone has asked. */
import type { CachedObject } from './interface.ts';

export type LabelSet = Readonly<Record<string, string>>;

export class CacheEntry implements CachedObject {
  readonly key: string;
  readonly namespace: string;
  readonly revision: number;
  readonly bytes: Buffer;
  /** Shared by objects with the same labels; undefined until read (object-attributes.ts). */
  labels: LabelSet | undefined = undefined;
  /** Values of the resource's selectable fields, in its order; undefined until read. */
  fields: readonly string[] | undefined = undefined;

  constructor(key: string, namespace: string, revision: number, bytes: Buffer) {
    this.key = key;
    this.namespace = namespace;
    this.revision = revision;
    this.bytes = bytes;
  }

  get name(): string {
    return this.key.slice(this.key.lastIndexOf('/') + 1);
  }
}
