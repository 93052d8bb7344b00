/** A definition as it is served: a scope for each version, made when first asked for, over one cache of its objects. */
import type { Storage } from '../../../backends/storage/interface.ts';
import { apiVersionOf, type KubeObject } from '../../apimachinery/meta/object.ts';
import { findValues } from '../../apimachinery/jsonpath/find-values.ts';
import { parseJsonPath } from '../../apimachinery/jsonpath/parse-json-path.ts';
import type { SchemaRegistry } from '../../apimachinery/schema/schema-registry.ts';
import type { StructSchema } from '../../apimachinery/schema/type-schema.ts';
import { applyStructuralDefaults } from '../../apimachinery/structural-schema/apply-defaults.ts';
import { pruneNulls, pruneUnknown } from '../../apimachinery/structural-schema/prune.ts';
import type { Structural } from '../../apimachinery/structural-schema/structural.ts';
import { toStructSchema } from '../../apimachinery/structural-schema/to-schema.ts';
import type { CachedResource, Cacher, ConvertedResourceCache, ResourceCache } from '../cacher/interface.ts';
import { customTypeName, type ServedResource } from '../openapi/served-resource.ts';
import type {
  ResourceDefinition,
  ResourceVersionDefinition,
  SubresourceDefinition,
} from '../registry/generic/resource-definition.ts';
import { GenericStore } from '../registry/generic/store.ts';
import { storageKeyPrefix } from '../registry/generic/store-rules.ts';
import { newResourceScope, type ResourceScope } from '../registry/resource-scope.ts';
import { customLayout } from '../storage/object-layout.ts';
import { type ConversionParts, ConversionWebhook, type WebhookFacts } from './conversion/conversion-webhook.ts';
import { SettledConversion } from './conversion/settled-conversion.ts';
import { VersionConversion } from './conversion/version-conversion.ts';
import { customStatusStrategy, customStrategy } from './custom-strategy.ts';
import type { DefinitionSchemas } from './custom-schemas.ts';
import { customTable, textOf } from './custom-table.ts';
import type { DefinitionFacts, VersionFacts } from './definition-facts.ts';
import { deprecationWarning } from './deprecation.ts';
import { newUntypedKind } from './untyped-kind.ts';

export interface ServingParts {
  readonly storage: Storage;
  readonly cacher: Cacher;
  readonly schemas: SchemaRegistry;
  readonly conversions: ConversionParts;
}

interface ConvertedVersion {
  readonly conversion: VersionConversion;
  readonly cache: ConvertedResourceCache;
}

const listedVerbs = ['delete', 'deletecollection', 'get', 'list', 'patch', 'create', 'update', 'watch'];
const listedWhenTerminating = ['delete', 'deletecollection', 'get', 'list', 'watch'];
const subresourceVerbs = ['get', 'patch', 'update'];
const objectMeta = 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta';

export class ServedDefinition {
  readonly facts: DefinitionFacts;
  readonly #schemas: DefinitionSchemas;
  readonly #parts: ServingParts;
  readonly #scopes = new Map<string, ResourceScope>();
  readonly #openApi = new Map<string, ServedResource>();
  /** Of a definition whose versions a webhook converts. */
  readonly #converted = new Map<string, ConvertedVersion>();
  #cache: ResourceCache | undefined;

  constructor(facts: DefinitionFacts, schemas: DefinitionSchemas, parts: ServingParts) {
    this.facts = facts;
    this.#schemas = schemas;
    this.#parts = parts;
  }

  /** Undefined: the version is not served. */
  scope(version: string): ResourceScope | undefined {
    let scope = this.#scopes.get(version);
    if (scope === undefined) {
      const found = this.facts.versions.find((candidate) => candidate.version === version && candidate.served);
      if (found === undefined) return undefined;
      scope = this.#newScope(found);
      this.#scopes.set(version, scope);
    }
    return scope;
  }

  /** In the version that is stored, whether it is served or not: for the server's own work on all objects. */
  storageScope(): ResourceScope {
    const { versions, storageVersion } = this.facts;
    const found = versions.find(({ version }) => version === storageVersion);
    if (found === undefined) throw new TypeError(`${this.facts.name} has no storage version`);
    if (this.facts.webhook === undefined) return this.scope(storageVersion) ?? this.#newScope(found);
    // As they are: the webhook may be gone before the objects are.
    return this.#newScope(found, { asStored: true });
  }

  /** Takes the place of an older definition of the same resource. */
  replace(older: ServedDefinition): void {
    const isSame = older.facts.form === this.facts.form;
    if (isSame) {
      this.#schemas.takeOver(older.#schemas);
      for (const [version, converted] of older.#converted) this.#converted.set(version, converted);
    } else older.#releaseConverted();
    if (isSame || older.#cache === undefined) {
      this.#cache = older.#cache;
      return;
    }
    older.#cache.endWatches('closed');
    this.#cache = this.#parts.cacher.resource(this.#cachedResource());
  }

  release(): void {
    this.#releaseConverted();
    if (this.#cache !== undefined) this.#parts.cacher.release(this.#cache.resource.prefix);
    this.#cache = undefined;
  }

  #releaseConverted(): void {
    for (const { cache } of this.#converted.values()) cache.release();
    this.#converted.clear();
  }

  /** The definition of a version as discovery reads it; light enough to be made for all of them. */
  discovered(version: VersionFacts): {
    readonly definition: ResourceDefinition;
    readonly version: ResourceVersionDefinition;
  } {
    const scope = this.scope(version.version);
    if (scope === undefined) throw new TypeError(`${this.facts.name} does not serve ${version.version}`);
    return { definition: scope.definition, version: scope.version };
  }

  openApi(version: VersionFacts): ServedResource {
    let described = this.#openApi.get(version.version);
    if (described === undefined) {
      described = this.#describe(version);
      this.#openApi.set(version.version, described);
    }
    return described;
  }

  #describe(version: VersionFacts): ServedResource {
    const { group, names, namespaced, terminating } = this.facts;
    const typeName = customTypeName(group, version.version, names.kind);
    const own = { group, version: version.version, kind: names.kind, typeName };
    const scale = { group: 'autoscaling', version: 'v1', kind: 'Scale', typeName: 'io.k8s.api.autoscaling.v1.Scale' };
    return {
      ...own,
      resource: names.plural,
      namespaced,
      verbs: terminating ? listedWhenTerminating : listedVerbs,
      subresources: [
        ...(version.hasStatus ? [{ name: 'status', verbs: subresourceVerbs, ...own }] : []),
        ...(version.scale === undefined ? [] : [{ name: 'scale', verbs: subresourceVerbs, ...scale }]),
      ],
      custom: {
        listKind: names.listKind,
        revision: this.facts.form,
        schema: () => this.#schemas.source(version.version),
        selectableFields: version.selectablePaths,
      },
    };
  }

  #newScope(version: VersionFacts, { asStored = false } = {}): ResourceScope {
    const { group, names, storageVersion, webhook } = this.facts;
    // A version that a webhook converts has a store of its own: to that, it is what is stored.
    const isStored = webhook !== undefined || version.version === storageVersion;
    const structural = () => this.#schemas.structural(version.version);
    const metadata = (): StructSchema => this.#parts.schemas.struct(objectMeta);
    const gvk = { group, version: version.version, kind: names.kind };
    const schema = lazy(() => toStructSchema(structural(), gvk, metadata()));
    const served = this.#versionOf(version, isStored);
    const definition = this.#definitionOf(version, served, isStored);
    return newResourceScope({
      definition,
      version: served,
      schema,
      store: lazy(() =>
        webhook === undefined || asStored
          ? this.#newStore(definition, schema(), asStored)
          : this.#newConvertingStore(definition, version, { schema: schema(), webhook }),
      ),
      ...(webhook === undefined || asStored
        ? {}
        : { conversion: lazy(() => new SettledConversion(this.#convertedVersion(version, webhook).conversion)) }),
      applyDefaults: (object) => void applyStructuralDefaults(object, structural()),
      untyped: newUntypedKind(structural, metadata),
    });
  }

  #versionOf(version: VersionFacts, isStored: boolean): ResourceVersionDefinition {
    const { group, names } = this.facts;
    const warning = deprecationWarning(this.facts, version);
    return {
      version: version.version,
      type: customTypeName(group, version.version, names.kind),
      servedByDefault: true,
      ...(isStored ? { storage: true } : {}),
      ...(warning === undefined ? {} : { deprecationWarning: warning }),
      ...(isStored ? {} : { fromStorage: (object) => this.#pruned(object, version) }),
    };
  }

  #pruned(object: KubeObject, version: VersionFacts): KubeObject {
    const copy = structuredClone(object);
    const schema = this.#schemas.structural(version.version);
    pruneUnknown(copy, schema, undefined);
    pruneNulls(copy, schema);
    return copy;
  }

  #definitionOf(version: VersionFacts, served: ResourceVersionDefinition, isStored: boolean): ResourceDefinition {
    const { group, names, namespaced, storageVersion, terminating } = this.facts;
    const schemas = {
      own: () => this.#schemas.structural(version.version),
      stored: isStored ? undefined : () => this.#schemas.structural(storageVersion),
    };
    const subresources: SubresourceDefinition[] = [];
    if (version.hasStatus) {
      const strategy = customStatusStrategy(schemas, version);
      subresources.push({ name: 'status', verbs: subresourceVerbs, served: 'status', strategy });
    }
    if (version.scale !== undefined) {
      const kind = { group: 'autoscaling', version: 'v1', kind: 'Scale', type: 'io.k8s.api.autoscaling.v1.Scale' };
      subresources.push({ name: 'scale', verbs: subresourceVerbs, kind, served: 'scale', scale: version.scale });
    }
    return {
      group,
      resource: names.plural,
      singular: names.singular,
      kind: names.kind,
      listKind: names.listKind,
      namespaced,
      ...(names.shortNames.length === 0 ? {} : { shortNames: names.shortNames }),
      ...(names.categories.length === 0 ? {} : { categories: names.categories }),
      versions: [served],
      strategy: customStrategy(schemas, version),
      table: customTable(version.columns),
      selectableFields: selectableFields(version.selectablePaths),
      unknownFieldLabel: (label) => `field label not supported: ${label}`,
      subresources,
      storagePrefix: `${group}/${names.plural}`,
      storedAsJson: true,
      storedKind: `${group}/${storageVersion}/${names.kind}`,
      listedVerbs: terminating ? listedWhenTerminating : listedVerbs,
      custom: terminating ? 'terminating' : 'established',
    };
  }

  #newStore(definition: ResourceDefinition, schema: StructSchema, keepsVersions: boolean): GenericStore {
    const { storage, cacher } = this.#parts;
    const cache = this.#storedObjects();
    const names = {
      storageKind: this.facts.names.kind,
      storageApiVersion: this.#apiVersion(this.facts.storageVersion),
    };
    return new GenericStore({ definition, storage, cacher, cache, schema, ...names, keepsVersions });
  }

  /** Of objects in the version of the request; only what is written and read goes through the webhook. */
  #newConvertingStore(
    definition: ResourceDefinition,
    version: VersionFacts,
    { schema, webhook }: { schema: StructSchema; webhook: WebhookFacts },
  ): GenericStore {
    const { storage, cacher } = this.#parts;
    const { cache, conversion } = this.#convertedVersion(version, webhook);
    const names = { storageKind: this.facts.names.kind, storageApiVersion: this.#apiVersion(version.version) };
    return new GenericStore({ definition, storage, cacher, cache, schema, ...names, conversion });
  }

  #convertedVersion({ version, selectablePaths }: VersionFacts, webhook: WebhookFacts): ConvertedVersion {
    let converted = this.#converted.get(version);
    if (converted === undefined) {
      const apiVersion = this.#apiVersion(version);
      const stored = this.#storedObjects();
      const { prefix, namespaced } = stored.resource;
      const layout = customLayout(this.facts.names.kind, apiVersion);
      const conversion = new VersionConversion({
        webhook: new ConversionWebhook(webhook, this.#parts.conversions),
        stored,
        apiVersion,
        layout,
        storageApiVersion: this.#apiVersion(this.facts.storageVersion),
        schemaOf: (name) => this.#schemaOf(name),
      });
      const resource = { prefix, namespaced, layout, selectableFields: selectableFields(selectablePaths) };
      converted = { conversion, cache: this.#parts.cacher.converted(stored, resource, conversion) };
      this.#converted.set(version, converted);
    }
    return converted;
  }

  #storedObjects(): ResourceCache {
    this.#cache ??= this.#parts.cacher.resource(this.#cachedResource());
    return this.#cache;
  }

  #apiVersion(version: string): string {
    return apiVersionOf({ group: this.facts.group, version });
  }

  #schemaOf(apiVersion: string): Structural | undefined {
    const found = this.facts.versions.find(({ version }) => this.#apiVersion(version) === apiVersion);
    return found === undefined ? undefined : this.#schemas.structural(found.version);
  }

  #cachedResource(): CachedResource {
    const { group, names, namespaced, storageVersion, versions, form, webhook } = this.facts;
    const paths = new Set(versions.flatMap(({ selectablePaths }) => selectablePaths));
    const apiVersion = this.#apiVersion(storageVersion);
    return {
      prefix: storageKeyPrefix({ storagePrefix: `${group}/${names.plural}`, resource: names.plural }),
      namespaced,
      layout: customLayout(names.kind, apiVersion),
      // Each version that is converted selects by its own fields.
      selectableFields: webhook === undefined ? selectableFields([...paths]) : {},
      reform: (object) => this.#reform(object),
      form,
      ...(webhook === undefined ? {} : { keptVersion: apiVersion }),
    };
  }

  /** As upstream decodes what it reads: by the schema of the version that it was stored in, as it is today. */
  #reform(object: KubeObject): boolean {
    const { storageVersion, webhook } = this.facts;
    const kept = webhook === undefined ? undefined : this.#schemaOf(object.apiVersion ?? '');
    const schema = kept ?? this.#schemas.structural(storageVersion);
    const unknown: string[] = [];
    pruneUnknown(object, schema, unknown);
    const nulls = pruneNulls(object, schema);
    return applyStructuralDefaults(object, schema) || nulls || unknown.length > 0;
  }
}

function selectableFields(paths: readonly string[]): Record<string, (object: KubeObject) => string> {
  return Object.fromEntries(
    paths.map((path) => {
      const steps = parseJsonPath(path);
      const read = (object: KubeObject): string => {
        const [value] = findValues(object, steps);
        return value === undefined || value === null ? '' : textOf(value);
      };
      return [path.replace(/^\./, ''), read];
    }),
  );
}

function lazy<T extends object>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
