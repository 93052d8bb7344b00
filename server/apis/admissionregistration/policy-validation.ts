/** Admission policies and their bindings. */
import type { CelType } from '../../apimachinery/cel/cel-type.ts';
import { duplicate, forbidden, invalid, notSupportedInOrder, required } from '../../apimachinery/errors/field-error.ts';
import { asList, asObject, asText, asTexts, isSet } from '../../apimachinery/json-access.ts';
import type { JsonObject, JsonValue } from '../../apimachinery/json.ts';
import type { KubeObject } from '../../apimachinery/meta/object.ts';
import { semanticallyEqual } from '../../apimachinery/validation/immutable-field.ts';
import { validateLabelSelector } from '../../apimachinery/validation/labels.ts';
import { isDns1035Label, isDns1123Subdomain, isPathSegmentName } from '../../apimachinery/validation/names.ts';
import {
  checkComplaints,
  checkEach,
  checkOneOf,
  checkQualifiedName,
  checkRequired,
  checkRequiredFormat,
  checkRequiredOneOf,
  type Errors,
} from '../validation/checks.ts';
import { checkConditions } from '../validation/conditions.ts';
import {
  ANY_RESULT,
  BOOLEAN_RESULT,
  checkExpression,
  type ExpressionScope,
  OBJECT_RESULT,
  PATCH_RESULT,
  TEXT_OR_NULL_RESULT,
  TEXT_RESULT,
} from './expressions.ts';
import {
  checkMatchConditions,
  checkMatchResources,
  checkMutatingOperations,
  failurePolicies,
  reinvocationPolicies,
} from './match-rules.ts';
import { templateProblem } from '../../apimachinery/jsonpath/template-problem.ts';

const MAX_AUDIT_ANNOTATIONS = 20;
const MAX_VALUE_EXPRESSION_LENGTH = 5 * 1024;
const reasons = ['Forbidden', 'Invalid', 'RequestEntityTooLarge'];
const validationActions = ['Deny', 'Warn', 'Audit'];
const patchTypes = ['ApplyConfiguration', 'JSONPatch'];
const celReserved: ReadonlySet<string> = new Set(
  'true false null in as break const continue else for function if import let loop package namespace return var void while'.split(
    ' ',
  ),
);

export function validateValidatingAdmissionPolicy(policy: KubeObject): Errors {
  return validatePolicy(policy, undefined);
}

export function validateValidatingAdmissionPolicyUpdate(policy: KubeObject, old: KubeObject): Errors {
  return validatePolicy(policy, asObject(old.spec));
}

function validatePolicy(policy: KubeObject, before: JsonObject | undefined): Errors {
  const errors: Errors = [];
  const spec = asObject(policy.spec);
  const scope = checkCommonSpec(spec, before, () => {}, errors);
  if (asList(spec.validations).length === 0 && asList(spec.auditAnnotations).length === 0) {
    for (const list of ['validations', 'auditAnnotations']) {
      errors.push(required(`spec.${list}`, 'validations or auditAnnotations must contain at least one item'));
    }
    return errors;
  }
  checkEach(spec.validations, 'spec.validations', (validation, path) =>
    checkValidation(validation, scope, path, errors),
  );
  const owner = { policy: policy.metadata.name ?? '', scope };
  checkAuditAnnotations(spec.auditAnnotations, owner, 'spec.auditAnnotations', errors);
  return errors;
}

/** What both kinds of policy have. */
function checkCommonSpec(
  spec: JsonObject,
  before: JsonObject | undefined,
  checkMatch: (match: JsonObject, path: string) => void,
  errors: Errors,
): ExpressionScope {
  const scope = scopeOf(spec);
  if (isSet(spec.failurePolicy)) checkOneOf(spec.failurePolicy, failurePolicies, 'spec.failurePolicy', errors);
  else errors.push(required('spec.failurePolicy'));
  if (isSet(spec.paramKind)) checkParamKind(asObject(spec.paramKind), 'spec.paramKind', errors);
  const path = 'spec.matchConstraints';
  if (isSet(spec.matchConstraints)) {
    const match = asObject(spec.matchConstraints);
    checkMatchResources(match, path, errors);
    if (asList(match.resourceRules).length === 0) errors.push(required(`${path}.resourceRules`));
    checkMatch(match, path);
  } else errors.push(required(path));
  const isKept = (field: string): boolean => before !== undefined && semanticallyEqual(spec[field], before[field]);
  if (!isKept('paramKind') || !isKept('matchConditions')) {
    // They are asked before there are variables.
    checkMatchConditions(spec.matchConditions, { hasParams: scope.hasParams }, 'spec.matchConditions', errors);
  }
  checkEach(spec.variables, 'spec.variables', (variable, variablePath) =>
    checkVariable(variable, scope, variablePath, errors),
  );
  return scope;
}

/** Variables come in as they are declared. */
function scopeOf(spec: JsonObject): ExpressionScope {
  const variables = asList(spec.variables).length === 0 ? undefined : new Map<string, CelType>();
  return { hasParams: isSet(spec.paramKind), hasAuthorizer: true, variables };
}

function checkParamKind(paramKind: JsonObject, path: string, errors: Errors): void {
  const kind = asText(paramKind.kind);
  checkApiVersion(asText(paramKind.apiVersion), `${path}.apiVersion`, errors);
  if (kind === '') errors.push(required(`${path}.kind`));
  else {
    const complaints = isDns1035Label(kind.toLowerCase());
    if (complaints.length === 0) return;
    const detail = `may have mixed case, but should otherwise match: ${complaints.join(',')}`;
    errors.push(invalid(`${path}.kind`, kind, detail));
  }
}

function checkApiVersion(apiVersion: string, path: string, errors: Errors): void {
  if (apiVersion === '') {
    errors.push(required(path));
    return;
  }
  const parts = apiVersion.split('/');
  if (parts.length > 2) {
    errors.push(invalid(path, apiVersion, `unexpected GroupVersion string: ${apiVersion}`));
    return;
  }
  const version = parts.at(-1) ?? '';
  const group = parts.length === 2 ? (parts[0] ?? '') : '';
  const refuse = (value: string, complaints: readonly string[]): void => {
    if (complaints.length > 0) errors.push(invalid(path, value, complaints.join(',')));
  };
  if (group !== '') refuse(group, isDns1123Subdomain(group));
  if (version === '') errors.push(invalid(path, apiVersion, 'version must be specified'));
  else refuse(version, isDns1035Label(version));
}

function checkVariable(variable: JsonObject, scope: ExpressionScope, path: string, errors: Errors): void {
  const name = asText(variable.name);
  if (name.trim() === '') errors.push(required(`${path}.name`, 'name is not specified'));
  else if (!/^[_a-zA-Z][_a-zA-Z0-9]*$/.test(name) || celReserved.has(name)) {
    errors.push(invalid(`${path}.name`, name, 'must be a valid CEL identifier'));
  }
  const expression = asText(variable.expression);
  if (expression.trim() === '') errors.push(required(`${path}.expression`, 'expression is not specified'));
  else scope.variables?.set(name, checkExpression(expression, scope, ANY_RESULT, `${path}.expression`, errors));
}

function checkValidation(validation: JsonObject, scope: ExpressionScope, path: string, errors: Errors): void {
  const expression = asText(validation.expression);
  const message = asText(validation.message);
  const messageExpression = asText(validation.messageExpression);
  if (expression.trim() === '') errors.push(required(`${path}.expression`, 'expression is not specified'));
  else checkExpression(expression, scope, BOOLEAN_RESULT, `${path}.expression`, errors);
  const messagePath = `${path}.messageExpression`;
  if (messageExpression.trim() !== '') {
    checkExpression(messageExpression, { ...scope, hasAuthorizer: false }, TEXT_RESULT, messagePath, errors);
  } else if (messageExpression !== '') {
    errors.push(invalid(messagePath, messageExpression, 'must be non-empty if specified'));
  }
  if (message !== '' && message.trim() === '') {
    errors.push(invalid(`${path}.message`, message, 'must be non-empty if specified'));
  } else if (/[\n\r]/.test(message.trim())) {
    errors.push(invalid(`${path}.message`, message, 'must not contain line breaks'));
  }
  if (isSet(validation.reason)) checkOneOf(validation.reason, reasons, `${path}.reason`, errors);
}

function checkAuditAnnotations(
  list: JsonValue | undefined,
  { policy, scope }: { readonly policy: string; readonly scope: ExpressionScope },
  path: string,
  errors: Errors,
): void {
  const { length } = asList(list);
  if (length > MAX_AUDIT_ANNOTATIONS) {
    errors.push(invalid(path, list, `must not have more than ${MAX_AUDIT_ANNOTATIONS} auditAnnotations`));
  }
  const keys = new Set<string>();
  checkEach(list, path, (annotation, itemPath) => {
    const key = asText(annotation.key);
    if (policy === '') errors.push(invalid(`${itemPath}.key`, key, 'requires metadata.name be non-empty'));
    else checkQualifiedName(`${policy}/${key}`, `${itemPath}.key`, errors);
    const expression = asText(annotation.valueExpression).trim();
    const expressionPath = `${itemPath}.valueExpression`;
    if (expression === '') errors.push(required(expressionPath, 'valueExpression is not specified'));
    else if (Buffer.byteLength(expression) > MAX_VALUE_EXPRESSION_LENGTH) {
      errors.push(required(expressionPath, `must not exceed ${MAX_VALUE_EXPRESSION_LENGTH} bytes in length`));
    } else {
      const shown = asText(annotation.valueExpression);
      checkExpression(expression, scope, TEXT_OR_NULL_RESULT, expressionPath, errors, shown);
    }
    if (keys.has(key)) errors.push(duplicate(`${itemPath}.key`, key));
    keys.add(key);
  });
}

export function validateValidatingAdmissionPolicyStatusUpdate(policy: KubeObject): Errors {
  const errors: Errors = [];
  const status = asObject(policy.status);
  const { expressionWarnings } = asObject(status.typeChecking);
  checkEach(expressionWarnings, 'status.typeChecking.expressionWarnings', ({ warning, fieldRef }, path) => {
    if (asText(warning) === '') errors.push(required(`${path}.warning`));
    const reference = asText(fieldRef).trim();
    if (checkRequired(reference, `${path}.fieldRef`, errors)) {
      const problem = templateProblem(`{${reference}}`);
      if (problem !== undefined) errors.push(invalid(`${path}.fieldRef`, reference, `invalid JSONPath: ${problem}`));
    }
  });
  checkConditions(status.conditions, 'status.conditions', errors);
  return errors;
}

export function validateValidatingAdmissionPolicyBinding(binding: KubeObject): Errors {
  const errors: Errors = [];
  const spec = asObject(binding.spec);
  checkBinding(spec, () => {}, errors);
  const path = 'spec.validationActions';
  const actions = asTexts(spec.validationActions);
  actions.forEach((action, index) => {
    checkOneOf(action, validationActions, `${path}[${index}]`, errors);
    if (actions.indexOf(action) < index) errors.push(duplicate(`${path}[${index}]`, action));
  });
  if (actions.includes('Deny') && actions.includes('Warn')) {
    const detail =
      'must not contain both Deny and Warn (repeating the same validation failure information in the API response and headers serves no purpose)';
    errors.push(invalid(path, [...actions], detail));
  }
  if (actions.length === 0) errors.push(required(path, 'at least one validation action is required'));
  return errors;
}

function checkBinding(spec: JsonObject, checkMatch: (match: JsonObject, path: string) => void, errors: Errors): void {
  checkRequiredFormat(spec.policyName, isDns1123Subdomain, 'spec.policyName', errors);
  if (isSet(spec.paramRef)) checkParamRef(asObject(spec.paramRef), 'spec.paramRef', errors);
  if (!isSet(spec.matchResources)) return;
  checkMatchResources(asObject(spec.matchResources), 'spec.matchResources', errors);
  checkMatch(asObject(spec.matchResources), 'spec.matchResources');
}

function checkParamRef(reference: JsonObject, path: string, errors: Errors): void {
  const name = asText(reference.name);
  const exclusive = 'name and selector are mutually exclusive';
  const hasSelector = isSet(reference.selector);
  if (name !== '') {
    checkComplaints(name, isPathSegmentName(name), `${path}.name`, errors);
    if (hasSelector) errors.push(forbidden(`${path}.name`, exclusive));
  }
  if (hasSelector) {
    errors.push(...validateLabelSelector(reference.selector, `${path}.selector`));
    if (name !== '') errors.push(forbidden(`${path}.selector`, exclusive));
  } else if (name === '') errors.push(required(path, 'one of name or selector must be specified'));
  const action = asText(reference.parameterNotFoundAction);
  const actionPath = `${path}.parameterNotFoundAction`;
  if (action === '') errors.push(required(actionPath));
  else if (action !== 'Deny' && action !== 'Allow') {
    errors.push(notSupportedInOrder(actionPath, action, ['Deny', 'Allow']));
  }
}

export function validateMutatingAdmissionPolicy(policy: KubeObject): Errors {
  return validateMutatingPolicy(policy, undefined);
}

export function validateMutatingAdmissionPolicyUpdate(policy: KubeObject, old: KubeObject): Errors {
  return validateMutatingPolicy(policy, asObject(old.spec));
}

function validateMutatingPolicy(policy: KubeObject, before: JsonObject | undefined): Errors {
  const errors: Errors = [];
  const spec = asObject(policy.spec);
  const common = checkCommonSpec(spec, before, (match, path) => checkMutatingOperations(match, path, errors), errors);
  // Mutations know of variables, also where there are none.
  const scope = { ...common, variables: common.variables ?? new Map<string, CelType>() };
  if (asList(spec.mutations).length === 0) {
    errors.push(required('spec.mutations', 'mutations must contain at least one item'));
  }
  checkEach(spec.mutations, 'spec.mutations', (mutation, path) => checkMutation(mutation, scope, path, errors));
  checkRequiredOneOf(spec.reinvocationPolicy, reinvocationPolicies, 'spec.reinvocationPolicy', errors);
  return errors;
}

function checkMutation(mutation: JsonObject, scope: ExpressionScope, path: string, errors: Errors): void {
  const type = asText(mutation.patchType);
  if (type === '') {
    errors.push(required(`${path}.patchType`));
    return;
  }
  if (!checkOneOf(type, patchTypes, `${path}.patchType`, errors)) return;
  const [own, other] = type === 'JSONPatch' ? ['jsonPatch', 'applyConfiguration'] : ['applyConfiguration', 'jsonPatch'];
  if (!isSet(mutation[own])) errors.push(required(`${path}.${own}`, `must be specified when patchType is ${type}`));
  else {
    const expression = asText(asObject(mutation[own]).expression).trim();
    const expressionPath = `${path}.${own}.expression`;
    const results = type === 'JSONPatch' ? PATCH_RESULT : OBJECT_RESULT;
    if (expression === '') errors.push(required(expressionPath));
    else checkExpression(expression, { ...scope, mutates: true }, results, expressionPath, errors);
  }
  if (isSet(mutation[other])) {
    errors.push(invalid(`${path}.${other}`, `{${other}}`, `must not be specified when patchType is ${type}`));
  }
}

export function validateMutatingAdmissionPolicyBinding(binding: KubeObject): Errors {
  const errors: Errors = [];
  checkBinding(asObject(binding.spec), (match, path) => checkMutatingOperations(match, path, errors), errors);
  return errors;
}
