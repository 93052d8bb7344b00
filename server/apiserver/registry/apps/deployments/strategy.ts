/** Writes of Deployments. */
import { dropWorkloadFieldsOffByDefault } from '../../../../apis/core/fields-off-by-default.ts';
import {
  validateDeployment,
  validateDeploymentStatusUpdate,
  validateDeploymentUpdate,
} from '../../../../apis/apps/validation.ts';
import { semanticallyEqual } from '../../../../apimachinery/validation/immutable-field.ts';
import { bumpGeneration, specChanged, startGeneration } from '../../generic/generation.ts';
import type { Strategy, UpdateStrategy } from '../../generic/resource-definition.ts';
import { newStatusStrategy } from '../../generic/status-strategy.ts';
import { workloadStrategy } from '../../generic/workload-strategy.ts';

export const strategy: Strategy = {
  ...workloadStrategy,
  // Counted below.
  generation: false,
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
};

export const statusStrategy: UpdateStrategy = newStatusStrategy({
  keepMetadata: ['labels'],
  validateUpdate: validateDeploymentStatusUpdate,
});
