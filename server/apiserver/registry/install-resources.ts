/** From definitions to what the handlers use: caches, stores and scopes of every served resource and version. */
import type { Storage } from '../../../backends/storage/interface.ts';
import { apiVersionOf } from '../../apimachinery/meta/object.ts';
import { applyDefaults } from '../../apimachinery/schema/defaults.ts';
import type { SchemaRegistry } from '../../apimachinery/schema/schema-registry.ts';
import type { StructSchema } from '../../apimachinery/schema/type-schema.ts';
import { createDefaulters } from '../../apis/defaults.ts';
import type { Clock } from '../../apimachinery/clock/clock.ts';
import type { CachedResource, Cacher } from '../cacher/interface.ts';
import type { ServedGroup, ServedVersion } from '../discovery/served-groups.ts';
import { builtInLayout } from '../storage/object-layout.ts';
import { builtInGroups, builtInResources } from './built-in-resources.ts';
import type { ResourceDefinition } from './generic/resource-definition.ts';
import { GenericStore } from './generic/store.ts';
import type { StoreHooks } from './generic/store-hooks.ts';
import { internalResources } from './internal-resources.ts';
import { storageKeyPrefix } from './generic/store-rules.ts';
import { newResourceScope, type ResourceScope } from './resource-scope.ts';
import { isServed, type RuntimeConfig } from './runtime-config.ts';

/** The stored form of a resource: its own storage version's, or that of the resource whose objects it shows. */
interface StoredForm {
  readonly kind: string;
  readonly apiVersion: string;
  readonly type: string;
}

function storedForm(definition: ResourceDefinition): StoredForm {
  const { storedAs } = definition;
  const owner =
    storedAs === undefined
      ? definition
      : (builtInResources.find(({ group, resource }) => group === storedAs.group && resource === storedAs.resource) ??
        definition);
  const version = owner.versions.find(({ storage }) => storage === true) ?? owner.versions[0];
  if (version === undefined) throw new TypeError(`${definition.resource}.${definition.group} has no version`);
  return {
    kind: owner.kind,
    apiVersion: apiVersionOf({ group: owner.group, version: version.version }),
    type: version.type,
  };
}

const keptResources = [...builtInResources, ...internalResources].filter(({ virtual }) => virtual !== true);

/** Every resource that is kept, served or not: what is stored must stay readable when a version is switched on later. */
export function cachedResources(): Map<ResourceDefinition, CachedResource> {
  const byPrefix = new Map<string, CachedResource>();
  const out = new Map<ResourceDefinition, CachedResource>();
  for (const definition of keptResources) {
    const prefix = storageKeyPrefix(definition);
    let cached = byPrefix.get(prefix);
    const fields = { ...cached?.selectableFields, ...definition.selectableFields };
    if (cached === undefined) {
      const { kind, apiVersion } = storedForm(definition);
      cached = {
        prefix,
        namespaced: definition.namespaced,
        layout: builtInLayout(kind, apiVersion),
        selectableFields: fields,
      };
      byPrefix.set(prefix, cached);
    } else {
      cached = { ...cached, selectableFields: fields };
      byPrefix.set(prefix, cached);
    }
  }
  for (const definition of keptResources) {
    const cached = byPrefix.get(storageKeyPrefix(definition));
    if (cached !== undefined) out.set(definition, cached);
  }
  return out;
}

export interface InstalledResources {
  readonly groups: readonly ServedGroup[];
  readonly lookup: (group: string, version: string, resource: string) => ResourceScope | undefined;
  /** For composition: a resource's scope in its preferred served version. */
  readonly scopes: readonly ResourceScope[];
  /** Of any resource that is kept, served or not. */
  readonly storeOf: StoreOf;
}

export type StoreOf = (definition: ResourceDefinition) => GenericStore;

export interface InstallOptions {
  readonly storage: Storage;
  readonly cacher: Cacher;
  readonly clock: Clock;
  readonly schemas: SchemaRegistry;
  readonly cached: ReadonlyMap<ResourceDefinition, CachedResource>;
  readonly runtimeConfig: RuntimeConfig;
  /** Of the few resources whose writes do more than write; asked when a store is made. */
  readonly hooksOf: (definition: ResourceDefinition) => StoreHooks | undefined;
}

export function installResources(options: InstallOptions): InstalledResources {
  const scopes: ResourceScope[] = [];
  const defaulters = createDefaulters(options.clock);
  const byPath = new Map<string, ResourceScope>();
  const stores = new Map<ResourceDefinition, () => GenericStore>();
  const storeOf: StoreOf = (definition) => {
    const store = stores.get(definition);
    if (store === undefined) throw new TypeError(`${definition.resource} is not stored`);
    return store();
  };
  for (const definition of keptResources) {
    const store = lazy(() => newStore(definition, options));
    stores.set(definition, store);
  }
  for (const definition of builtInResources) {
    const store = () => storeOf(definition);
    for (const version of definition.versions) {
      if (!isServed(options.runtimeConfig, definition, version)) continue;
      const schema = lazy(() => options.schemas.struct(version.type));
      const scope = newResourceScope({
        definition,
        version,
        schema,
        store,
        applyDefaults: (object) => applyDefaults(schema(), object, defaulters),
      });
      scopes.push(scope);
      byPath.set(`${definition.group}/${version.version}/${definition.resource}`, scope);
    }
  }
  return {
    groups: servedGroups(scopes),
    lookup: (group, version, resource) => byPath.get(`${group}/${version}/${resource}`),
    scopes,
    storeOf,
  };
}

function newStore(definition: ResourceDefinition, options: InstallOptions): GenericStore {
  const { storage, cacher, schemas, cached } = options;
  const hooks = options.hooksOf(definition);
  const { kind, apiVersion, type } = storedForm(definition);
  const resource = cached.get(definition);
  if (resource === undefined) throw new TypeError(`${definition.resource} is not stored`);
  const schema: StructSchema = schemas.struct(type);
  return new GenericStore({
    definition,
    storage,
    cacher,
    cache: cacher.resource(resource),
    schema,
    storageKind: kind,
    storageApiVersion: apiVersion,
    ...(hooks === undefined ? {} : { hooks }),
  });
}

/** Most of what is served is never asked for in one run: schemas and stores are made on first use. */
function lazy<T extends object>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

function servedGroups(scopes: readonly ResourceScope[]): ServedGroup[] {
  return builtInGroups.flatMap(({ group, priority: groupPriority, versions }) => {
    const served = versions.flatMap(({ version, priority }): ServedVersion[] => {
      const resources = scopes
        .filter((scope) => scope.group === group && scope.version.version === version)
        .map((scope) => ({ definition: scope.definition, version: scope.version }));
      return resources.length === 0 ? [] : [{ version, priority, resources }];
    });
    return served.length === 0 ? [] : [{ group, priority: groupPriority, versions: served }];
  });
}
