/** ConfigMaps and Secrets: keys, total size, what a type of secret needs, immutability. */
import { forbidden, invalid, required, tooLong } from '../../../apimachinery/errors/field-error.ts';
import { asObject, asText, isSet } from '../../../apimachinery/json-access.ts';
import type { JsonObject, JsonValue } from '../../../apimachinery/json.ts';
import type { KubeObject } from '../../../apimachinery/meta/object.ts';
import { DecodeError } from '../../../apimachinery/schema/decode-error.ts';
import { parseSource, SourceNumber, SourceObject, type SourceValue } from '../../../apimachinery/schema/json-source.ts';
import { asSent } from '../../../apimachinery/schema/sent-empties.ts';
import { semanticallyEqual } from '../../../apimachinery/validation/immutable-field.ts';
import { isConfigMapKey, validateDnsSubdomainName } from '../../../apimachinery/validation/names.ts';
import { validateObjectMeta } from '../../../apimachinery/validation/object-meta.ts';
import { checkComplaints, type Errors } from '../../validation/checks.ts';
import { checkImmutableTyped } from '../../validation/internal-value.ts';
import { finalizerErrors } from './finalizers.ts';

/** Bytes of all values of one object. */
const MAX_DATA_SIZE = 1024 * 1024;
const IMMUTABLE = 'field is immutable when `immutable` is set';

export function validateConfigMap(configMap: KubeObject): Errors {
  const errors = finalizerErrors(configMap);
  checkConfigMap(configMap, errors);
  return errors;
}

export function validateConfigMapUpdate(configMap: KubeObject, old: KubeObject): Errors {
  const errors = finalizerErrors(configMap);
  checkKept(configMap, old, ['data', 'binaryData'], errors);
  errors.push(...metadataAgain(configMap));
  checkConfigMap(configMap, errors);
  return errors;
}

/** What upstream finds wrong with them as with new objects comes behind what may not change. */
function metadataAgain(object: KubeObject): Errors {
  const rules = { namespaced: true, validateName: validateDnsSubdomainName, path: 'metadata' };
  return [...validateObjectMeta(object.metadata, rules), ...finalizerErrors(object)];
}

function checkConfigMap(configMap: KubeObject, errors: Errors): void {
  const binary = asObject(configMap.binaryData);
  let size = checkKeys(configMap.data, 'data', errors, (key) => {
    if (Object.hasOwn(binary, key)) errors.push(invalid(`data[${key}]`, key, 'duplicate of key present in binaryData'));
  });
  size += checkKeys(binary, 'binaryData', errors);
  if (size > MAX_DATA_SIZE) errors.push(tooLong('[]', MAX_DATA_SIZE));
}

/** Adds up the bytes of the values; base64 counts as what it stands for. */
function checkKeys(
  data: JsonValue | undefined,
  path: 'data' | 'binaryData',
  errors: Errors,
  visit?: (key: string) => void,
  isBase64 = path === 'binaryData',
): number {
  let size = 0;
  for (const [key, value] of Object.entries(asObject(data))) {
    checkComplaints(key, isConfigMapKey(key), `${path}[${key}]`, errors);
    visit?.(key);
    const text = asText(value);
    size += isBase64 ? Buffer.byteLength(text, 'base64') : Buffer.byteLength(text);
  }
  return size;
}

function checkKept(object: KubeObject, old: KubeObject, fields: readonly string[], errors: Errors): void {
  if (old.immutable !== true) return;
  if (object.immutable !== true) errors.push(forbidden('immutable', IMMUTABLE));
  for (const field of fields) {
    const [data, before] = [object[field], old[field]];
    // Upstream takes an empty map for another one than none, and a key with nothing for another one than no key.
    const isSame =
      isSet(asSent(object, field)) === isSet(before) &&
      Object.keys(asObject(data)).length === Object.keys(asObject(before)).length &&
      semanticallyEqual(data, before);
    if (!isSame) errors.push(forbidden(field, IMMUTABLE));
  }
}

export function validateSecret(secret: KubeObject): Errors {
  const errors = finalizerErrors(secret);
  checkSecret(secret, errors);
  return errors;
}

export function validateSecretUpdate(secret: KubeObject, old: KubeObject): Errors {
  const errors = finalizerErrors(secret);
  checkImmutableTyped('S', asText(secret.type), asText(old.type), 'type', errors);
  checkKept(secret, old, ['data'], errors);
  errors.push(...metadataAgain(secret));
  checkSecret(secret, errors);
  return errors;
}

function checkSecret(secret: KubeObject, errors: Errors): void {
  const data = asObject(secret.data);
  const size = checkKeys(data, 'data', errors, undefined, true);
  if (size > MAX_DATA_SIZE) errors.push(tooLong('data', MAX_DATA_SIZE));
  const account = 'kubernetes.io/service-account.name';
  switch (asText(secret.type)) {
    case 'kubernetes.io/service-account-token':
      if ((secret.metadata.annotations?.[account] ?? '') === '')
        errors.push(required(`metadata.annotations[${account}]`));
      break;
    case 'kubernetes.io/dockercfg':
      checkJson(data, '.dockercfg', errors);
      break;
    case 'kubernetes.io/dockerconfigjson':
      checkJson(data, '.dockerconfigjson', errors);
      break;
    case 'kubernetes.io/basic-auth':
      if (!Object.hasOwn(data, 'username') && !Object.hasOwn(data, 'password')) {
        requireKeys(data, ['username', 'password'], errors);
      }
      break;
    case 'kubernetes.io/ssh-auth':
      if (asText(data['ssh-privatekey']) === '') errors.push(required('data[ssh-privatekey]'));
      break;
    case 'kubernetes.io/tls':
      requireKeys(data, ['tls.crt', 'tls.key'], errors);
      break;
  }
}

function requireKeys(data: JsonObject, keys: readonly string[], errors: Errors): void {
  for (const key of keys) if (!Object.hasOwn(data, key)) errors.push(required(`data[${key}]`));
}

function checkJson(data: JsonObject, key: string, errors: Errors): void {
  const path = `data[${key}]`;
  if (!Object.hasOwn(data, key)) {
    errors.push(required(path));
    return;
  }
  const problem = jsonObjectProblem(Buffer.from(asText(data[key]), 'base64'));
  if (problem !== undefined) errors.push(invalid(path, '<secret contents redacted>', problem));
}

/** As Go's decoder words it. */
function jsonObjectProblem(bytes: Buffer): string | undefined {
  let value: SourceValue;
  try {
    value = parseSource(bytes);
  } catch (error) {
    if (error instanceof DecodeError) return error.message;
    throw error;
  }
  if (value === null || value instanceof SourceObject) return undefined;
  const type = Array.isArray(value) ? 'array' : value instanceof SourceNumber ? 'number' : typeof value;
  return `json: cannot unmarshal ${type === 'boolean' ? 'bool' : type} into Go value of type map[string]interface {}`;
}
