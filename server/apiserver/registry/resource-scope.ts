/** One served resource in one version, with everything that its handlers need; schema and store are made on first use. */
import { apiVersionOf, type GroupResource, type KubeObject } from '../../apimachinery/meta/object.ts';
import type { JsonObject } from '../../apimachinery/json.ts';
import { decodeObject } from '../../apimachinery/schema/decode-json.ts';
import type { StructSchema } from '../../apimachinery/schema/type-schema.ts';
import type { ResourceCache } from '../cacher/interface.ts';
import type { ExpectedKind } from '../negotiation/decode-body.ts';
import type { UntypedKind } from '../negotiation/untyped-body.ts';
import { builtInLayout, customLayout, type ObjectLayout } from '../storage/object-layout.ts';
import type { GenericStore } from './generic/store.ts';
import type { ResourceDefinition, ResourceVersionDefinition } from './generic/resource-definition.ts';

export interface ScopeParts {
  readonly definition: ResourceDefinition;
  readonly version: ResourceVersionDefinition;
  readonly schema: () => StructSchema;
  readonly store: () => GenericStore;
  /** Sets the defaults of this version. Mutates. */
  readonly applyDefaults: (object: KubeObject) => void;
  /** Set for custom resources. */
  readonly untyped?: UntypedKind;
  /** Set where a webhook leads from version to version. */
  readonly conversion?: () => ScopeConversion;
}

/** Conversions between versions of a scope's resource, for work that does not wait. */
export interface ScopeConversion {
  /** @throws ConversionPending: again once it is known */
  convert(object: JsonObject, apiVersion: string): JsonObject;
}

export class ConversionPending extends Error {
  override name = 'ConversionPending';
  readonly known: Promise<void>;
  constructor(known: Promise<void>) {
    super('a conversion is not known yet');
    this.known = known;
  }
}

/** Runs work that converts, as often as there is something to wait for. */
export async function whenConverted<T>(work: () => T): Promise<T> {
  for (;;) {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof ConversionPending)) throw error;
      await error.known;
    }
  }
}

export class ResourceScope {
  readonly definition: ResourceDefinition;
  readonly version: ResourceVersionDefinition;
  readonly group: string;
  readonly kind: string;
  readonly apiVersion: string;
  readonly groupResource: GroupResource;
  /** True when the request's version is the stored one: cached bytes are the answer as they are. */
  readonly isStorageVersion: boolean;
  /** Layout of this version's JSON. */
  readonly layout: ObjectLayout;
  readonly applyDefaults: (object: KubeObject) => void;
  readonly listKind: string;
  readonly untyped: UntypedKind | undefined;
  readonly #schema: () => StructSchema;
  readonly #store: () => GenericStore;
  readonly #conversion: (() => ScopeConversion) | undefined;

  constructor({ definition, version, schema, store, applyDefaults, untyped, conversion }: ScopeParts) {
    this.definition = definition;
    this.version = version;
    this.group = definition.group;
    this.kind = definition.kind;
    this.apiVersion = apiVersionOf({ group: definition.group, version: version.version });
    this.groupResource = { group: definition.group, resource: definition.resource };
    this.isStorageVersion = version.storage === true;
    const layoutOf = untyped === undefined ? builtInLayout : customLayout;
    this.layout = layoutOf(definition.kind, this.apiVersion);
    this.listKind = definition.listKind ?? `${definition.kind}List`;
    this.untyped = untyped;
    this.applyDefaults = applyDefaults;
    this.#schema = schema;
    this.#store = store;
    this.#conversion = conversion;
  }

  get conversion(): ScopeConversion | undefined {
    return this.#conversion?.();
  }

  /** Schema of the request's version. */
  get schema(): StructSchema {
    return this.#schema();
  }

  get store(): GenericStore {
    return this.#store();
  }

  get cache(): ResourceCache {
    return this.store.cache;
  }

  /** An object that the server itself makes, as if it had come in a request: canonical, with defaults. */
  decodeOwn(object: JsonObject): KubeObject {
    const decoded = decodeObject(this.schema, structuredClone(object), { strict: false }).object as KubeObject;
    decoded.kind = this.kind;
    decoded.apiVersion = this.apiVersion;
    this.applyDefaults(decoded);
    return decoded;
  }

  /** What a body sent to this scope must be. */
  get expected(): ExpectedKind {
    const { group, version, kind, apiVersion, schema, untyped } = this;
    return { group, version: version.version, kind, apiVersion, schema, untyped };
  }
}

export function newResourceScope(parts: ScopeParts): ResourceScope {
  return new ResourceScope(parts);
}

/** An object of the storage version as this scope's version shows it. Never mutates. */
export function toRequestVersion(scope: ResourceScope, object: KubeObject): KubeObject {
  if (scope.isStorageVersion)
    return object.kind === undefined ? { kind: scope.kind, apiVersion: scope.apiVersion, ...object } : object;
  const converted = scope.version.fromStorage === undefined ? { ...object } : scope.version.fromStorage(object);
  return { ...converted, kind: scope.kind, apiVersion: scope.apiVersion };
}

/** An object as the client sent it, in the shape that is stored. Never mutates. */
export function toStorageVersion(scope: ResourceScope, object: KubeObject): KubeObject {
  const { toStorage } = scope.version;
  if (scope.isStorageVersion && toStorage === undefined) return object;
  const converted = toStorage === undefined ? { ...object } : toStorage(object);
  return { ...converted, kind: scope.store.storageKind, apiVersion: scope.store.storageApiVersion };
}
