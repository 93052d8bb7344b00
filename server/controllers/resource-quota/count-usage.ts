/** What a namespace uses of what a quota limits: the sums over its objects. */
import type { KubeObject } from '../../apimachinery/meta/object.ts';
import { only, type Amounts, sumOf, zero } from '../../apis/core/quota/amounts.ts';
import { scopesOf } from '../../apis/core/quota/evaluator.ts';
import { quotaEvaluator } from '../../apis/core/quota/object-evaluators.ts';
import { parseAmounts } from '../../apis/core/v1/container-resources.ts';
import type { JsonObject } from '../../apimachinery/json.ts';

export interface CountedResource {
  readonly group: string;
  readonly resource: string;
}

/** The hard limits of the spec, and what of these names somebody counts. */
export async function countUsage(
  quota: KubeObject,
  parts: {
    readonly resources: readonly CountedResource[];
    readonly list: (resource: CountedResource) => Promise<readonly KubeObject[]>;
    readonly now: number;
  },
): Promise<{ readonly hard: Amounts; readonly used: Amounts }> {
  const { resources, list, now } = parts;
  const hard = parseAmounts((quota.spec as JsonObject | undefined)?.hard);
  const scopes = scopesOf(quota);
  let used: Amounts = new Map();
  for (const { group, resource } of resources) {
    const evaluator = quotaEvaluator(group, resource);
    const names = evaluator.matching(hard.keys());
    if (names.size === 0) continue;
    // Nothing there is a count too.
    used = sumOf(new Map([...names].map((name) => [name, zero])), used);
    for (const object of await list({ group, resource })) {
      const isCounted = scopes.every((scope) => evaluator.inScope?.(scope, object) === true);
      if (isCounted) used = sumOf(used, only(evaluator.usage(object, now), names));
    }
  }
  return { hard, used: only(used, hard) };
}
