import test from 'ava';
import fc from 'fast-check';
import type { ObjectMeta } from '../meta/object.ts';
import { semanticallyEqual, validateImmutableField } from './immutable-field.ts';
import { isLabelKey, isLabelValue, validateLabelSelector } from './labels.ts';
import { validateFieldManager, validateManagedFields } from './managed-fields.ts';
import {
  isConfigMapKey,
  isDns1035Label,
  isDns1123Label,
  isDns1123Subdomain,
  validateWholeDnsSubdomain,
  isEnvVarName,
  isPathSegmentName,
  isPortName,
  isPortNumber,
  isRelaxedEnvVarName,
  isWildcardDns1123Subdomain,
  validateDnsLabelName,
  validateDnsSubdomainName,
} from './names.ts';
import { validateObjectMeta, validateObjectMetaUpdate } from './object-meta.ts';

const SUBDOMAIN_MESSAGE =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";

test('names are judged in the words of upstream', (t) => {
  t.deepEqual(isDns1123Subdomain('a.b-c.d'), []);
  t.deepEqual(isDns1123Subdomain('A'), [SUBDOMAIN_MESSAGE]);
  t.deepEqual(isDns1123Subdomain('a'.repeat(254)), ['must be no more than 253 characters']);
  t.deepEqual(validateWholeDnsSubdomain('a'.repeat(254), false), ['must be no more than 253 bytes']);
  t.deepEqual(isDns1123Label('a.b'), ['must not contain dots']);
  t.is(isDns1123Label(`${'a'.repeat(63)}-`).length, 2);
  t.deepEqual(isDns1035Label('a1'), []);
  t.regex(isDns1035Label('1a').join(), /^a DNS-1035 label must consist/);
  t.deepEqual(isWildcardDns1123Subdomain('*.a.b'), []);
  t.deepEqual(isPathSegmentName('..'), ["may not be '..'"]);
  t.deepEqual(isPathSegmentName('a/b%'), ["may not contain '/'", "may not contain '%'"]);
  t.deepEqual(isPortName('http-1'), []);
  t.deepEqual(isPortName('--'), [
    'must contain at least one letter (a-z)',
    'must not contain consecutive hyphens',
    'must not begin or end with a hyphen',
  ]);
  t.deepEqual(isPortNumber(0), ['must be between 1 and 65535, inclusive']);
  t.deepEqual(isConfigMapKey('..a'), ["must not start with '..'"]);
  t.regex(isEnvVarName('1A').join(), /must not start with a digit/);
  t.deepEqual(isRelaxedEnvVarName('1 A'), []);
  t.is(isRelaxedEnvVarName('A=B').length, 1);
});

test('label keys and values count bytes, and a key may have a DNS prefix', (t) => {
  t.deepEqual(isLabelKey('app.kubernetes.io/name'), []);
  t.deepEqual(isLabelKey(`${'a'.repeat(64)}`), ['name part must be no more than 63 bytes']);
  t.deepEqual(isLabelKey('/a'), ['prefix part must be non-empty']);
  t.is(isLabelKey('a/')[0], 'name part must be non-empty');
  t.regex(isLabelKey('a/b/c').join(), /^a valid label key must consist .* with an optional DNS subdomain prefix/);
  t.deepEqual(isLabelValue(''), []);
  t.regex(isLabelValue('a b').join(), /^a valid label must be an empty string or consist/);
  t.is(isLabelValue('a'.repeat(64)).length, 1);
});

test('a generated name may end in a dash before its suffix', (t) => {
  t.deepEqual(validateDnsSubdomainName('web-', true), []);
  t.is(validateDnsSubdomainName('web-', false).length, 1);
});

const options = { namespaced: true, validateName: validateDnsSubdomainName, path: 'metadata' };
const messages = (errors: readonly { field: string; message: string }[]) =>
  errors.map((error) => `${error.field}: ${error.message}`);

test('metadata faults come in the order of upstream', (t) => {
  const meta: ObjectMeta = {
    generateName: 'A.B-',
    namespace: 'Kube.System',
    generation: -1,
    labels: { 'a b': 'c d' },
    annotations: { 'UPPER/case': '', 'a b': '' },
    ownerReferences: [{ apiVersion: 'a/b/c', kind: '', name: '', uid: '' }],
    finalizers: ['x y', 'orphan', 'foregroundDeletion'],
    managedFields: [{ operation: 'Delete', fieldsType: 'FieldsV2', manager: 'a\u0007' }],
  };
  t.deepEqual(
    validateObjectMeta(meta, options).map((error) => error.field),
    [
      'metadata.generateName',
      'metadata.name',
      'metadata.namespace',
      'metadata.generation',
      'metadata.labels',
      'metadata.labels',
      'metadata.annotations',
      'metadata.ownerReferences.apiVersion',
      'metadata.ownerReferences.kind',
      'metadata.ownerReferences.name',
      'metadata.ownerReferences.uid',
      'metadata.finalizers',
      'metadata.finalizers',
      'metadata.managedFields[0].operation',
      'metadata.managedFields[0].fieldsType',
      'metadata.managedFields[0].manager',
    ],
  );
});

test('sound metadata has no faults', (t) => {
  const meta: ObjectMeta = {
    name: 'web',
    namespace: 'default',
    labels: { app: 'web' },
    annotations: { 'Example.com/Note': 'anything at all\n' },
    finalizers: ['example.com/clean-up'],
    ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web', uid: '1', controller: true }],
    managedFields: [{ manager: 'kubectl', operation: 'Apply', fieldsType: 'FieldsV1' }],
  };
  t.deepEqual(validateObjectMeta(meta, options), []);
  t.deepEqual(validateObjectMetaUpdate({ ...meta, resourceVersion: '1' }, meta, { path: 'metadata' }), []);
});

test('names and namespaces are required or forbidden by the scope', (t) => {
  t.deepEqual(messages(validateObjectMeta({}, options)), [
    'metadata.name: Required value: name or generateName is required',
    'metadata.namespace: Required value',
  ]);
  t.deepEqual(
    messages(
      validateObjectMeta(
        { name: 'a', namespace: 'b' },
        { ...options, namespaced: false, validateName: validateDnsLabelName },
      ),
    ),
    ['metadata.namespace: Forbidden: not allowed on this type'],
  );
});

test('annotations have a limit in total', (t) => {
  const meta: ObjectMeta = { name: 'a', namespace: 'b', annotations: { key: 'x'.repeat(256 * 1024) } };
  t.deepEqual(messages(validateObjectMeta(meta, options)), [
    'metadata.annotations: Too long: may not be more than 262144 bytes',
  ]);
});

test('an object has one controller at most, and no Event for an owner', (t) => {
  const owner = { apiVersion: 'v1', kind: 'Pod', name: 'a', uid: '1', controller: true };
  const meta: ObjectMeta = { name: 'a', namespace: 'b', ownerReferences: [owner, { ...owner, name: 'b' }] };
  t.deepEqual(messages(validateObjectMeta(meta, options)), [
    'metadata.ownerReferences: Invalid value: [{"apiVersion":"v1","kind":"Pod","name":"a","uid":"1","controller":true},{"apiVersion":"v1","kind":"Pod","name":"b","uid":"1","controller":true}]: Only one reference can have Controller set to true. Found "true" in references for Pod/a and Pod/b',
  ]);
  const event: ObjectMeta = {
    name: 'a',
    namespace: 'b',
    ownerReferences: [{ apiVersion: 'v1', kind: 'Event', name: 'e', uid: '1' }],
  };
  t.regex(messages(validateObjectMeta(event, options)).join(), /: \/v1, Kind=Event is disallowed from being an owner$/);
});

test('an update may not change identity, times or add finalizers to a dying object', (t) => {
  const old: ObjectMeta = {
    name: 'a',
    namespace: 'n',
    uid: '1',
    generation: 3,
    resourceVersion: '5',
    creationTimestamp: 't',
    deletionTimestamp: 'd',
    finalizers: ['x'],
  };
  const update: ObjectMeta = {
    name: 'b',
    namespace: 'n',
    uid: '1',
    generation: 2,
    creationTimestamp: 't',
    finalizers: ['x', 'y', 'w'],
  };
  t.deepEqual(messages(validateObjectMetaUpdate(update, old, { path: 'metadata' })), [
    'metadata.finalizers: Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers []string{"w", "y"}',
    'metadata.resourceVersion: Invalid value: "": must be specified for an update',
    'metadata.generation: Invalid value: 2: must not be decremented',
    'metadata.name: Invalid value: "b": field is immutable',
    'metadata.deletionTimestamp: Invalid value: null: field is immutable',
  ]);
});

test('empty, null and unset are the same to the API', (t) => {
  t.true(semanticallyEqual({ a: [], b: null, c: { d: {} } }, { c: { d: null } }));
  t.false(semanticallyEqual({ a: [0] }, {}));
  t.false(semanticallyEqual({ a: 0 }, { a: '0' }));
  t.deepEqual(messages(validateImmutableField({ a: 1 }, { a: 2 }, 'spec.x')), [
    'spec.x: Invalid value: {"a":1}: field is immutable',
  ]);
  fc.assert(
    fc.property(fc.jsonValue(), (value) => t.true(semanticallyEqual(structuredClone(value) as never, value as never))),
  );
});

test('label selectors in objects are validated requirement by requirement', (t) => {
  const selector = {
    matchLabels: { a: 'b c' },
    matchExpressions: [
      { key: 'a', operator: 'In' },
      { key: 'a', operator: 'Exists', values: ['x'] },
      { key: 'a', operator: 'Gt', values: ['/'] },
    ],
  };
  t.deepEqual(
    validateLabelSelector(selector, 'spec.selector').map((error) => `${error.field} ${error.type}`),
    [
      'spec.selector.matchLabels FieldValueInvalid',
      'spec.selector.matchExpressions[0].values FieldValueRequired',
      'spec.selector.matchExpressions[1].values FieldValueForbidden',
      'spec.selector.matchExpressions[2].operator FieldValueInvalid',
      'spec.selector.matchExpressions[2].values[0] FieldValueInvalid',
    ],
  );
  t.is(
    validateLabelSelector(selector, 'spec.selector', { allowInvalidValues: true, allowUnknownOperators: true }).length,
    3,
  );
  t.deepEqual(validateLabelSelector(undefined, 'spec.selector'), []);
});

test('field managers are short and printable', (t) => {
  t.deepEqual(validateFieldManager('kubectl client-side-apply é', 'fieldManager'), []);
  t.deepEqual(messages(validateFieldManager('a\u0007', 'fieldManager')), [
    'fieldManager: Invalid value: "a\\a": invalid character U+0007 (at position 1)',
  ]);
  t.deepEqual(messages(validateFieldManager('x'.repeat(129), 'fieldManager')), [
    'fieldManager: Too long: may not be more than 128 bytes',
  ]);
  t.deepEqual(validateManagedFields(undefined, 'metadata.managedFields'), []);
});

test('checks of names end quickly on texts as long as a request body', (t) => {
  const long = `${'a.'.repeat(500_000)}!`;
  for (const check of [
    isDns1123Label,
    isDns1123Subdomain,
    isDns1035Label,
    isLabelKey,
    isLabelValue,
    isConfigMapKey,
    isEnvVarName,
  ]) {
    t.true(check(long).length > 0);
  }
});
