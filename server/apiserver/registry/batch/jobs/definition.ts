/** jobs.batch: names, versions and subresources. */
import { asNumber, asObject } from '../../../../apimachinery/json-access.ts';
import { goQuote } from '../../../../apimachinery/errors/field-error.ts';
import type { ResourceDefinition } from '../../generic/resource-definition.ts';
import { statusStrategy, strategy } from './strategy.ts';
import { table } from './table.ts';

export const jobs: ResourceDefinition = {
  group: 'batch',
  resource: 'jobs',
  singular: 'job',
  kind: 'Job',
  namespaced: true,
  categories: ['all'],
  versions: [{ version: 'v1', type: 'io.k8s.api.batch.v1.Job', storage: true, servedByDefault: true }],
  strategy,
  table,
  selectableFields: {
    'status.successful': (job) => String(asNumber(asObject(job.status).succeeded)),
  },
  unknownFieldLabel: (label) => `field label ${goQuote(label)} not supported for Job`,
  subresources: [{ name: 'status', verbs: ['get', 'patch', 'update'], served: 'status', strategy: statusStrategy }],
  storagePrefix: 'jobs',
};
