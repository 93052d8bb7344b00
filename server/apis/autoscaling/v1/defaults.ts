/** Defaults of autoscaling/v1 types. */
import { isJsonObject, type JsonObject } from '../../../apimachinery/json.ts';
import { type PackageDefaulters, structIn } from '../../defaulting.ts';
import { DEFAULT_CPU_UTILIZATION } from '../v2/defaults.ts';

/** Where v1 keeps the metrics that it has no fields for. */
const METRICS_ANNOTATION = 'autoscaling.alpha.kubernetes.io/metrics';

export const autoscalingV1: PackageDefaulters = {
  HorizontalPodAutoscaler(autoscaler) {
    const spec = structIn(autoscaler, 'spec');
    spec.minReplicas ??= 1;
    // Upstream does this while converting to v2, with the same result.
    if (!hasOtherMetrics(structIn(autoscaler, 'metadata')))
      spec.targetCPUUtilizationPercentage ??= DEFAULT_CPU_UTILIZATION;
  },
};

function hasOtherMetrics(metadata: JsonObject): boolean {
  const text = isJsonObject(metadata.annotations) ? metadata.annotations[METRICS_ANNOTATION] : undefined;
  if (typeof text !== 'string') return false;
  try {
    const metrics: unknown = JSON.parse(text);
    return Array.isArray(metrics) && metrics.length > 0;
  } catch {
    return false;
  }
}
