/** One change against the quotas of its namespace: what they would then have used, or why the change is refused. */
import { asObject } from '../../../apimachinery/json-access.ts';
import type { KubeObject } from '../../../apimachinery/meta/object.ts';
import { quantitySign } from '../../../apimachinery/quantity/arithmetic.ts';
import {
  exceeding,
  excessOf,
  formatAmounts,
  only,
  type ReadonlyAmounts,
  sumOf,
  withoutZeros,
} from '../../../apis/core/quota/amounts.ts';
import { covers, type QuotaEvaluator } from '../../../apis/core/quota/evaluator.ts';
import { quotaEvaluator } from '../../../apis/core/quota/object-evaluators.ts';
import { parseAmounts } from '../../../apis/core/v1/container-resources.ts';
import type { AdmissionAttributes } from '../admission.ts';
import { refusal } from '../refusal.ts';

/** A quota as it is about to be; `used` grows with each change that it admits. */
export interface QuotaState {
  readonly quota: KubeObject;
  readonly hard: ReadonlyAmounts;
  readonly used: ReadonlyAmounts;
}

export function quotaState(quota: KubeObject): QuotaState {
  const { hard, used } = asObject(quota.status);
  return { quota, hard: parseAmounts(hard), used: parseAmounts(used) };
}

/** Never mutates. @throws StatusError Forbidden */
export function checkRequest(
  states: readonly QuotaState[],
  attributes: AdmissionAttributes,
  now: number,
): readonly QuotaState[] {
  const { object, scope } = attributes;
  if (object === undefined) return states;
  const evaluator = quotaEvaluator(scope.definition.group, scope.definition.resource);
  const covering = new Set(states.filter(({ quota, hard }) => covers(quota, hard, evaluator, object)));
  if (covering.size === 0) return states;
  for (const state of covering) checkStated(state, evaluator, attributes);
  const usage = evaluator.usage(object, now);
  refuseNegative(usage, attributes);
  return states.map((state) => {
    if (!covering.has(state)) return state;
    const added = withoutZeros(addedTo(state, usage, evaluator, { attributes, now }));
    return added.size === 0 ? state : use(state, added, attributes);
  });
}

/** A pod must say what it needs of what is limited; a quota nobody has counted yet admits nothing. */
function checkStated(
  { quota, hard, used }: QuotaState,
  evaluator: QuotaEvaluator,
  attributes: AdmissionAttributes,
): void {
  const { object } = attributes;
  if (object === undefined) return;
  const { name = '' } = quota.metadata;
  const limited = evaluator.matching(hard.keys());
  const missing = evaluator.missing?.(limited, object);
  if (missing !== undefined) throw refusal(attributes, `failed quota: ${name}: ${missing}`);
  if ([...limited].every((resource) => used.has(resource))) return;
  const resources = [...limited].toSorted().join(',');
  throw refusal(attributes, `status unknown for quota: ${name}, resources: ${resources}`);
}

function refuseNegative(usage: ReadonlyAmounts, attributes: AdmissionAttributes): void {
  const negative = [...usage].filter(([, quantity]) => quantitySign(quantity) < 0).map(([name]) => name);
  if (negative.length === 0) return;
  throw refusal(attributes, `quota usage is negative for resource(s): ${negative.toSorted().join(',')}`);
}

/** Of an update, what the object needs more than before, where the quota counted it before. */
function addedTo(
  { quota, hard }: QuotaState,
  usage: ReadonlyAmounts,
  evaluator: QuotaEvaluator,
  { attributes, now }: { readonly attributes: AdmissionAttributes; readonly now: number },
): ReadonlyAmounts {
  const { operation, old } = attributes;
  if (operation !== 'UPDATE' || old === undefined || !covers(quota, hard, evaluator, old)) return usage;
  return excessOf(usage, evaluator.usage(old, now));
}

function use(state: QuotaState, added: ReadonlyAmounts, attributes: AdmissionAttributes): QuotaState {
  const { quota, hard, used } = state;
  const requested = only(added, hard);
  const after = sumOf(used, requested);
  const exceeded = exceeding(only(after, requested), hard);
  // A status says what is, allowed or not.
  if (attributes.subresource !== 'status' && exceeded.size > 0) {
    const parts = [
      `requested: ${formatAmounts(only(requested, exceeded))}`,
      `used: ${formatAmounts(only(used, exceeded))}`,
      `limited: ${formatAmounts(only(hard, exceeded))}`,
    ];
    throw refusal(attributes, `exceeded quota: ${quota.metadata.name ?? ''}, ${parts.join(', ')}`);
  }
  return { ...state, used: after };
}
