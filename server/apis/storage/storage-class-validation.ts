/** StorageClasses and VolumeAttributesClasses: what a provisioner is told. */
import { duplicate, forbidden, invalid, required, tooLong } from '../../apimachinery/errors/field-error.ts';
import { asList, asObject, asObjects, asText, asTextEntries, asTexts, isSet } from '../../apimachinery/json-access.ts';
import type { JsonObject, JsonValue } from '../../apimachinery/json.ts';
import type { KubeObject } from '../../apimachinery/meta/object.ts';
import { semanticallyEqual } from '../../apimachinery/validation/immutable-field.ts';
import { isQualifiedName, validateLabelName } from '../../apimachinery/validation/labels.ts';
import { finalizerErrors } from '../core/validation/finalizers.ts';
import { checkComplaints, checkImmutableField, checkOneOf, type Errors } from '../validation/checks.ts';
import { checkImmutableTyped } from '../validation/internal-value.ts';

const MAX_PARAMETERS = 512;
/** Bytes of all names and values. */
const MAX_PARAMETERS_SIZE = 256 * 1024;

export function validateStorageClass(storageClass: KubeObject): Errors {
  const errors = finalizerErrors(storageClass);
  const { provisioner, parameters, reclaimPolicy, volumeBindingMode, allowedTopologies } = storageClass;
  checkProvisioner(provisioner, 'provisioner', errors);
  checkParameters(parameters, errors);
  if (asText(reclaimPolicy) !== '') checkOneOf(reclaimPolicy, ['Delete', 'Retain'], 'reclaimPolicy', errors);
  if (isSet(volumeBindingMode)) {
    checkOneOf(volumeBindingMode, ['Immediate', 'WaitForFirstConsumer'], 'volumeBindingMode', errors);
  } else {
    errors.push(required('volumeBindingMode'));
  }
  checkTopologies(allowedTopologies, 'allowedTopologies', errors);
  return errors;
}

export function validateStorageClassUpdate(storageClass: KubeObject, old: KubeObject): Errors {
  const errors = finalizerErrors(storageClass);
  for (const field of ['parameters', 'provisioner']) checkImmutableField(storageClass, old, field, field, errors);
  for (const field of ['reclaimPolicy', 'volumeBindingMode']) {
    checkImmutableTyped('*S', storageClass[field], old[field], field, errors);
  }
  return errors;
}

export function validateVolumeAttributesClass(attributesClass: KubeObject): Errors {
  const errors = finalizerErrors(attributesClass);
  checkProvisioner(attributesClass.driverName, 'driverName', errors);
  checkParameters(attributesClass.parameters, errors);
  if (asTextEntries(attributesClass.parameters).length === 0) {
    errors.push(required('parameters', 'must contain at least one key/value pair'));
  }
  return errors;
}

export function validateVolumeAttributesClassUpdate(attributesClass: KubeObject, old: KubeObject): Errors {
  const errors: Errors = [];
  for (const field of ['driverName', 'parameters']) {
    if (semanticallyEqual(attributesClass[field], old[field])) continue;
    errors.push(forbidden(field, `updates to ${field} are forbidden.`));
  }
  return [...errors, ...validateVolumeAttributesClass(attributesClass)];
}

function checkProvisioner(value: JsonValue | undefined, path: string, errors: Errors): void {
  const name = asText(value).toLowerCase();
  if (name === '') errors.push(required(path));
  else checkComplaints(name, isQualifiedName(name), path, errors);
}

function checkParameters(parameters: JsonValue | undefined, errors: Errors): void {
  const path = 'parameters';
  const entries = asTextEntries(parameters);
  if (entries.length > MAX_PARAMETERS) {
    errors.push(tooLong(path, MAX_PARAMETERS));
    return;
  }
  let size = 0;
  for (const [name, value] of entries) {
    if (name === '') errors.push(invalid(path, name, 'field can not be empty.'));
    size += Buffer.byteLength(name) + Buffer.byteLength(value);
  }
  if (size > MAX_PARAMETERS_SIZE) errors.push(tooLong(path, MAX_PARAMETERS_SIZE));
}

function checkTopologies(topologies: JsonValue | undefined, path: string, errors: Errors): void {
  const terms = asObjects(topologies);
  // Upstream compares each term with as many empty ones too, before those that came earlier.
  const seen: ReadonlyMap<string, ReadonlySet<string>>[] = terms.map(() => new Map());
  terms.forEach((term, index) => {
    const expressionsPath = `${path}[${index}].matchLabelExpressions`;
    const values = checkTerm(term, expressionsPath, errors);
    for (const other of seen) if (areSame(values, other)) errors.push(duplicate(expressionsPath, ''));
    seen.push(values);
  });
}

function checkTerm(term: JsonObject, path: string, errors: Errors): ReadonlyMap<string, ReadonlySet<string>> {
  const valuesByKey = new Map<string, ReadonlySet<string>>();
  asList(term.matchLabelExpressions).forEach((expression, index) => {
    const { key, values } = asObject(expression);
    const itemPath = `${path}[${index}]`;
    const set = new Set<string>();
    if (asList(values).length === 0) errors.push(required(`${itemPath}.values`));
    asTexts(values).forEach((value, place) => {
      if (set.has(value)) errors.push(duplicate(`${itemPath}.values[${place}]`, value));
      set.add(value);
    });
    errors.push(...validateLabelName(asText(key), `${itemPath}.key`));
    if (valuesByKey.has(asText(key))) errors.push(duplicate(`${itemPath}.key`, asText(key)));
    valuesByKey.set(asText(key), set);
  });
  return valuesByKey;
}

function areSame(a: ReadonlyMap<string, ReadonlySet<string>>, b: ReadonlyMap<string, ReadonlySet<string>>): boolean {
  if (a.size !== b.size) return false;
  for (const [key, values] of a) {
    const others = b.get(key);
    if (others === undefined || values.size !== others.size || ![...values].every((value) => others.has(value)))
      return false;
  }
  return true;
}
