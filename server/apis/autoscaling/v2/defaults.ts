/** Defaults of autoscaling/v2 types. */
import { isJsonObject, type JsonObject } from '../../../apimachinery/json.ts';
import { type PackageDefaulters, setIfUnset, structIn } from '../../defaulting.ts';

/** Per cent of the requested CPU that an autoscaler without metrics aims at. */
const DEFAULT_CPU_UTILIZATION = 80;

const setScaleUp = setIfUnset({
  stabilizationWindowSeconds: 0,
  selectPolicy: 'Max',
  policies: [
    { type: 'Pods', value: 4, periodSeconds: 15 },
    { type: 'Percent', value: 100, periodSeconds: 15 },
  ],
});
/** The stabilization window stays unset: the controller's own setting applies. */
const setScaleDown = setIfUnset({
  selectPolicy: 'Max',
  policies: [{ type: 'Percent', value: 100, periodSeconds: 15 }],
});

export const autoscalingV2: PackageDefaulters = {
  HorizontalPodAutoscalerSpec(spec, root) {
    spec.minReplicas ??= 1;
    if (!Array.isArray(spec.metrics) || spec.metrics.length === 0) spec.metrics = [cpuMetric()];
    if (!isJsonObject(spec.behavior)) return;
    setScaleUp(structIn(spec.behavior, 'scaleUp'), root);
    setScaleDown(structIn(spec.behavior, 'scaleDown'), root);
  },
};

function cpuMetric(): JsonObject {
  return {
    type: 'Resource',
    resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: DEFAULT_CPU_UTILIZATION } },
  };
}
