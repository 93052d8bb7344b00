/** RuntimeClass: a pod takes overhead, node selector and tolerations of its runtime class. */
import { asObject, asObjects, asText, asTextEntries, ensureObject, isSet } from '../../apimachinery/json-access.ts';
import type { JsonObject } from '../../apimachinery/json.ts';
import type { KubeObject } from '../../apimachinery/meta/object.ts';
import { mergeTolerations } from '../../apis/core/tolerations.ts';
import { asSent } from '../../apimachinery/schema/sent-empties.ts';
import { semanticallyEqual } from '../../apimachinery/validation/immutable-field.ts';
import { goQuote } from '../../apimachinery/errors/field-error.ts';
import { failure } from '../../apimachinery/errors/status-error.ts';
import type { AdmissionAttributes, AdmissionPlugin } from './admission.ts';
import type { ObjectReader } from './object-reader.ts';
import { refusal } from './refusal.ts';
import { isPathSegmentName } from '../../apimachinery/validation/names.ts';

const runtimeClasses = { group: 'node.k8s.io', resource: 'runtimeclasses' };
const unlikeClass = "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead";
const withoutClass = 'pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead';

export function runtimeClass(objects: ObjectReader): AdmissionPlugin {
  return {
    name: 'RuntimeClass',
    resources: ['pods'],
    operations: ['CREATE'],
    mutate(attributes) {
      const name = classNameOf(attributes.object);
      if (name === undefined) return undefined;
      const found = objects.get(runtimeClasses, name);
      return found === undefined ? takeOverFresh(name, attributes, objects) : takeOver(found, attributes);
    },
    validate(attributes) {
      const overhead = asSent(asObject(attributes.object?.spec), 'overhead');
      const name = classNameOf(attributes.object);
      const wanted = name === undefined ? undefined : asObject(objects.get(runtimeClasses, name)?.overhead);
      if (wanted === undefined || !isSet(wanted.podFixed)) {
        if (isSet(overhead)) throw refusal(attributes, withoutClass);
      } else if (!semanticallyEqual(overhead, wanted.podFixed)) throw refusal(attributes, unlikeClass);
    },
  };
}

function classNameOf(pod: KubeObject | undefined): string | undefined {
  const name = asObject(pod?.spec).runtimeClassName;
  return isSet(name) ? asText(name) : undefined;
}

async function takeOverFresh(name: string, attributes: AdmissionAttributes, objects: ObjectReader): Promise<void> {
  if (name === '') throw failure({ code: 500, reason: '', message: 'resource name may not be empty' });
  const complaints = isPathSegmentName(name);
  if (complaints.length > 0) {
    const message = `invalid resource name ${goQuote(name)}: [${complaints.join(' ')}]`;
    throw failure({ code: 500, reason: '', message });
  }
  const found = await objects.getFresh(runtimeClasses, name);
  if (found === undefined) throw refusal(attributes, `pod rejected: RuntimeClass ${goQuote(name)} not found`);
  takeOver(found, attributes);
}

function takeOver(found: KubeObject, attributes: AdmissionAttributes): undefined {
  const { object: pod } = attributes;
  if (pod === undefined) return;
  const spec = ensureObject(pod, 'spec');
  const { podFixed } = asObject(found.overhead);
  if (isSet(podFixed)) {
    const isGiven = Object.keys(asObject(spec.overhead)).length > 0;
    if (isGiven && !semanticallyEqual(spec.overhead, podFixed)) throw refusal(attributes, unlikeClass);
    spec.overhead = { ...asObject(podFixed) };
  }
  if (!isSet(found.scheduling)) return;
  const scheduling = asObject(found.scheduling);
  const selector = mergeSelectors(spec, scheduling, attributes);
  if (Object.keys(selector).length > 0) spec.nodeSelector = selector;
  const tolerations = mergeTolerations(asObjects(spec.tolerations), asObjects(scheduling.tolerations));
  if (tolerations.length > 0) spec.tolerations = tolerations;
}

function mergeSelectors(spec: JsonObject, scheduling: JsonObject, attributes: AdmissionAttributes): JsonObject {
  const given = new Map(asTextEntries(spec.nodeSelector));
  for (const [key, value] of asTextEntries(scheduling.nodeSelector)) {
    const present = given.get(key);
    if (present !== undefined && present !== value) {
      const wanted = `runtimeClass.scheduling.nodeSelector[${key}] = ${value}`;
      throw refusal(attributes, `conflict: ${wanted}; pod.spec.nodeSelector[${key}] = ${present}`);
    }
    given.set(key, value);
  }
  return Object.fromEntries(given);
}
