/** What quotas count in objects of one resource, and which of their changes they look at. */
import { asObject, asObjects, asText, asTexts } from '../../../apimachinery/json-access.ts';
import type { JsonObject } from '../../../apimachinery/json.ts';
import { labelSelectorToSelector } from '../../../apimachinery/labels/selector.ts';
import type { KubeObject } from '../../../apimachinery/meta/object.ts';
import type { ReadonlyAmounts } from './amounts.ts';

export interface CountedChange {
  readonly operation: string;
  readonly subresource: string;
  readonly object: KubeObject;
  readonly old: KubeObject | undefined;
}

export interface QuotaEvaluator {
  handles(change: CountedChange): boolean;
  /** Those of the names that this resource's objects count against. */
  matching(names: Iterable<string>): Set<string>;
  /** `now`: milliseconds since the epoch. */
  usage(object: KubeObject, now: number): ReadonlyAmounts;
  /** What an object must state where these are limited; undefined: nothing is missing. */
  missing?(limited: ReadonlySet<string>, object: KubeObject): string | undefined;
  /** Unset: no scope has any of these objects. */
  inScope?(scope: ScopeRequirement, object: KubeObject): boolean;
}

export interface ScopeRequirement {
  readonly scope: string;
  readonly operator: string;
  readonly values: readonly string[];
}

export function scopesOf(quota: KubeObject): ScopeRequirement[] {
  const spec = asObject(quota.spec);
  return [
    ...asTexts(spec.scopes).map((scope) => ({ scope, operator: 'Exists', values: [] })),
    ...asObjects(asObject(spec.scopeSelector).matchExpressions).map((requirement) => ({
      scope: asText(requirement.scopeName),
      operator: asText(requirement.operator),
      values: asTexts(requirement.values),
    })),
  ];
}

/** Whether the quota counts the object at all: it limits something of it and has it in every of its scopes. */
export function covers(
  quota: KubeObject,
  hard: ReadonlyAmounts,
  evaluator: QuotaEvaluator,
  object: KubeObject,
): boolean {
  if (evaluator.matching(hard.keys()).size === 0) return false;
  return scopesOf(quota).every((scope) => evaluator.inScope?.(scope, object) === true);
}

/** Objects that carry one of these values (of a priority class, of a volume attributes class). */
export function scopeSelects({ scope, operator, values }: ScopeRequirement, carried: readonly string[]): boolean {
  if (operator === 'Exists') return carried.length > 0;
  const requirement: JsonObject = { key: scope, operator, values: [...values] };
  const selector = labelSelectorToSelector({ matchExpressions: [requirement] });
  if (carried.length === 0) return selector.matches({});
  return carried.some((value) => selector.matches({ [scope]: value }));
}

export function countName(group: string, resource: string): string {
  return `count/${group === '' ? resource : `${resource}.${group}`}`;
}
