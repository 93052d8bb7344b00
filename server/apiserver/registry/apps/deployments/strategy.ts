/** Writes of Deployments. */
import { dropWorkloadFieldsOffByDefault } from '../../../../apis/core/fields-off-by-default.ts';
import { asObject } from '../../../../apimachinery/json-access.ts';
import { podNameWarnings, podTemplateWarnings } from '../../../../apis/core/warnings/pods.ts';
import {
  validateDeployment,
  validateDeploymentStatusUpdate,
  validateDeploymentUpdate,
} from '../../../../apis/apps/validation.ts';
import { semanticallyEqual } from '../../../../apimachinery/validation/immutable-field.ts';
import { bumpGeneration, specChanged, startGeneration } from '../../generic/generation.ts';
import type { Strategy, UpdateStrategy } from '../../generic/resource-definition.ts';
import { newStatusStrategy } from '../../generic/status-strategy.ts';

export const strategy: Strategy = {
  prepareForCreate(deployment) {
    startGeneration(deployment);
    dropWorkloadFieldsOffByDefault(deployment);
  },
  prepareForUpdate(deployment, old) {
    dropWorkloadFieldsOffByDefault(deployment, old);
    // The controller copies annotations to ReplicaSets: a change of them is work to observe too.
    const annotated = !semanticallyEqual(deployment.metadata.annotations, old.metadata.annotations);
    if (annotated || specChanged(deployment, old)) bumpGeneration(deployment, old);
  },
  validate: validateDeployment,
  validateUpdate: validateDeploymentUpdate,
  warningsOnCreate: (object) => [
    ...podNameWarnings(object),
    ...podTemplateWarnings(asObject(object.spec).template, 'spec.template'),
  ],
  warningsOnUpdate: (object, old) =>
    object.metadata.generation === old.metadata.generation
      ? []
      : podTemplateWarnings(asObject(object.spec).template, 'spec.template'),
};

export const statusStrategy: UpdateStrategy = newStatusStrategy({
  keepMetadata: ['labels'],
  validateUpdate: validateDeploymentStatusUpdate,
});
