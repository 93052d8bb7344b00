/** Writes of ReplicationControllers. */
import { dropWorkloadFieldsOffByDefault } from '../../../../apis/core/fields-off-by-default.ts';
import { asObject } from '../../../../apimachinery/json-access.ts';
import { podNameWarnings, podTemplateWarnings } from '../../../../apis/core/warnings/pods.ts';
import {
  validateReplicationController,
  validateReplicationControllerStatusUpdate,
} from '../../../../apis/core/validation/replication-controller.ts';
import type { Strategy, UpdateStrategy } from '../../generic/resource-definition.ts';
import { newStatusStrategy } from '../../generic/status-strategy.ts';

export const strategy: Strategy = {
  generation: true,
  // Controllers from before garbage collection leave their pods behind.
  defaultGarbageCollectionPolicy: 'OrphanDependents',
  prepareForCreate: (workload) => dropWorkloadFieldsOffByDefault(workload),
  prepareForUpdate: dropWorkloadFieldsOffByDefault,
  validate: validateReplicationController,
  validateUpdate: validateReplicationController,
  warningsOnCreate: (object) => [
    ...podNameWarnings(object),
    ...podTemplateWarnings(asObject(object.spec).template, 'spec.template'),
  ],
  warningsOnUpdate: (object, old) =>
    object.metadata.generation === old.metadata.generation
      ? []
      : podTemplateWarnings(asObject(old.spec).template, 'spec.template'),
};

export const statusStrategy: UpdateStrategy = newStatusStrategy({
  validateUpdate: validateReplicationControllerStatusUpdate,
});
