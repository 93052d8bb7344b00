/** Rules of roles, read from objects and compiled, so that a decision looks at the rules of its resource alone. */
import { asObjects, asTexts } from '../../../apimachinery/json-access.ts';
import type { KubeObject } from '../../../apimachinery/meta/object.ts';
import type { RequestedAction } from '../authorizer.ts';

export interface PolicyRule {
  readonly verbs: readonly string[];
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly resourceNames: readonly string[];
  readonly nonResourceURLs: readonly string[];
}

export function rulesOf(role: KubeObject): PolicyRule[] {
  return asObjects(role.rules).map((rule) => ({
    verbs: asTexts(rule.verbs),
    apiGroups: asTexts(rule.apiGroups),
    resources: asTexts(rule.resources),
    resourceNames: asTexts(rule.resourceNames),
    nonResourceURLs: asTexts(rule.nonResourceURLs),
  }));
}

/** Undefined: any. */
type Values = ReadonlySet<string> | undefined;

interface CompiledRule {
  readonly verbs: Values;
  readonly groups: Values;
  readonly names: Values;
}

export class CompiledRules {
  readonly rules: readonly PolicyRule[];
  /** By what a rule calls the resource: "pods", "pods/log", "*", or a star before a subresource. */
  readonly #byResource = new Map<string, CompiledRule[]>();
  readonly #paths: ReadonlyArray<{ readonly verbs: Values; readonly urls: readonly string[] }>;

  constructor(rules: readonly PolicyRule[]) {
    this.rules = rules;
    for (const rule of rules) {
      const compiled = {
        verbs: valuesOf(rule.verbs),
        groups: valuesOf(rule.apiGroups),
        names: rule.resourceNames.length === 0 ? undefined : new Set(rule.resourceNames),
      };
      for (const resource of rule.resources) {
        const known = this.#byResource.get(resource);
        if (known === undefined) this.#byResource.set(resource, [compiled]);
        else known.push(compiled);
      }
    }
    this.#paths = rules
      .filter(({ nonResourceURLs }) => nonResourceURLs.length > 0)
      .map(({ verbs, nonResourceURLs }) => ({ verbs: valuesOf(verbs), urls: nonResourceURLs }));
  }

  /** `resource` is "pods" or "pods/log". */
  allow(info: RequestedAction, resource: string): boolean {
    if (!info.isResourceRequest) return this.#allowPath(info);
    return (
      someAllow(this.#byResource.get(resource), info) ||
      someAllow(this.#byResource.get('*'), info) ||
      (info.subresource !== '' && someAllow(this.#byResource.get(`*/${info.subresource}`), info))
    );
  }

  #allowPath({ verb, path }: RequestedAction): boolean {
    return this.#paths.some(({ verbs, urls }) => has(verbs, verb) && urls.some((url) => urlCovers(url, path)));
  }
}

/** A URL of a rule may end in a star. */
export function urlCovers(url: string, path: string): boolean {
  return url === path || (url.endsWith('*') && path.startsWith(url.replace(/\*+$/, '')));
}

function valuesOf(values: readonly string[]): Values {
  return values.includes('*') ? undefined : new Set(values);
}

function has(values: Values, value: string): boolean {
  return values === undefined || values.has(value);
}

function someAllow(rules: readonly CompiledRule[] | undefined, info: RequestedAction): boolean {
  if (rules === undefined) return false;
  for (const { verbs, groups, names } of rules) {
    if (has(verbs, info.verb) && has(groups, info.group) && has(names, info.name)) return true;
  }
  return false;
}
