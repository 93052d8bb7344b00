/** secrets: names, versions and subresources. */
import { asText } from '../../../../apimachinery/json-access.ts';
import { unsupportedFieldLabel } from '../../generic/field-label.ts';
import type { ResourceDefinition } from '../../generic/resource-definition.ts';
import { strategy } from './strategy.ts';
import { table } from './table.ts';

export const secrets: ResourceDefinition = {
  group: '',
  resource: 'secrets',
  singular: 'secret',
  kind: 'Secret',
  namespaced: true,
  versions: [{ version: 'v1', type: 'io.k8s.api.core.v1.Secret', storage: true, servedByDefault: true }],
  strategy,
  table,
  selectableFields: {
    type: (secret) => asText(secret.type),
  },
  unknownFieldLabel: unsupportedFieldLabel,
  storagePrefix: 'secrets',
};
