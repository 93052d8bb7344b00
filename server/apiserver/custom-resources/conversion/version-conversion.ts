/** Between what is stored of a custom resource and one of its versions, through the webhook; what was converted once is remembered. */
import { newBareError } from '../../../apimachinery/errors/status-error.ts';
import type { JsonObject } from '../../../apimachinery/json.ts';
import type { KubeObject } from '../../../apimachinery/meta/object.ts';
import { pruneNulls, pruneUnknown } from '../../../apimachinery/structural-schema/prune.ts';
import type { Structural } from '../../../apimachinery/structural-schema/structural.ts';
import type { CachedObject, ObjectConversion, ResourceCache } from '../../cacher/interface.ts';
import { parseCached, parseStored } from '../../cacher/parse-object.ts';
import type { StoreConversion } from '../../registry/generic/store-options.ts';
import { cachedBytes, type ObjectLayout, versionAtEnd } from '../../storage/object-layout.ts';
import type { ConversionWebhook } from './conversion-webhook.ts';
import { CONVERSION_BATCH } from './limits.ts';

export interface VersionConversionParts {
  readonly webhook: ConversionWebhook;
  /** The cache of what is stored, each object in the version in which it was stored. */
  readonly stored: ResourceCache;
  /** "group/version" of the one that is shown. */
  readonly apiVersion: string;
  readonly layout: ObjectLayout;
  readonly storageApiVersion: string;
  /** Undefined: the definition has no such version. */
  readonly schemaOf: (apiVersion: string) => Structural | undefined;
}

type Shown = CachedObject | Promise<CachedObject>;

export class VersionConversion implements ObjectConversion, StoreConversion {
  readonly #parts: VersionConversionParts;
  readonly #made = new WeakMap<CachedObject, Shown>();

  constructor(parts: VersionConversionParts) {
    this.#parts = parts;
  }

  find(key: string): Shown | undefined {
    const stored = this.#parts.stored.get(key);
    return stored === undefined ? undefined : this.#shown(stored);
  }

  isStoredInPlace(key: string): boolean {
    const stored = this.#parts.stored.get(key);
    return stored !== undefined && versionAtEnd(stored) === undefined;
  }

  parseStored(key: string): KubeObject | undefined {
    const { stored } = this.#parts;
    const found = stored.get(key);
    return found === undefined ? undefined : parseCached(stored.resource.layout, found);
  }

  async converted(objects: readonly CachedObject[]): Promise<CachedObject[]> {
    const unknown = objects.filter(
      (object) => !this.#made.has(object) && this.#versionOf(object) !== this.#parts.apiVersion,
    );
    for (let at = 0; at < unknown.length; at += CONVERSION_BATCH) {
      const batch = unknown.slice(at, at + CONVERSION_BATCH);
      const values = await this.#convert(
        batch.map((object) => this.#parse(object)),
        this.#parts.apiVersion,
      );
      batch.forEach((object, index) => this.#made.set(object, this.#objectOf(object, values[index] ?? {})));
    }
    const converted: CachedObject[] = [];
    for (const object of objects) {
      const shown = this.#shown(object);
      converted.push(shown instanceof Promise ? await shown : shown);
    }
    return converted;
  }

  async toStored(value: Buffer): Promise<Uint8Array> {
    const { apiVersion, storageApiVersion } = this.#parts;
    if (apiVersion === storageApiVersion) return value;
    const [stored = {}] = await this.#convert([parseStored(value.toString()) as JsonObject], storageApiVersion);
    return textOf(stored);
  }

  /** Any object of the resource in any of its versions. */
  async convert(object: JsonObject, apiVersion: string): Promise<JsonObject> {
    const [converted = {}] = await this.#convert([object], apiVersion);
    return converted;
  }

  #shown(object: CachedObject): Shown {
    const known = this.#made.get(object);
    if (known !== undefined) return known;
    const made = this.#make(object);
    this.#made.set(object, made);
    // What has failed is tried again.
    if (made instanceof Promise) {
      made.then(
        (converted) => this.#made.set(object, converted),
        () => this.#made.delete(object),
      );
    }
    return made;
  }

  #make(object: CachedObject): Shown {
    const { apiVersion, storageApiVersion } = this.#parts;
    if (this.#versionOf(object) !== apiVersion) {
      return this.#convert([this.#parse(object)], apiVersion).then(([value = {}]) => this.#objectOf(object, value));
    }
    return apiVersion === storageApiVersion ? object : this.#objectOf(object, this.#parse(object));
  }

  #versionOf(object: CachedObject): string {
    return versionAtEnd(object) ?? this.#parts.storageApiVersion;
  }

  /** As it is stored: without its resourceVersion. */
  #parse(object: CachedObject): JsonObject {
    const { metadata, ...rest } = parseCached(this.#parts.stored.resource.layout, object);
    const { resourceVersion: _resourceVersion, ...kept } = metadata;
    return { ...rest, metadata: kept };
  }

  async #convert(objects: readonly JsonObject[], apiVersion: string): Promise<JsonObject[]> {
    const schema = this.#parts.schemaOf(apiVersion);
    if (schema === undefined) throw newBareError(`request to convert CR to an invalid group/version: ${apiVersion}`);
    for (const object of objects) {
      const from = String(object.apiVersion);
      if (this.#parts.schemaOf(from) !== undefined) continue;
      throw newBareError(`request to convert CR from an invalid group/version: ${from}`);
    }
    try {
      const converted = await this.#parts.webhook.convert(objects, apiVersion);
      for (const object of converted) {
        pruneUnknown(object, schema, undefined);
        pruneNulls(object, schema);
      }
      return converted;
    } catch (error) {
      throw newBareError(error instanceof Error ? error.message : String(error));
    }
  }

  #objectOf({ key, namespace, name, revision }: CachedObject, object: JsonObject): CachedObject {
    return { key, namespace, name, revision, bytes: cachedBytes(this.#parts.layout, textOf(object), revision) };
  }
}

/** In the order of a layout. */
function textOf({ kind, apiVersion, metadata, ...rest }: JsonObject): Buffer {
  return Buffer.from(JSON.stringify({ kind, apiVersion, metadata: metadata ?? {}, ...rest }));
}
