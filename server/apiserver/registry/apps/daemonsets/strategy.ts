/** Writes of DaemonSets. Their template generation is kept in an annotation that only the server writes. */
import { dropWorkloadFieldsOffByDefault } from '../../../../apis/core/fields-off-by-default.ts';
import {
  validateDaemonSet,
  validateDaemonSetStatusUpdate,
  validateDaemonSetUpdate,
} from '../../../../apis/apps/validation.ts';
import { asObject } from '../../../../apimachinery/json-access.ts';
import type { KubeObject } from '../../../../apimachinery/meta/object.ts';
import { semanticallyEqual } from '../../../../apimachinery/validation/immutable-field.ts';
import type { Strategy, UpdateStrategy } from '../../generic/resource-definition.ts';
import { newStatusStrategy } from '../../generic/status-strategy.ts';
import { templateWarnings, workloadStrategy } from '../../generic/workload-strategy.ts';

const templateGenerationAnnotation = 'deprecated.daemonset.template.generation';

export const strategy: Strategy = {
  ...workloadStrategy,
  warningsOnCreate: templateWarnings,
  prepareForCreate(set) {
    dropWorkloadFieldsOffByDefault(set);
    setTemplateGeneration(set, Math.max(1, templateGeneration(set)));
  },
  prepareForUpdate(set, old) {
    dropWorkloadFieldsOffByDefault(set, old);
    const changed = !semanticallyEqual(asObject(set.spec).template, asObject(old.spec).template);
    setTemplateGeneration(set, templateGeneration(old) + (changed ? 1 : 0));
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

function templateGeneration(set: KubeObject): number {
  const text = set.metadata.annotations?.[templateGenerationAnnotation] ?? '';
  return /^[+-]?[0-9]+$/.test(text) ? Number(text) : 0;
}

function setTemplateGeneration(set: KubeObject, generation: number): void {
  set.metadata.annotations = { ...set.metadata.annotations, [templateGenerationAnnotation]: String(generation) };
}
