/** PodTolerationRestriction: pods get the tolerations of their namespace and may have no others than it allows. */
import { failure } from '../../apimachinery/errors/status-error.ts';
import { asObject, asObjects, ensureObject } from '../../apimachinery/json-access.ts';
import type { JsonObject, JsonValue } from '../../apimachinery/json.ts';
import { podQosClass } from '../../apis/core/pod-qos.ts';
import { covers, mergeTolerations } from '../../apis/core/tolerations.ts';
import type { AdmissionPlugin } from './admission.ts';
import type { ObjectReader } from './object-reader.ts';

const namespaces = { group: '', resource: 'namespaces' };
const defaults = 'scheduler.alpha.kubernetes.io/defaultTolerations';
const allowed = 'scheduler.alpha.kubernetes.io/tolerationsWhitelist';
/** Pods that state what they need are not the first to go. */
const memoryPressure = { key: 'node.kubernetes.io/memory-pressure', operator: 'Exists', effect: 'NoSchedule' };

export function podTolerationRestriction(
  objects: ObjectReader,
  configuration: JsonObject | undefined,
): AdmissionPlugin {
  const listed = (namespace: string, annotation: string) => {
    const annotations = objects.get(namespaces, namespace)?.metadata.annotations ?? {};
    return Object.hasOwn(annotations, annotation) ? parseTolerations(annotations[annotation] ?? '') : undefined;
  };
  return {
    name: 'PodTolerationRestriction',
    resources: ['pods'],
    operations: ['CREATE', 'UPDATE'],
    mutate({ object, operation, namespace }) {
      if (object === undefined) return;
      const spec = ensureObject(object, 'spec');
      const byDefault = listed(namespace, defaults) ?? asObjects(configuration?.default);
      const extra = operation === 'CREATE' ? [...byDefault] : [];
      if (podQosClass(spec) !== 'BestEffort') extra.push(memoryPressure);
      if (extra.length > 0) spec.tolerations = mergeTolerations(asObjects(spec.tolerations), extra);
    },
    validate({ object, namespace }) {
      const given = asObjects(asObject(object?.spec).tolerations);
      if (given.length === 0) return;
      const own = listed(namespace, allowed);
      const list = own ?? asObjects(configuration?.whitelist);
      if (list.length === 0 || given.every((toleration) => list.some((wide) => covers(wide, toleration)))) return;
      const whose = own === undefined ? 'cluster' : 'namespace';
      const what = 'pod tolerations (possibly merged with namespace default tolerations) conflict with its';
      throw failure({ code: 500, reason: '', message: `${what} ${whose} whitelist` });
    },
  };
}

/** JSON in an annotation. @throws StatusError 500, as upstream does */
function parseTolerations(text: string): readonly JsonObject[] {
  if (text === '') return [];
  try {
    return asObjects(JSON.parse(text) as JsonValue);
  } catch (error) {
    throw failure({ code: 500, reason: '', message: error instanceof Error ? error.message : String(error) });
  }
}
