/** A definition as it is served: a scope for each version, made when first asked for, over one cache of its objects. */
import type { Storage } from '../../../backends/storage/interface.ts';
import { newInternalError } from '../../apimachinery/errors/status-error.ts';
import { apiVersionOf, type KubeObject } from '../../apimachinery/meta/object.ts';
import { findValues } from '../../apimachinery/jsonpath/find-values.ts';
import { parseJsonPath } from '../../apimachinery/jsonpath/parse-json-path.ts';
import type { SchemaRegistry } from '../../apimachinery/schema/schema-registry.ts';
import type { StructSchema } from '../../apimachinery/schema/type-schema.ts';
import { applyStructuralDefaults } from '../../apimachinery/structural-schema/apply-defaults.ts';
import { pruneNulls, pruneUnknown } from '../../apimachinery/structural-schema/prune.ts';
import { toStructSchema } from '../../apimachinery/structural-schema/to-schema.ts';
import type { CachedResource, Cacher, ResourceCache } from '../cacher/interface.ts';
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
    return this.scope(storageVersion) ?? this.#newScope(found);
  }

  /** Takes the place of an older definition of the same resource. */
  replace(older: ServedDefinition): void {
    const isSame = older.facts.form === this.facts.form;
    if (isSame) this.#schemas.takeOver(older.#schemas);
    if (isSame || older.#cache === undefined) {
      this.#cache = older.#cache;
      return;
    }
    older.#cache.endWatches('closed');
    this.#cache = this.#parts.cacher.resource(this.#cachedResource());
  }

  release(): void {
    if (this.#cache !== undefined) this.#parts.cacher.release(this.#cache.resource.prefix);
    this.#cache = undefined;
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

  #newScope(version: VersionFacts): ResourceScope {
    const { group, names, storageVersion } = this.facts;
    const isStored = version.version === storageVersion;
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
      store: lazy(() => this.#newStore(definition, schema())),
      applyDefaults: (object) => void applyStructuralDefaults(object, structural()),
      untyped: newUntypedKind(structural, metadata),
    });
  }

  #versionOf(version: VersionFacts, isStored: boolean): ResourceVersionDefinition {
    const { group, names, convertsByWebhook } = this.facts;
    const warning = deprecationWarning(this.facts, version);
    const refuse = (): never => {
      const message = `conversion of ${names.plural}.${group} to ${version.version} needs a webhook, which is not supported yet`;
      throw newInternalError(message);
    };
    return {
      version: version.version,
      type: customTypeName(group, version.version, names.kind),
      servedByDefault: true,
      ...(isStored ? { storage: true } : {}),
      ...(warning === undefined ? {} : { deprecationWarning: warning }),
      ...(isStored ? {} : { fromStorage: convertsByWebhook ? refuse : (object) => this.#pruned(object, version) }),
      ...(isStored || !convertsByWebhook ? {} : { toStorage: refuse }),
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

  #newStore(definition: ResourceDefinition, schema: StructSchema): GenericStore {
    const { storage, cacher } = this.#parts;
    const { group, names, storageVersion } = this.facts;
    this.#cache ??= cacher.resource(this.#cachedResource());
    return new GenericStore({
      definition,
      storage,
      cacher,
      cache: this.#cache,
      schema,
      storageKind: names.kind,
      storageApiVersion: apiVersionOf({ group, version: storageVersion }),
    });
  }

  #cachedResource(): CachedResource {
    const { group, names, namespaced, storageVersion, versions, form } = this.facts;
    const paths = new Set(versions.flatMap(({ selectablePaths }) => selectablePaths));
    return {
      prefix: storageKeyPrefix({ storagePrefix: `${group}/${names.plural}`, resource: names.plural }),
      namespaced,
      layout: customLayout(names.kind, apiVersionOf({ group, version: storageVersion })),
      selectableFields: selectableFields([...paths]),
      reform: (object) => this.#reform(object),
      form,
    };
  }

  /** As upstream decodes what it reads: by the schema of the stored version as it is today. */
  #reform(object: KubeObject): boolean {
    const schema = this.#schemas.structural(this.facts.storageVersion);
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
