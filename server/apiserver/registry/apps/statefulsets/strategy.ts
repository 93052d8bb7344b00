/** Writes of StatefulSets. */
import { dropWorkloadFieldsOffByDefault } from '../../../../apis/core/fields-off-by-default.ts';
import {
  validateStatefulSet,
  validateStatefulSetStatusUpdate,
  validateStatefulSetUpdate,
} from '../../../../apis/apps/stateful-set-validation.ts';
import { claimSpecWarnings } from '../../../../apis/core/warnings/claims.ts';
import { asObject, asObjects, asNumber } from '../../../../apimachinery/json-access.ts';
import { isJsonObject } from '../../../../apimachinery/json.ts';
import type { KubeObject } from '../../../../apimachinery/meta/object.ts';
import { validateDnsLabelName } from '../../../../apimachinery/validation/names.ts';
import type { Strategy, UpdateStrategy } from '../../generic/resource-definition.ts';
import { newStatusStrategy } from '../../generic/status-strategy.ts';
import { isSameGeneration, templateWarnings, workloadStrategy } from '../../generic/workload-strategy.ts';

export const strategy: Strategy = {
  ...workloadStrategy,
  validateName: validateDnsLabelName,
  prepareForCreate(set) {
    dropMaxUnavailable(set);
    dropWorkloadFieldsOffByDefault(set);
  },
  prepareForUpdate(set, old) {
    dropMaxUnavailable(set);
    dropWorkloadFieldsOffByDefault(set, old);
  },
  warningsOnCreate: (set) => [...specWarnings(set), ...historyWarnings(set)],
  warningsOnUpdate: (set, old) => [...(isSameGeneration(set, old) ? [] : specWarnings(set)), ...historyWarnings(set)],
  validate: validateStatefulSet,
  validateUpdate: validateStatefulSetUpdate,
};

export const statusStrategy: UpdateStrategy = newStatusStrategy({
  // Theirs come behind those of the counts.
  metadataOnUpdate: [],
  validateUpdate: validateStatefulSetStatusUpdate,
});

/** An alpha feature, off by default. */
function dropMaxUnavailable(set: KubeObject): void {
  const { rollingUpdate } = asObject(asObject(set.spec).updateStrategy);
  if (isJsonObject(rollingUpdate)) delete rollingUpdate.maxUnavailable;
}

function historyWarnings(set: KubeObject): string[] {
  if (asNumber(asObject(set.spec).revisionHistoryLimit) >= 0) return [];
  return ['spec.revisionHistoryLimit: a negative value retains all historical revisions; a value >= 0 is recommended'];
}

function specWarnings(set: KubeObject): string[] {
  const { volumeClaimTemplates } = asObject(set.spec);
  return [
    ...templateWarnings(set),
    ...asObjects(volumeClaimTemplates).flatMap((claim, index) =>
      claimSpecWarnings(asObject(claim.spec), `spec.volumeClaimTemplates[${index}]`),
    ),
  ];
}
