/** The custom resources that this server serves, as the definitions in its cache say; it follows them event by event. */
import type { KubeObject } from '../../apimachinery/meta/object.ts';
import { compareVersions } from '../../apimachinery/meta/version-order.ts';
import type { CachedObject, ResourceCache } from '../cacher/interface.ts';
import { parseCached } from '../cacher/parse-object.ts';
import type { ServedGroup, ServedVersion } from '../discovery/served-groups.ts';
import type { ServedResource } from '../openapi/served-resource.ts';
import type { ResourceScope } from '../registry/resource-scope.ts';
import { DefinitionSchemas } from './custom-schemas.ts';
import { CUSTOM_GROUP_PRIORITY, CUSTOM_VERSION_PRIORITY } from './custom-priorities.ts';
import { type DefinitionFacts, factsOf } from './definition-facts.ts';
import { ServedDefinition, type ServingParts } from './served-definition.ts';

/** What follows a definition beside serving it; called for each that changed, and once for all at the start. */
export type DefinitionListener = (name: string) => void;

export class CustomResources {
  readonly #parts: ServingParts;
  readonly #definitions: ResourceCache;
  /** By the name of the definition, "widgets.example.com". */
  readonly #served = new Map<string, ServedDefinition>();
  readonly #byGroup = new Map<string, Set<ServedDefinition>>();
  /** What discovery says of a group; dropped when one of its definitions changes. */
  readonly #groups = new Map<string, ServedGroup>();
  readonly #listeners: DefinitionListener[] = [];
  readonly #compiledIn = new Set<string>();
  #version = 0;

  /** @param compiledIn definitions that are no objects of the API: they are served from the start, and stay */
  constructor(definitions: ResourceCache, parts: ServingParts, compiledIn: readonly KubeObject[]) {
    this.#parts = parts;
    this.#definitions = definitions;
    for (const definition of compiledIn) {
      const { name = '' } = definition.metadata;
      this.#compiledIn.add(name);
      this.#serve(name, () => structuredClone(definition));
    }
    definitions.observe({
      reset: (objects) => this.#replace(objects),
      set: (object) => this.#follow(object.name, object),
      delete: ({ name }) => this.#follow(name, undefined),
    });
  }

  /** Goes up with every change of what is served. */
  get version(): number {
    return this.#version;
  }

  listen(listener: DefinitionListener): void {
    this.#listeners.push(listener);
    for (const name of this.#served.keys()) listener(name);
  }

  lookup(group: string, version: string, resource: string): ResourceScope | undefined {
    const found = this.#served.get(`${resource}.${group}`);
    return found?.facts.accepted === true ? found.scope(version) : undefined;
  }

  /** Of all versions of a definition that are served. */
  scopesOf(name: string): readonly ResourceScope[] {
    const served = this.#served.get(name);
    return (served?.facts.versions ?? []).flatMap(({ version }) => served?.scope(version) ?? []);
  }

  get(name: string): ServedDefinition | undefined {
    return this.#served.get(name);
  }

  /** Of all definitions of a group, also those that are not served. */
  inGroup(group: string): readonly DefinitionFacts[] {
    return [...(this.#byGroup.get(group) ?? [])].map(({ facts }) => facts);
  }

  /** For discovery, in the order of names. */
  groups(): readonly ServedGroup[] {
    const names = [...this.#byGroup.keys()].sort();
    return names.map((name) => this.#group(name)).filter(({ versions }) => versions.length > 0);
  }

  /** For the OpenAPI documents; the same objects as long as nothing changes. */
  openApi(): readonly ServedResource[] {
    return [...this.#served.values()].flatMap((served) => {
      if (!served.facts.established) return [];
      return served.facts.versions.filter((version) => version.served).map((version) => served.openApi(version));
    });
  }

  #group(group: string): ServedGroup {
    let known = this.#groups.get(group);
    if (known === undefined) {
      known = { group, priority: CUSTOM_GROUP_PRIORITY, versions: this.#versionsOf(group), custom: true };
      this.#groups.set(group, known);
    }
    return known;
  }

  #versionsOf(group: string): ServedVersion[] {
    const byVersion = new Map<string, ServedVersion['resources'][number][]>();
    const served = [...(this.#byGroup.get(group) ?? [])].filter(({ facts }) => facts.established);
    for (const one of served.sort((a, b) => (a.facts.names.plural < b.facts.names.plural ? -1 : 1))) {
      for (const version of one.facts.versions) {
        if (!version.served) continue;
        const resources = byVersion.get(version.version);
        if (resources === undefined) byVersion.set(version.version, [one.discovered(version)]);
        else resources.push(one.discovered(version));
      }
    }
    return [...byVersion.keys()]
      .sort(compareVersions)
      .map((version) => ({ version, priority: CUSTOM_VERSION_PRIORITY, resources: byVersion.get(version) ?? [] }));
  }

  #replace(objects: Iterable<CachedObject>): void {
    const gone = new Set(this.#served.keys()).difference(this.#compiledIn);
    for (const object of objects) {
      gone.delete(object.name);
      this.#change(object.name, object);
    }
    for (const name of gone) this.#change(name, undefined);
    for (const listen of this.#listeners) for (const name of this.#served.keys()) listen(name);
  }

  #follow(name: string, object: CachedObject | undefined): void {
    this.#change(name, object);
    for (const listen of this.#listeners) listen(name);
  }

  #change(name: string, object: CachedObject | undefined): void {
    // Its name is taken: what the API says of it is only said.
    if (this.#compiledIn.has(name)) return;
    if (object !== undefined) {
      this.#serve(name, () => parseCached(this.#definitions.resource.layout, object));
      return;
    }
    const old = this.#served.get(name);
    if (old === undefined) return;
    this.#forget(old);
    old.release();
  }

  #serve(name: string, read: () => KubeObject): void {
    const old = this.#served.get(name);
    const facts = factsOf(read());
    if (old?.facts.id === facts.id) return;
    const served = new ServedDefinition(facts, new DefinitionSchemas(read), this.#parts);
    if (old !== undefined) {
      this.#forget(old);
      served.replace(old);
    }
    this.#served.set(name, served);
    const group = this.#byGroup.get(facts.group);
    if (group === undefined) this.#byGroup.set(facts.group, new Set([served]));
    else group.add(served);
    this.#touch(facts.group);
  }

  #forget(served: ServedDefinition): void {
    const { name, group } = served.facts;
    this.#served.delete(name);
    const members = this.#byGroup.get(group);
    members?.delete(served);
    if (members?.size === 0) this.#byGroup.delete(group);
    this.#touch(group);
  }

  #touch(group: string): void {
    this.#groups.delete(group);
    this.#version++;
  }
}
