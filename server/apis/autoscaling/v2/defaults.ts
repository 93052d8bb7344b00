/** Defaults of autoscaling/v2 types. */
import { isJsonObject, type JsonObject } from '../../../apimachinery/json.ts';
import { asSent } from '../../../apimachinery/schema/sent-empties.ts';
import { type Defaulter, type PackageDefaulters, setIfUnset, structIn } from '../../defaulting.ts';

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
  HorizontalPodAutoscalerSpec(spec) {
    spec.minReplicas ??= 1;
    if (!Array.isArray(spec.metrics) || spec.metrics.length === 0) spec.metrics = [cpuMetric()];
    setBehaviorDefaults(spec);
  },
};

/** Also of what came as v1: its annotation is read after v1's defaults were set. Mutates. */
export function setBehaviorDefaults({ behavior }: JsonObject): void {
  if (!isJsonObject(behavior)) return;
  fill(structIn(behavior, 'scaleUp'), setScaleUp);
  fill(structIn(behavior, 'scaleDown'), setScaleDown);
}

/** Policies that were sent as an empty list stay empty, and are refused. */
function fill(rules: JsonObject, setDefaults: Defaulter): void {
  const without = asSent(rules, 'policies') !== undefined && rules.policies === undefined;
  setDefaults(rules, rules);
  if (without) delete rules.policies;
}

function cpuMetric(): JsonObject {
  return {
    type: 'Resource',
    resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: DEFAULT_CPU_UTILIZATION } },
  };
}
