/** Priority: a pod's priority and preemption policy are those of its PriorityClass; there is one default class at most. */
import { asNumber, asObject, asText, ensureObject, isSet } from '../../apimachinery/json-access.ts';
import type { KubeObject } from '../../apimachinery/meta/object.ts';
import type { AdmissionAttributes, AdmissionPlugin } from './admission.ts';
import type { ObjectReader } from './object-reader.ts';
import { refusal } from './refusal.ts';

const priorityClasses = { group: 'scheduling.k8s.io', resource: 'priorityclasses' };

interface Established {
  readonly className: string;
  readonly value: number;
  readonly preemptionPolicy: string;
}

export function priority(objects: ObjectReader): AdmissionPlugin {
  return {
    name: 'Priority',
    resources: ['pods', 'priorityclasses.scheduling.k8s.io'],
    operations: ['CREATE', 'UPDATE'],
    mutate(attributes) {
      const { object, old, operation, scope } = attributes;
      if (object === undefined || scope.definition.resource !== 'pods') return;
      if (operation === 'CREATE') setPriority(object, attributes, objects);
      else if (old !== undefined) keepPriority(object, old);
    },
    validate(attributes) {
      const { object, operation, scope } = attributes;
      if (scope.definition.resource === 'pods' || object?.globalDefault !== true) return;
      const present = defaultClass(objects);
      if (present === undefined) return;
      const { name = '' } = present.metadata;
      if (operation === 'UPDATE' && name === object.metadata.name) return;
      const detail = `PriorityClass ${name} is already marked as default. Only one default can exist`;
      throw refusal(attributes, detail);
    },
  };
}

function setPriority(pod: KubeObject, attributes: AdmissionAttributes, objects: ObjectReader): void {
  const spec = ensureObject(pod, 'spec');
  const { className, value, preemptionPolicy } = establish(asText(spec.priorityClassName), attributes, objects);
  if (className !== '') spec.priorityClassName = className;
  if (isSet(spec.priority) && asNumber(spec.priority) !== value) {
    throw refusal(
      attributes,
      `the integer value of priority (${asNumber(spec.priority)}) must not be provided in pod spec; ` +
        `priority admission controller computed ${value} from the given PriorityClass name`,
    );
  }
  spec.priority = value;
  if (preemptionPolicy === '') return;
  if (isSet(spec.preemptionPolicy) && spec.preemptionPolicy !== preemptionPolicy) {
    throw refusal(
      attributes,
      `the string value of PreemptionPolicy (${asText(spec.preemptionPolicy)}) must not be provided in pod spec; ` +
        `priority admission controller computed ${preemptionPolicy} from the given PriorityClass name`,
    );
  }
  spec.preemptionPolicy = preemptionPolicy;
}

/** Clients that do not know the fields send the pod back without them. */
function keepPriority(pod: KubeObject, old: KubeObject): void {
  const before = asObject(old.spec);
  for (const field of ['priority', 'preemptionPolicy'] as const) {
    const value = before[field];
    if (isSet(value) && !isSet(asObject(pod.spec)[field])) ensureObject(pod, 'spec')[field] = value;
  }
}

function establish(className: string, attributes: AdmissionAttributes, objects: ObjectReader): Established {
  if (className === '') {
    const present = defaultClass(objects);
    return present === undefined
      ? { className: '', value: 0, preemptionPolicy: 'PreemptLowerPriority' }
      : read(present, present.metadata.name ?? '');
  }
  const found = objects.get(priorityClasses, className);
  if (found === undefined) throw refusal(attributes, `no PriorityClass with name ${className} was found`);
  return read(found, className);
}

function read(priorityClass: KubeObject, className: string): Established {
  const { value, preemptionPolicy } = priorityClass;
  return { className, value: asNumber(value), preemptionPolicy: asText(preemptionPolicy) };
}

/** Races can leave several: the lowest counts. */
function defaultClass(objects: ObjectReader): KubeObject | undefined {
  let lowest: KubeObject | undefined;
  for (const candidate of objects.list(priorityClasses)) {
    if (candidate.globalDefault !== true) continue;
    if (lowest === undefined || asNumber(candidate.value) < asNumber(lowest.value)) lowest = candidate;
  }
  return lowest;
}
