/** Writes of StorageClasses. */
import { asObjects, asText } from '../../../../apimachinery/json-access.ts';
import { nodeLabelDeprecation } from '../../../../apis/core/warnings/node-labels.ts';
import { validateStorageClass, validateStorageClassUpdate } from '../../../../apis/storage/storage-class-validation.ts';
import type { KubeObject } from '../../../../apimachinery/meta/object.ts';
import type { Strategy } from '../../generic/resource-definition.ts';

export const strategy: Strategy = {
  metadataOnUpdate: ['object', validateStorageClass, 'change'],
  returnDeletedObject: true,
  validate: validateStorageClass,
  validateUpdate: validateStorageClassUpdate,
  warningsOnCreate: topologyWarnings,
  warningsOnUpdate: topologyWarnings,
};

function topologyWarnings(storageClass: KubeObject): string[] {
  return asObjects(storageClass.allowedTopologies).flatMap((term, index) =>
    asObjects(term.matchLabelExpressions).flatMap(({ key }, place) => {
      const message = nodeLabelDeprecation(asText(key));
      const path = `allowedTopologies[${index}].matchLabelExpressions[${place}].key`;
      return message === undefined ? [] : [`${path}: ${message}`];
    }),
  );
}
