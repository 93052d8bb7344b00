/** LimitRanger: the LimitRanges of a namespace give pods their default resources and bound what pods and claims may ask for. */
import { joinErrors } from '../../apimachinery/errors/aggregate.ts';
import { asObject, asObjects, asText, ensureObject } from '../../apimachinery/json-access.ts';
import type { JsonObject } from '../../apimachinery/json.ts';
import type { KubeObject } from '../../apimachinery/meta/object.ts';
import { amountsOf, podAmounts } from '../../apis/core/v1/container-resources.ts';
import type { AdmissionAttributes, AdmissionPlugin } from './admission.ts';
import { limitViolations, type Asked } from './limit-range-constraints.ts';
import type { ObjectReader } from './object-reader.ts';
import { refusal } from './refusal.ts';

const limitRanges = { group: '', resource: 'limitranges' };
const annotation = 'kubernetes.io/limit-ranger';

export function limitRanger(objects: ObjectReader): AdmissionPlugin {
  return {
    name: 'LimitRanger',
    resources: ['pods', 'pods/resize', 'persistentvolumeclaims'],
    operations: ['CREATE', 'UPDATE'],
    mutate(attributes) {
      const { object, scope } = attributes;
      if (object === undefined || scope.definition.resource !== 'pods' || !isLimited(attributes)) return;
      for (const range of objects.list(limitRanges, attributes.namespace)) setDefaults(object, range);
    },
    validate(attributes) {
      const { object } = attributes;
      if (object === undefined || !isLimited(attributes)) return;
      for (const range of objects.list(limitRanges, attributes.namespace)) {
        const found = limitsOf(range).flatMap((limit) => violations(limit, attributes));
        if (found.length > 0) throw refusal(attributes, joinErrors(found));
      }
    },
  };
}

/** What is being deleted is left alone, and a pod's resources change through /resize only. */
function isLimited({ operation, scope, subresource, old }: AdmissionAttributes): boolean {
  if (old?.metadata.deletionTimestamp !== undefined) return false;
  const isPod = scope.definition.resource === 'pods';
  return subresource === 'resize' ? operation === 'UPDATE' : !(isPod && operation === 'UPDATE');
}

function limitsOf(range: KubeObject): readonly JsonObject[] {
  return asObjects(asObject(range.spec).limits);
}

function setDefaults(pod: KubeObject, range: KubeObject): void {
  const requests: JsonObject = {};
  const limits: JsonObject = {};
  for (const limit of limitsOf(range)) {
    if (limit.type !== 'Container') continue;
    Object.assign(requests, limit.defaultRequest);
    Object.assign(limits, limit.default);
  }
  const spec = asObject(pod.spec);
  const notes = [
    ...asObjects(spec.containers).flatMap((container) => fill(container, { requests, limits, what: 'container' })),
    ...asObjects(spec.initContainers).flatMap((container) =>
      fill(container, { requests, limits, what: 'init container' }),
    ),
  ];
  if (notes.length === 0) return;
  const text = `LimitRanger plugin set: ${notes.join('; ')}`;
  pod.metadata.annotations = { ...pod.metadata.annotations, [annotation]: text };
}

function fill(
  container: JsonObject,
  defaults: { readonly requests: JsonObject; readonly limits: JsonObject; readonly what: string },
): string[] {
  const notes: string[] = [];
  for (const kind of ['requests', 'limits'] as const) {
    const present = asObject(asObject(container.resources)[kind]);
    const missing = Object.keys(defaults[kind])
      .filter((name) => !Object.hasOwn(present, name))
      .toSorted();
    if (missing.length === 0) continue;
    const list = ensureObject(ensureObject(container, 'resources'), kind);
    for (const name of missing) list[name] = defaults[kind][name] ?? '0';
    const noun = kind === 'requests' ? 'request' : 'limit';
    notes.push(`${missing.join(', ')} ${noun} for ${defaults.what} ${asText(container.name)}`);
  }
  return notes;
}

function violations(limit: JsonObject, { object, scope }: AdmissionAttributes): string[] {
  const spec = asObject(object?.spec);
  const type = asText(limit.type);
  if (scope.definition.resource === 'persistentvolumeclaims') {
    if (type !== 'PersistentVolumeClaim') return [];
    return limitViolations(limit, { requests: amountsOf(spec, 'requests'), limits: undefined });
  }
  if (type === 'Container') {
    const containers = [...asObjects(spec.containers), ...asObjects(spec.initContainers)];
    return containers.flatMap((container) => limitViolations(limit, asked(container, amountsOf)));
  }
  return type === 'Pod' ? limitViolations(limit, asked(spec, podAmounts)) : [];
}

function asked(owner: JsonObject, read: typeof amountsOf): Asked {
  return { requests: read(owner, 'requests'), limits: read(owner, 'limits') };
}
