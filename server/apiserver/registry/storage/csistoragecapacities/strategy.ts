/** Writes of CSIStorageCapacities. */
import { nodeSelectorWarnings } from '../../../../apis/core/warnings/node-labels.ts';
import {
  validateCsiStorageCapacity,
  validateChangedCsiStorageCapacity,
  validateCsiStorageCapacityUpdate,
} from '../../../../apis/storage/csi-validation.ts';
import type { KubeObject } from '../../../../apimachinery/meta/object.ts';
import type { Strategy } from '../../generic/resource-definition.ts';

export const strategy: Strategy = {
  metadataOnUpdate: ['object', validateChangedCsiStorageCapacity, 'change'],
  allowUnconditionalUpdate: false,
  validate: validateCsiStorageCapacity,
  validateUpdate: validateCsiStorageCapacityUpdate,
  warningsOnCreate: topologyWarnings,
  warningsOnUpdate: topologyWarnings,
};

function topologyWarnings(capacity: KubeObject): string[] {
  return nodeSelectorWarnings(capacity.nodeTopology, 'nodeTopology');
}
