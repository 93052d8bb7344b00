/** What the strategies of kinds with a pod template in spec.template have in common. */
import { dropWorkloadFieldsOffByDefault } from '../../../apis/core/fields-off-by-default.ts';
import { podNameWarnings, podTemplateWarnings } from '../../../apis/core/warnings/pods.ts';
import { asObject } from '../../../apimachinery/json-access.ts';
import type { KubeObject } from '../../../apimachinery/meta/object.ts';
import type { Strategy } from './resource-definition.ts';

export const workloadStrategy = {
  generation: true,
  metadataOnUpdate: ['change'],
  prepareForCreate: (workload) => dropWorkloadFieldsOffByDefault(workload),
  prepareForUpdate: (workload, old) => dropWorkloadFieldsOffByDefault(workload, old),
  warningsOnCreate: (workload) => [...podNameWarnings(workload), ...templateWarnings(workload)],
  warningsOnUpdate: (workload, old) => (isSameGeneration(workload, old) ? [] : templateWarnings(workload)),
} satisfies Strategy;

/** Of spec.template. */
export function templateWarnings(workload: KubeObject): string[] {
  return podTemplateWarnings(asObject(workload.spec).template, 'spec.template');
}

/** A change of the metadata alone brings no warnings. */
export function isSameGeneration(object: KubeObject, old: KubeObject): boolean {
  return object.metadata.generation === old.metadata.generation;
}
