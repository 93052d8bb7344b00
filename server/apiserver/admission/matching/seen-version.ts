/** The versions in which the object of a request can be seen: a webhook or policy for apps/v1 is asked about whatever becomes a Deployment. */
import type { SubresourceDefinition } from '../../registry/generic/resource-definition.ts';
import type { ResourceScope } from '../../registry/resource-scope.ts';

export interface GroupVersionResource {
  readonly group: string;
  readonly version: string;
  readonly resource: string;
}

export interface GroupVersionKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

export interface SeenVersion {
  readonly resource: GroupVersionResource;
  /** Of what is sent there: a Scale, where the subresource has a kind of its own. */
  readonly kind: GroupVersionKind;
  readonly scope: ResourceScope;
  /** Set where the object is none of the resource's own kind, and the same in every version. */
  readonly foreign: NonNullable<SubresourceDefinition['kind']> | undefined;
}

/** All served scopes whose objects are those of this one, itself among them. */
export type EquivalentScopes = (scope: ResourceScope) => readonly ResourceScope[];

export class SeenVersions {
  readonly #equivalentScopes: EquivalentScopes;
  readonly #own = new WeakMap<ResourceScope, Map<string, SeenVersion>>();

  constructor(equivalentScopes: EquivalentScopes) {
    this.#equivalentScopes = equivalentScopes;
  }

  /** As the request has it. */
  own(scope: ResourceScope, subresource: string): SeenVersion {
    let known = this.#own.get(scope);
    if (known === undefined) this.#own.set(scope, (known = new Map<string, SeenVersion>()));
    let seen = known.get(subresource);
    if (seen === undefined) known.set(subresource, (seen = seenVersion(scope, subresource)));
    return seen;
  }

  /** Beside the request's own. */
  others(scope: ResourceScope, subresource: string): readonly SeenVersion[] {
    return this.#equivalentScopes(scope)
      .filter((other) => other !== scope && hasSubresource(other, subresource))
      .map((other) => this.own(other, subresource));
  }
}

function hasSubresource({ definition }: ResourceScope, subresource: string): boolean {
  return subresource === '' || definition.subresources?.some(({ name }) => name === subresource) === true;
}

function seenVersion(scope: ResourceScope, subresource: string): SeenVersion {
  const { definition, version } = scope;
  const { group } = definition;
  const foreign = definition.subresources?.find(({ name }) => name === subresource)?.kind;
  return {
    resource: { group, version: version.version, resource: definition.resource },
    kind: foreign ?? { group, version: version.version, kind: definition.kind },
    scope,
    foreign,
  };
}

export function kindKey({ group, version, kind }: GroupVersionKind): string {
  return `${group}/${version}/${kind}`;
}

export function isSameVersion(a: SeenVersion, b: SeenVersion): boolean {
  return kindKey(a.kind) === kindKey(b.kind);
}
