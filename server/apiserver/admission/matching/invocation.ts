/** Whether rules are for a request, as it came or (if they match equivalents) as another version of its resource would have it. */
import type { AdmissionAttributes } from '../admission.ts';
import { type Rule, ruleMatches } from './rules.ts';
import type { SeenVersion, SeenVersions } from './seen-version.ts';

export interface RuleSet {
  readonly rules: readonly Rule[];
  readonly matchesEquivalents: boolean;
}

/** As the rules see the request; undefined: they are not for it. */
export function matchRules(
  { rules, matchesEquivalents }: RuleSet,
  attributes: AdmissionAttributes,
  versions: SeenVersions,
): SeenVersion | undefined {
  const { operation, scope, subresource, namespace, name } = attributes;
  const own = versions.own(scope, subresource);
  const matches = (rule: Rule, { resource }: SeenVersion): boolean =>
    ruleMatches(rule, { operation, resource, subresource, namespace }) &&
    (rule.names.length === 0 || rule.names.includes(name));
  if (rules.some((rule) => matches(rule, own))) return own;
  if (!matchesEquivalents) return undefined;
  const others = versions.others(scope, subresource);
  // Earlier rules count first.
  for (const rule of rules) {
    const found = others.find((other) => matches(rule, other));
    if (found !== undefined) return found;
  }
  return undefined;
}
