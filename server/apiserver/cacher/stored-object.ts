/** From a stored value to an entry of the cache, also where the value is older than this server's layout or is no object at all. */
import { isJsonObject, type JsonObject } from '../../apimachinery/json.ts';
import type { KubeObject } from '../../apimachinery/meta/object.ts';
import { cachedBytes, hasLayout } from '../storage/object-layout.ts';
import { CacheEntry } from './cache-entry.ts';
import type { CachedResource } from './interface.ts';
import { parseStored } from './parse-object.ts';

export interface StoredObject {
  readonly key: string;
  readonly value: Uint8Array;
  readonly revision: number;
}

/** The namespace in a key of the resource; '' for cluster-scoped ones. */
export function namespaceOf(resource: CachedResource, key: string): string {
  const { prefix, namespaced } = resource;
  const end = namespaced ? key.indexOf('/', prefix.length) : -1;
  return end < 0 ? '' : key.slice(prefix.length, end);
}

export function entryOf(resource: CachedResource, stored: StoredObject, namespace: string): CacheEntry {
  const { layout } = resource;
  const { key, revision } = stored;
  const isLaidOut = hasLayout(layout, stored.value) && resource.reform?.(parsed(stored, namespace)) !== true;
  const value = isLaidOut ? stored.value : relaid(resource, stored, namespace);
  return new CacheEntry(key, namespace, revision, cachedBytes(layout, value, revision));
}

/** Another storage version, or other order of keys: brought into this server's layout. */
function relaid(resource: CachedResource, stored: StoredObject, namespace: string): Uint8Array {
  const { layout, fromStored, reform, keptVersion } = resource;
  const object = parsed(stored, namespace);
  const present = fromStored?.(object) ?? object;
  reform?.(present);
  const { kind: _kind, apiVersion, metadata, ...rest } = present;
  const { resourceVersion: _resourceVersion, ...kept } = metadata;
  const atEnd = keptVersion === undefined || apiVersion === keptVersion ? {} : { apiVersion };
  const text = JSON.stringify({ metadata: kept, ...rest, ...atEnd });
  return Buffer.concat([layout.objectHeader, Buffer.from(text.slice(1))]);
}

/** A value that is no object shows as an empty one: it can be seen, replaced and deleted, and hides no other. */
function parsed(stored: StoredObject, namespace: string): KubeObject {
  const name = stored.key.slice(stored.key.lastIndexOf('/') + 1);
  const metadata: JsonObject = namespace === '' ? { name } : { name, namespace };
  try {
    const value = parseStored(Buffer.from(stored.value).toString());
    if (isJsonObject(value) && isJsonObject(value.metadata)) return value as KubeObject;
  } catch {
    // Not JSON.
  }
  return { metadata };
}
