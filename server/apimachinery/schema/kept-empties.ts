/**
 * Lists that Go leaves out of the JSON when they are empty, and that upstream nevertheless tells from unset ones between decoding
 * and storing: an empty one is not defaulted, or is quoted as `[]` in an error. They are kept until the object is stored.
 */
export const keptEmpties: ReadonlySet<string> = new Set(
  Object.entries({
    'io.k8s.api.autoscaling.v2.HPAScalingRules': ['policies'],
    'io.k8s.api.resource.v1.Device': ['bindingConditions', 'bindingFailureConditions'],
    'io.k8s.api.resource.v1.DeviceRequestAllocationResult': ['bindingConditions', 'bindingFailureConditions'],
    'io.k8s.api.resource.v1beta1.BasicDevice': ['bindingConditions', 'bindingFailureConditions'],
    'io.k8s.api.resource.v1beta1.DeviceRequestAllocationResult': ['bindingConditions', 'bindingFailureConditions'],
    'io.k8s.api.resource.v1beta2.Device': ['bindingConditions', 'bindingFailureConditions'],
    'io.k8s.api.resource.v1beta2.DeviceRequestAllocationResult': ['bindingConditions', 'bindingFailureConditions'],
  }).flatMap(([type, fields]) => fields.map((field) => `${type}.${field}`)),
);
