/** What the generic store is made of, takes and gives. */
import type { Storage } from '../../../../backends/storage/interface.ts';
import type { KubeObject } from '../../../apimachinery/meta/object.ts';
import type { StructSchema } from '../../../apimachinery/schema/type-schema.ts';
import type { CachedObject, Cacher, ResourceCache } from '../../cacher/interface.ts';
import type { Preconditions } from './preconditions.ts';
import type { StoreHooks } from './store-hooks.ts';
import type { ResourceDefinition, StrategyContext, UpdateStrategy } from './resource-definition.ts';

export interface StoreParts {
  readonly definition: ResourceDefinition;
  readonly storage: Storage;
  readonly cacher: Cacher;
  readonly cache: ResourceCache;
  /** Schema of the storage version. */
  readonly schema: StructSchema;
  /** What the stored objects are called: kind and apiVersion of the storage version. */
  readonly storageKind: string;
  readonly storageApiVersion: string;
  readonly hooks?: StoreHooks;
  readonly conversion?: StoreConversion;
  /** Objects are written in the version in which they were found. */
  readonly keepsVersions?: boolean;
}

/** Between what is stored and what a store's objects are, where that is not the same. */
export interface StoreConversion {
  /** What is stored under a key, as the store's version shows it. */
  find(key: string): CachedObject | Promise<CachedObject> | undefined;
  /** As it is stored, in whatever version. */
  parseStored(key: string): KubeObject | undefined;
  /** False: it would be stored in another version today. */
  isStoredInPlace(key: string): boolean;
  /** The value that is stored of one of the store's version. */
  toStored(value: Buffer): Promise<Uint8Array>;
}

/** `cached` is what the store now holds; absent for a dry run. `object` has its resourceVersion. */
export interface Stored {
  readonly object: KubeObject;
  readonly cached?: CachedObject;
}

export interface WriteOptions {
  readonly context: StrategyContext;
  readonly namespace: string;
  /** Validating admission, called with the object about to be stored. */
  readonly admit?: (object: KubeObject, old: KubeObject | undefined) => void | Promise<void>;
  readonly warn: (text: string) => void;
}

export interface UpdateOptions extends WriteOptions {
  /** A status-like subresource's strategy in place of the resource's own. */
  readonly strategy?: UpdateStrategy;
  /** PUT may create (server-side apply always may). */
  readonly allowCreate: boolean;
  readonly preconditions?: Preconditions;
  /** Retries after a conflict even though the client named no resourceVersion: patches always do. */
  readonly isPatch: boolean;
}

export interface Updated extends Stored {
  readonly created: boolean;
}

/** Makes the object to store from the present one; called again after a conflict. `old` may be kept but not changed. */
export type Transform = (old: KubeObject | undefined) => KubeObject | Promise<KubeObject>;

export interface Deleted {
  /** The object as it now is or last was. */
  readonly object: KubeObject;
  readonly cached?: CachedObject;
  /** False: marked only; finalizers or a grace period hold it. */
  readonly gone: boolean;
}
