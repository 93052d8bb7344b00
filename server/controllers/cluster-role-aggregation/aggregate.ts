/** The rules of a ClusterRole that is put together from others. */
import { jsonEquals } from '../../apimachinery/json-equals.ts';
import { labelSelectorToSelector } from '../../apimachinery/labels/selector.ts';
import type { ClusterRole } from '../../client/api-types.ts';
import type { Lister } from '../../client/lister.ts';

type Rule = NonNullable<ClusterRole['rules']>[number];

/** In the order of the selectors and then of names, each rule once; undefined: they are not aggregated. */
export function aggregatedRules(role: ClusterRole, all: Lister<ClusterRole>): Rule[] | undefined {
  const selectors = role.aggregationRule?.clusterRoleSelectors;
  if (selectors === undefined) return undefined;
  const rules: Rule[] = [];
  for (const selector of selectors) {
    const selected = all.select(labelSelectorToSelector(selector));
    const byName = selected.toSorted((a, b) => ((a.metadata.name ?? '') < (b.metadata.name ?? '') ? -1 : 1));
    for (const { metadata, rules: theirs = [] } of byName) {
      if (metadata.name === role.metadata.name) continue;
      for (const rule of theirs ?? []) if (!rules.some((known) => sameRule(known, rule))) rules.push(rule);
    }
  }
  return rules;
}

export function sameRules(a: readonly Rule[], b: readonly Rule[]): boolean {
  return a.length === b.length && a.every((rule, index) => sameRule(rule, b[index]));
}

function sameRule(a: Rule, b: Rule | undefined): boolean {
  return jsonEquals(a, b);
}
