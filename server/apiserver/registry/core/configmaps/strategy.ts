/** Writes of ConfigMaps. */
import { validateConfigMap, validateConfigMapUpdate } from '../../../../apis/core/validation/config-map.ts';
import type { Strategy } from '../../generic/resource-definition.ts';

export const strategy: Strategy = {
  metadataOnUpdate: ['change'],
  validate: validateConfigMap,
  validateUpdate: validateConfigMapUpdate,
};
