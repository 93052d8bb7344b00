/** Defaults of autoscaling/v1 types. The CPU target of an autoscaler without metrics comes with the conversion to v2. */
import { type PackageDefaulters, setIfUnset } from '../../defaulting.ts';

export const autoscalingV1: PackageDefaulters = {
  HorizontalPodAutoscalerSpec: setIfUnset({ minReplicas: 1 }),
};
