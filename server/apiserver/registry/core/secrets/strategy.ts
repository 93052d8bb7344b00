/** Writes of Secrets. */
import { asText } from '../../../../apimachinery/json-access.ts';
import type { Strategy } from '../../generic/resource-definition.ts';
import { keepField } from '../../generic/status-strategy.ts';

export const strategy: Strategy = {
  prepareForUpdate(secret, old) {
    if (asText(secret.type) === '') keepField(secret, old, 'type');
  },
};
