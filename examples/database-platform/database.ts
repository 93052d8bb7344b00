/** The one resource of the platform: a database that somebody wants to have. */
import { defineResource } from '../../server/cmd/library.ts';

export const databases = defineResource({
  group: 'platform.example.com',
  version: 'v1',
  kind: 'Database',
  shortNames: ['db'],
  spec: {
    type: 'object',
    required: ['engine', 'storageGb'],
    properties: {
      engine: { type: 'string', enum: ['postgres', 'mysql'] },
      storageGb: { type: 'integer', minimum: 1, maximum: 1000 },
      replicas: { type: 'integer', minimum: 1, maximum: 5, default: 1 },
    },
    'x-kubernetes-validations': [
      { rule: "self.engine != 'mysql' || self.replicas == 1", message: 'mysql comes with one replica' },
    ],
  },
  status: {
    type: 'object',
    properties: { phase: { type: 'string', enum: ['Creating', 'Ready'] }, address: { type: 'string' } },
  },
  columns: [
    { name: 'Engine', jsonPath: '.spec.engine' },
    { name: 'Phase', jsonPath: '.status.phase' },
    { name: 'Address', jsonPath: '.status.address' },
  ],
  selectableFields: ['.spec.engine'],
});
