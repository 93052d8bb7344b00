/** Writes of Workloads. */
import { dropWorkloadFields, validateWorkload } from '../../../../apis/scheduling/pod-group-rules.ts';
import type { Strategy } from '../../generic/resource-definition.ts';

export const strategy: Strategy = {
  metadataOnUpdate: ['change'],
  prepareForCreate: (workload) => dropWorkloadFields(workload),
  prepareForUpdate: (workload, old) => dropWorkloadFields(workload, old),
  validate: (workload) => validateWorkload(workload),
  validateUpdate: validateWorkload,
};
