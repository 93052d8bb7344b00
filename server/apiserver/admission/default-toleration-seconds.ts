/** DefaultTolerationSeconds: pods stay on a node that is not ready or unreachable for a while, unless they say otherwise. */
import { asObject, asObjects, asText, ensureObject } from '../../apimachinery/json-access.ts';
import type { JsonObject } from '../../apimachinery/json.ts';
import type { AdmissionPlugin } from './admission.ts';

export interface TolerationSeconds {
  readonly notReady: number;
  readonly unreachable: number;
}

export function defaultTolerationSeconds(seconds: TolerationSeconds): AdmissionPlugin {
  const defaults: readonly (readonly [key: string, seconds: number])[] = [
    ['node.kubernetes.io/not-ready', seconds.notReady],
    ['node.kubernetes.io/unreachable', seconds.unreachable],
  ];
  return {
    name: 'DefaultTolerationSeconds',
    resources: ['pods'],
    operations: ['CREATE', 'UPDATE'],
    mutate({ object }) {
      if (object === undefined) return;
      const given = asObjects(asObject(object.spec).tolerations);
      const missing = defaults.filter(([key]) => !given.some((toleration) => tolerates(toleration, key)));
      if (missing.length === 0) return;
      const added = missing.map(([key, tolerationSeconds]) => ({
        key,
        operator: 'Exists',
        effect: 'NoExecute',
        tolerationSeconds,
      }));
      ensureObject(object, 'spec').tolerations = [...given, ...added];
    },
  };
}

function tolerates(toleration: JsonObject, taint: string): boolean {
  const key = asText(toleration.key);
  const effect = asText(toleration.effect);
  return (key === taint || key === '') && (effect === 'NoExecute' || effect === '');
}
