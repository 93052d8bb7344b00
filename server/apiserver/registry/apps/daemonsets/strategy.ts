/** Writes of DaemonSets. Their template generation is kept in an annotation that only the server writes. */
import { dropWorkloadFieldsOffByDefault } from '../../../../apis/core/fields-off-by-default.ts';
import {
  validateDaemonSet,
  validateDaemonSetStatusUpdate,
  validateDaemonSetUpdate,
} from '../../../../apis/apps/validation.ts';
import { asObject } from '../../../../apimachinery/json-access.ts';
import { setTemplateGeneration, templateGeneration } from '../../../../apis/apps/template-generation.ts';
import { semanticallyEqual } from '../../../../apimachinery/validation/immutable-field.ts';
import type { Strategy, UpdateStrategy } from '../../generic/resource-definition.ts';
import { newStatusStrategy } from '../../generic/status-strategy.ts';
import { templateWarnings, workloadStrategy } from '../../generic/workload-strategy.ts';

export const strategy: Strategy = {
  ...workloadStrategy,
  warningsOnCreate: templateWarnings,
  prepareForCreate(set) {
    dropWorkloadFieldsOffByDefault(set);
    setTemplateGeneration(set, templateGeneration(set) < 1n ? 1n : templateGeneration(set));
  },
  prepareForUpdate(set, old) {
    dropWorkloadFieldsOffByDefault(set, old);
    const changed = !semanticallyEqual(asObject(set.spec).template, asObject(old.spec).template);
    setTemplateGeneration(set, templateGeneration(old) + (changed ? 1n : 0n));
  },
  validate: validateDaemonSet,
  validateUpdate: validateDaemonSetUpdate,
};

export const statusStrategy: UpdateStrategy = newStatusStrategy({
  prepare(set, old) {
    setTemplateGeneration(set, templateGeneration(old));
  },
  validateUpdate: validateDaemonSetStatusUpdate,
});
