/** Writes of Secrets. */
import { validateSecret, validateSecretUpdate } from '../../../../apis/core/validation/config-map.ts';
import { asText } from '../../../../apimachinery/json-access.ts';
import type { Strategy } from '../../generic/resource-definition.ts';
import { keepField } from '../../generic/status-strategy.ts';

export const strategy: Strategy = {
  prepareForUpdate(secret, old) {
    if (asText(secret.type) === '') keepField(secret, old, 'type');
  },
  validate: validateSecret,
  validateUpdate: validateSecretUpdate,
};
