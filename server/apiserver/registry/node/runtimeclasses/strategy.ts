/** Writes of RuntimeClasses. */
import { asObject } from '../../../../apimachinery/json-access.ts';
import { nodeLabelMapWarnings } from '../../../../apis/core/warnings/node-labels.ts';
import { validateRuntimeClass, validateRuntimeClassUpdate } from '../../../../apis/node/validation.ts';
import type { KubeObject } from '../../../../apimachinery/meta/object.ts';
import type { Strategy } from '../../generic/resource-definition.ts';

export const strategy: Strategy = {
  metadataOnUpdate: ['object', validateRuntimeClass, 'change'],
  anyFinalizers: true,
  allowCreateOnUpdate: true,
  allowUnconditionalUpdate: false,
  validate: validateRuntimeClass,
  validateUpdate: validateRuntimeClassUpdate,
  warningsOnCreate: nodeLabelWarnings,
  warningsOnUpdate: nodeLabelWarnings,
};

function nodeLabelWarnings(runtimeClass: KubeObject): string[] {
  return nodeLabelMapWarnings(asObject(runtimeClass.scheduling).nodeSelector, () => 'scheduling.nodeSelector');
}
