/** Writes of StatefulSets. */
import { validateStatefulSet, validateStatefulSetStatusUpdate, validateStatefulSetUpdate } from '../../../../apis/apps/stateful-set-validation.ts';
import { asObject, asNumber } from '../../../../apimachinery/json-access.ts';
import { isJsonObject } from '../../../../apimachinery/json.ts';
import type { KubeObject } from '../../../../apimachinery/meta/object.ts';
import { validateDnsLabelName } from '../../../../apimachinery/validation/names.ts';
import type { Strategy, UpdateStrategy } from '../../generic/resource-definition.ts';
import { newStatusStrategy } from '../../generic/status-strategy.ts';

export const strategy: Strategy = {
  generation: true,
  validateName: validateDnsLabelName,
  prepareForCreate: dropMaxUnavailable,
  prepareForUpdate: dropMaxUnavailable,
  warningsOnCreate: warnings,
  warningsOnUpdate: warnings,
  validate: validateStatefulSet,
  validateUpdate: validateStatefulSetUpdate,
};

export const statusStrategy: UpdateStrategy = newStatusStrategy({ validateUpdate: validateStatefulSetStatusUpdate });

/** An alpha feature, off by default. */
function dropMaxUnavailable(set: KubeObject): void {
  const { rollingUpdate } = asObject(asObject(set.spec).updateStrategy);
  if (isJsonObject(rollingUpdate)) delete rollingUpdate.maxUnavailable;
}

function warnings(set: KubeObject): string[] {
  if (asNumber(asObject(set.spec).revisionHistoryLimit) >= 0) return [];
  return ['spec.revisionHistoryLimit: a negative value retains all historical revisions; a value >= 0 is recommended'];
}
