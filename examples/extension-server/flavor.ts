/** What the extension server serves. */
import { defineResource } from '../../server/cmd/library.ts';

export const flavors = defineResource({
  group: 'kitchen.example.com',
  version: 'v1',
  kind: 'Flavor',
  scope: 'Cluster',
  spec: {
    type: 'object',
    required: ['sweetness'],
    properties: { sweetness: { type: 'integer', minimum: 0, maximum: 10 } },
  },
  columns: [{ name: 'Sweetness', type: 'integer', jsonPath: '.spec.sweetness' }],
});
