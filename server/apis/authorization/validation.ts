/** What a review of access may ask. */
import { forbidden, invalid, required } from '../../apimachinery/errors/field-error.ts';
import { asList, asObject, asObjects, asText, isSet } from '../../apimachinery/json-access.ts';
import type { JsonObject, JsonValue } from '../../apimachinery/json.ts';
import type { KubeObject } from '../../apimachinery/meta/object.ts';
import { semanticallyEqual } from '../../apimachinery/validation/immutable-field.ts';
import { validateLabelSelectorRequirement } from '../../apimachinery/validation/labels.ts';
import { checkRequired, type Errors } from '../validation/checks.ts';

export function validateSelfSubjectAccessReview(review: KubeObject): Errors {
  const errors: Errors = [];
  checkQuestion(asObject(review.spec), errors);
  checkSelectors(asObject(review.spec), errors);
  checkNoMetadata(review, 'must be empty', errors);
  return errors;
}

export function validateSubjectAccessReview(review: KubeObject): Errors {
  const errors: Errors = [];
  checkSubjectQuestion(asObject(review.spec), errors);
  checkNoMetadata(review, 'must be empty', errors);
  return errors;
}

export function validateLocalSubjectAccessReview(review: KubeObject): Errors {
  const errors: Errors = [];
  const spec = asObject(review.spec);
  const { namespace } = review.metadata;
  checkSubjectQuestion(spec, errors);
  checkNoMetadata(review, 'must be empty except for namespace', errors, ['namespace']);
  if (isSet(spec.resourceAttributes)) {
    const asked = asText(asObject(spec.resourceAttributes).namespace);
    if (asked !== (namespace ?? ''))
      errors.push(invalid('spec.resourceAttributes.namespace', asked, 'must match metadata.namespace'));
  }
  if (isSet(spec.nonResourceAttributes)) {
    errors.push(invalid(nonResource, shownPath(spec.nonResourceAttributes), 'disallowed on this kind of request'));
  }
  return errors;
}

const nonResource = 'spec.nonResourceAttributes';

function checkQuestion(spec: JsonObject, errors: Errors): void {
  const isPath = isSet(spec.nonResourceAttributes);
  const isResource = isSet(spec.resourceAttributes);
  if (isPath && isResource) {
    const detail = 'cannot be specified in combination with resourceAttributes';
    errors.push(invalid(nonResource, shownPath(spec.nonResourceAttributes), detail));
  }
  if (!isPath && !isResource) {
    const detail = 'exactly one of nonResourceAttributes or resourceAttributes must be specified';
    errors.push(invalid('spec.resourceAttributes', null, detail));
  }
}

function checkSubjectQuestion(spec: JsonObject, errors: Errors): void {
  checkQuestion(spec, errors);
  if (asText(spec.user) === '' && asList(spec.groups).length === 0) {
    errors.push(invalid('spec.user', asText(spec.user), 'at least one of user or group must be specified'));
  }
  checkSelectors(spec, errors);
}

/** Upstream shows its own struct. */
function shownPath(attributes: JsonValue | undefined): JsonObject {
  const { path, verb } = asObject(attributes);
  return { Path: asText(path), Verb: asText(verb) };
}

function checkNoMetadata(
  { metadata }: KubeObject,
  detail: string,
  errors: Errors,
  allowed: readonly string[] = [],
): void {
  const left = Object.entries(metadata).filter(([field]) => field !== 'managedFields' && !allowed.includes(field));
  if (semanticallyEqual(Object.fromEntries(left), {})) return;
  const { name, generateName, namespace, ...rest } = metadata;
  errors.push(invalid('metadata', { name, generateName, namespace, ...rest }, detail));
}

function checkSelectors(spec: JsonObject, errors: Errors): void {
  const attributes = asObject(spec.resourceAttributes);
  checkSelector(attributes, 'fieldSelector', checkFieldRequirement, errors);
  checkSelector(
    attributes,
    'labelSelector',
    (requirement, path, into) =>
      into.push(...validateLabelSelectorRequirement(requirement, path, { allowUnknownOperators: true })),
    errors,
  );
}

type CheckRequirement = (requirement: JsonObject, path: string, errors: Errors) => void;

function checkSelector(attributes: JsonObject, field: string, check: CheckRequirement, errors: Errors): void {
  if (!isSet(attributes[field])) return;
  const path = `spec.resourceAttributes.${field}`;
  const { rawSelector, requirements } = asObject(attributes[field]);
  const isRaw = asText(rawSelector) !== '';
  const isList = asList(requirements).length > 0;
  if (isRaw && isList) {
    const detail = 'may not specified at the same time as requirements';
    errors.push(invalid(`${path}.rawSelector`, asText(rawSelector), detail));
  }
  if (!isRaw && !isList) {
    const detail = `when ${path} is specified, requirements or rawSelector is required`;
    errors.push(required(`${path}.requirements`, detail));
  }
  asObjects(requirements).forEach((requirement, index) => check(requirement, `${path}.requirements[${index}]`, errors));
}

/** Operators that this version does not know pass: they narrow nothing. */
function checkFieldRequirement({ key, operator, values }: JsonObject, path: string, errors: Errors): void {
  checkRequired(key, `${path}.key`, errors, 'must be specified');
  if ((operator === 'In' || operator === 'NotIn') && asList(values).length === 0) {
    errors.push(required(`${path}.values`, "must be specified when `operator` is 'In' or 'NotIn'"));
  }
  if ((operator === 'Exists' || operator === 'DoesNotExist') && asList(values).length > 0) {
    const detail = "may not be specified when `operator` is 'Exists' or 'DoesNotExist'";
    errors.push(forbidden(`${path}.values`, detail));
  }
}
