/** Writes of ReplicaSets. */
import { dropWorkloadFieldsOffByDefault } from '../../../../apis/core/fields-off-by-default.ts';
import { asObject } from '../../../../apimachinery/json-access.ts';
import { podNameWarnings, podTemplateWarnings } from '../../../../apis/core/warnings/pods.ts';
import {
  validateReplicaSet,
  validateReplicaSetStatusUpdate,
  validateReplicaSetUpdate,
} from '../../../../apis/apps/validation.ts';
import type { Strategy, UpdateStrategy } from '../../generic/resource-definition.ts';
import { newStatusStrategy } from '../../generic/status-strategy.ts';

export const strategy: Strategy = {
  generation: true,
  prepareForCreate: (workload) => dropWorkloadFieldsOffByDefault(workload),
  prepareForUpdate: dropWorkloadFieldsOffByDefault,
  validate: validateReplicaSet,
  validateUpdate: validateReplicaSetUpdate,
  warningsOnCreate: (object) => [
    ...podNameWarnings(object),
    ...podTemplateWarnings(asObject(object.spec).template, 'spec.template'),
  ],
  warningsOnUpdate: (object, old) =>
    object.metadata.generation === old.metadata.generation
      ? []
      : podTemplateWarnings(asObject(object.spec).template, 'spec.template'),
};

export const statusStrategy: UpdateStrategy = newStatusStrategy({ validateUpdate: validateReplicaSetStatusUpdate });
