/** Between a store's objects and what is under their keys: bytes of the cache to read, values to be written. */
import { jsonEquals } from '../../../apimachinery/json-equals.ts';
import type { KubeObject } from '../../../apimachinery/meta/object.ts';
import type { CachedObject, ResourceCache } from '../../cacher/interface.ts';
import { parseCached } from '../../cacher/parse-object.ts';
import { cachedBytes } from '../../storage/object-layout.ts';
import type { StoreConversion, StoreParts } from './store-options.ts';
import { storedMetadata } from './system-metadata.ts';

export class StoredValues {
  readonly #cache: ResourceCache;
  readonly #kind: string;
  readonly #apiVersion: string;
  readonly #keepsVersions: boolean;
  readonly #conversion: StoreConversion | undefined;

  constructor({ cache, storageKind, storageApiVersion, conversion, keepsVersions }: StoreParts) {
    this.#cache = cache;
    this.#kind = storageKind;
    this.#apiVersion = storageApiVersion;
    this.#conversion = conversion;
    this.#keepsVersions = keepsVersions === true;
  }

  find(key: string): CachedObject | Promise<CachedObject> | undefined {
    return this.#conversion === undefined ? this.#cache.get(key) : this.#conversion.find(key);
  }

  parse(cached: CachedObject): KubeObject {
    return parseCached(this.#cache.resource.layout, cached);
  }

  /** In whatever version it is stored. */
  parseStored(key: string): KubeObject | undefined {
    if (this.#conversion !== undefined) return this.#conversion.parseStored(key);
    const present = this.#cache.get(key);
    return present === undefined ? undefined : this.parse(present);
  }

  /** What a write has left under its key, where it is still the newest: what comes back may be another than what went out. */
  async written(key: string, revision: number, object: KubeObject): Promise<Required<Written> | undefined> {
    const found = this.find(key);
    const cached = found instanceof Promise ? await found : found;
    if (cached?.revision !== revision) return undefined;
    return { object: this.#conversion === undefined ? object : this.parse(cached), cached };
  }

  encode(object: KubeObject): Buffer {
    const { metadata, kind: _kind, apiVersion, ...rest } = object;
    return Buffer.from(
      JSON.stringify({
        kind: this.#kind,
        apiVersion: this.#keepsVersions ? apiVersion : this.#apiVersion,
        metadata: storedMetadata(metadata),
        ...rest,
      }),
    );
  }

  /** @param value as encoded */
  toStored(value: Buffer): Uint8Array | Promise<Uint8Array> {
    return this.#conversion === undefined ? value : this.#conversion.toStored(value);
  }

  isUnchanged(current: CachedObject, value: Uint8Array): boolean {
    // Written again as it is, an object moves to the version that is stored today.
    if (this.#keepsVersions || this.#conversion?.isStoredInPlace(current.key) === false) return false;
    const bytes = cachedBytes(this.#cache.resource.layout, value, current.revision);
    if (bytes.equals(current.bytes)) return true;
    // Defaults stand where they were set, which need not be where a client's copy has them: order is no change.
    if (bytes.length !== current.bytes.length || sumOf(bytes) !== sumOf(current.bytes)) return false;
    const { key, namespace, name, revision } = current;
    return jsonEquals(this.parse({ key, namespace, name, revision, bytes }), this.parse(current));
  }
}

/** The same for the same characters in another order: nearly every change is told by it, without parsing. */
function sumOf(bytes: Uint8Array): number {
  let sum = 0;
  // By index: an iterator costs several times as much, and updates come here.
  for (let at = 0; at < bytes.length; at++) sum += bytes[at] as number;
  return sum;
}

interface Written {
  readonly object: KubeObject;
  readonly cached: CachedObject;
}
