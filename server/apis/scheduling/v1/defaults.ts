/** Defaults of scheduling.k8s.io/v1 types. */
import { type PackageDefaulters, setIfUnset } from '../../defaulting.ts';

export const schedulingV1: PackageDefaulters = {
  PriorityClass: setIfUnset({ preemptionPolicy: 'PreemptLowerPriority' }),
};
