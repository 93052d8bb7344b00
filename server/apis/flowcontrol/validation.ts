/** FlowSchemas and PriorityLevelConfigurations; the mandatory ones are what they are. */
import { duplicate, forbidden, invalid, notSupported, required } from '../../apimachinery/errors/field-error.ts';
import { asNumber, asObject, asText, isSet } from '../../apimachinery/json-access.ts';
import type { JsonObject } from '../../apimachinery/json.ts';
import type { KubeObject } from '../../apimachinery/meta/object.ts';
import { semanticallyEqual } from '../../apimachinery/validation/immutable-field.ts';
import { isDns1123Subdomain } from '../../apimachinery/validation/names.ts';
import { finalizerErrors } from '../core/validation/finalizers.ts';
import {
  checkComplaints,
  checkEach,
  checkOneOf,
  checkRequired,
  checkRequiredOneOf,
  type Errors,
} from '../validation/checks.ts';
import { checkPolicyRule } from './policy-rule.ts';
import { asInternal } from '../validation/internal-value.ts';

const MAX_PRECEDENCE = 10_000;
const MAX_QUEUES = 10_000_000;
/** Of the 64 that a hash has, those that spread evenly. */
const MAX_HASH_BITS = 60;
const zeroSharesAnnotation = 'flowcontrol.k8s.io/preserve-zero-concurrency-shares';

/** Everyone may do everything: how the mandatory schemas match. */
function mandatorySchema(level: string, precedence: number, groups: readonly string[]): JsonObject {
  const everything: JsonObject = {
    subjects: groups.map((name) => ({ kind: 'Group', group: { name } })),
    resourceRules: [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'], clusterScope: true, namespaces: ['*'] }],
    nonResourceRules: [{ verbs: ['*'], nonResourceURLs: ['*'] }],
  };
  return { priorityLevelConfiguration: { name: level }, matchingPrecedence: precedence, rules: [everything] };
}

const mandatorySchemas: ReadonlyMap<string, JsonObject> = new Map([
  ['exempt', mandatorySchema('exempt', 1, ['system:masters'])],
  [
    'catch-all',
    {
      ...mandatorySchema('catch-all', MAX_PRECEDENCE, ['system:unauthenticated', 'system:authenticated']),
      distinguisherMethod: { type: 'ByUser' },
    },
  ],
]);

const catchAllLevel: JsonObject = {
  type: 'Limited',
  limited: { nominalConcurrencyShares: 5, limitResponse: { type: 'Reject' }, lendablePercent: 0 },
};

export function validateFlowSchema(schema: KubeObject): Errors {
  const errors = finalizerErrors(schema);
  const spec = asObject(schema.spec);
  const { name = '' } = schema.metadata;
  const precedence = asNumber(spec.matchingPrecedence);
  const refuse = (detail: string): void => {
    errors.push(invalid('spec.matchingPrecedence', precedence, detail));
  };
  if (precedence <= 0) refuse('must be a positive value');
  if (precedence > MAX_PRECEDENCE) refuse(`must not be greater than ${MAX_PRECEDENCE}`);
  if (precedence === 1 && name !== 'exempt') refuse("only the schema named 'exempt' may have matchingPrecedence 1");
  checkDistinguisher(spec, errors);
  const level = asText(asObject(spec.priorityLevelConfiguration).name);
  const levelPath = 'spec.priorityLevelConfiguration.name';
  if (level === '') errors.push(required(levelPath, 'must reference a priority level'));
  else checkComplaints(level, isDns1123Subdomain(level), levelPath, errors);
  checkEach(spec.rules, 'spec.rules', (rule, path) => checkPolicyRule(rule, path, errors));
  const mandatory = mandatorySchemas.get(name);
  if (mandatory !== undefined && !semanticallyEqual(spec, mandatory)) {
    errors.push(
      invalid('spec', asInternal('flowcontrol.FlowSchemaSpec', spec), `spec of '${name}' must equal the fixed value`),
    );
  }
  checkConditions(schema, errors);
  return errors;
}

function checkDistinguisher(spec: JsonObject, errors: Errors): void {
  if (!isSet(spec.distinguisherMethod)) return;
  const type = asText(asObject(spec.distinguisherMethod).type);
  const methods = ['ByNamespace', 'ByUser'];
  if (methods.includes(type)) return;
  errors.push(notSupported('spec.distinguisherMethod.type', { Type: type }, methods));
}

export function validateFlowSchemaStatusUpdate(schema: KubeObject): Errors {
  const errors: Errors = [];
  checkConditions(schema, errors);
  return errors;
}

function checkConditions(object: KubeObject, errors: Errors): void {
  const types = new Set<string>();
  checkEach(asObject(object.status).conditions, 'status.conditions', (condition, path) => {
    const type = asText(condition.type);
    if (types.has(type)) errors.push(duplicate(`${path}.type`, type));
    types.add(type);
    if (type === '') errors.push(required(`${path}.type`));
  });
}

export function validatePriorityLevelConfiguration(level: KubeObject): Errors {
  const errors = finalizerErrors(level);
  const spec = asObject(level.spec);
  const { name = '', annotations } = level.metadata;
  if (Object.hasOwn(annotations ?? {}, zeroSharesAnnotation)) {
    errors.push(forbidden('metadata.annotations', `annotation '${zeroSharesAnnotation}' is forbidden`));
  }
  checkLevelSpec(spec, name, errors);
  if (name === 'exempt' && spec.type !== 'Exempt') {
    const detail = "spec of 'exempt' except the 'spec.exempt' field must equal the fixed value";
    errors.push(invalid('spec', asInternal('flowcontrol.PriorityLevelConfigurationSpec', spec), detail));
  }
  if (name === 'catch-all' && !semanticallyEqual(spec, catchAllLevel)) {
    errors.push(
      invalid(
        'spec',
        asInternal('flowcontrol.PriorityLevelConfigurationSpec', spec),
        "spec of 'catch-all' must equal the fixed value",
      ),
    );
  }
  checkConditions(level, errors);
  return errors;
}

export function validatePriorityLevelConfigurationStatusUpdate(level: KubeObject): Errors {
  return validateFlowSchemaStatusUpdate(level);
}

function checkLevelSpec(spec: JsonObject, name: string, errors: Errors): void {
  const type = asText(spec.type);
  if ((name === 'exempt') !== (type === 'Exempt')) {
    errors.push(invalid('spec.type', type, "must be 'Exempt' if and only if `name` is 'exempt'"));
  }
  switch (type) {
    case 'Exempt':
      if (isSet(spec.limited)) errors.push(forbidden('spec.limited', 'must be nil if the type is not Limited'));
      if (isSet(spec.exempt)) checkExempt(asObject(spec.exempt), 'spec.exempt', errors);
      break;
    case 'Limited':
      if (isSet(spec.exempt)) errors.push(forbidden('spec.exempt', 'must be nil if the type is Limited'));
      if (isSet(spec.limited)) checkLimited(asObject(spec.limited), 'spec.limited', errors);
      else errors.push(required('spec.limited', 'must not be empty when type is Limited'));
      break;
    default:
      checkRequiredOneOf(type, ['Exempt', 'Limited'], 'spec.type', errors);
  }
}

function checkExempt(exempt: JsonObject, path: string, errors: Errors): void {
  checkShares(exempt, path, errors);
  checkLendable(exempt, path, errors);
}

function checkShares({ nominalConcurrencyShares: shares }: JsonObject, path: string, errors: Errors): void {
  if (asNumber(shares) >= 0) return;
  errors.push(invalid(`${path}.nominalConcurrencyShares`, shares, 'must be a non-negative integer'));
}

function checkLendable({ lendablePercent: percent }: JsonObject, path: string, errors: Errors): void {
  if (!isSet(percent) || (asNumber(percent) >= 0 && asNumber(percent) <= 100)) return;
  errors.push(invalid(`${path}.lendablePercent`, percent, 'must be between 0 and 100, inclusive'));
}

function checkLimited(limited: JsonObject, path: string, errors: Errors): void {
  checkShares(limited, path, errors);
  checkLimitResponse(asObject(limited.limitResponse), `${path}.limitResponse`, errors);
  checkLendable(limited, path, errors);
  const { borrowingLimitPercent: borrowing } = limited;
  if (asNumber(borrowing) < 0) {
    const detail = 'if specified, must be a non-negative integer';
    errors.push(invalid(`${path}.borrowingLimitPercent`, borrowing, detail));
  }
}

function checkLimitResponse(response: JsonObject, path: string, errors: Errors): void {
  const queuingPath = `${path}.queuing`;
  if (!checkRequired(response.type, `${path}.type`, errors)) return;
  if (!checkOneOf(response.type, ['Queue', 'Reject'], `${path}.type`, errors)) return;
  if (response.type === 'Reject') {
    if (!isSet(response.queuing)) return;
    errors.push(forbidden(queuingPath, 'must be nil if limited.limitResponse.type is not Limited'));
  } else if (isSet(response.queuing)) checkQueuing(asObject(response.queuing), queuingPath, errors);
  else errors.push(required(queuingPath, 'must not be empty if limited.limitResponse.type is Limited'));
}

function checkQueuing(queuing: JsonObject, path: string, errors: Errors): void {
  const refuse = (field: string, detail: string): void => {
    errors.push(invalid(`${path}.${field}`, asNumber(queuing[field]), detail));
  };
  const queues = asNumber(queuing.queues);
  const handSize = asNumber(queuing.handSize);
  if (asNumber(queuing.queueLengthLimit) <= 0) refuse('queueLengthLimit', 'must be positive');
  if (queues <= 0) refuse('queues', 'must be positive');
  else if (queues > MAX_QUEUES) refuse('queues', `must not be greater than ${MAX_QUEUES}`);
  if (handSize <= 0) refuse('handSize', 'must be positive');
  else if (handSize > queues) refuse('handSize', `should not be greater than queues (${queues})`);
  else if (Math.ceil(Math.log2(queues) * handSize) > MAX_HASH_BITS) {
    const deck = `deckSize ${queues} and handSize ${handSize}`;
    refuse('handSize', `required entropy bits of ${deck} should not be greater than ${MAX_HASH_BITS}`);
  }
}
