/** Environment variables of containers. */
import { invalid } from '../../../apimachinery/errors/field-error.ts';
import { asObject, asText, isSet } from '../../../apimachinery/json-access.ts';
import type { JsonObject, JsonValue } from '../../../apimachinery/json.ts';
import {
  isConfigMapKey,
  isDns1123Subdomain,
  isRelaxedEnvVarName,
  validateDnsSubdomainName,
} from '../../../apimachinery/validation/names.ts';
import {
  checkComplaints,
  checkDnsLabel,
  checkEach,
  checkRequired,
  checkRequiredFormat,
  type Errors,
} from '../../validation/checks.ts';
import { checkFieldSelector, checkResourceFieldSelector, envFieldPaths } from './downward-api.ts';
import { checkNoBacksteps } from './paths.ts';

type SourceCheck = (source: JsonObject, path: string, errors: Errors) => void;

const sources: readonly (readonly [string, SourceCheck])[] = [
  ['fieldRef', (source, path, errors) => checkFieldSelector(source, envFieldPaths, path, errors)],
  ['resourceFieldRef', (source, path, errors) => checkResourceFieldSelector(source, false, path, errors)],
  ['configMapKeyRef', checkKeySelector],
  ['secretKeyRef', checkKeySelector],
  ['fileKeyRef', checkFileKeySelector],
];

export function checkEnv(env: JsonValue | undefined, path: string, errors: Errors): void {
  checkEach(env, path, (variable, variablePath) => {
    checkRequiredFormat(variable.name, isRelaxedEnvVarName, `${variablePath}.name`, errors);
    if (isSet(variable.valueFrom)) checkValueFrom(variable, `${variablePath}.valueFrom`, errors);
  });
}

function checkValueFrom(variable: JsonObject, path: string, errors: Errors): void {
  const valueFrom = asObject(variable.valueFrom);
  let found = 0;
  for (const [field, check] of sources) {
    if (!isSet(valueFrom[field])) continue;
    found++;
    check(asObject(valueFrom[field]), `${path}.${field}`, errors);
  }
  if (found === 0) {
    const fields = '`fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`';
    errors.push(invalid(path, '', `must specify one of: ${fields}`));
  } else if (asText(variable.value) !== '') {
    errors.push(invalid(path, '', 'may not be specified when `value` is not empty'));
  } else if (found > 1) {
    errors.push(invalid(path, '', 'may not have more than one field specified at a time'));
  }
}

function checkKeySelector(selector: JsonObject, path: string, errors: Errors): void {
  checkComplaints(asText(selector.name), isDns1123Subdomain(asText(selector.name)), `${path}.name`, errors);
  checkRequiredFormat(selector.key, isConfigMapKey, `${path}.key`, errors);
}

function checkFileKeySelector(selector: JsonObject, path: string, errors: Errors): void {
  checkRequiredFormat(selector.key, isRelaxedEnvVarName, `${path}.key`, errors);
  if (checkRequired(selector.volumeName, `${path}.volumeName`, errors)) {
    checkDnsLabel(selector.volumeName, `${path}.volumeName`, errors);
  }
  if (checkRequired(selector.path, `${path}.path`, errors)) {
    checkNoBacksteps(asText(selector.path), `${path}.path`, errors);
  }
}

export function checkEnvFrom(envFrom: JsonValue | undefined, path: string, errors: Errors): void {
  checkEach(envFrom, path, (source, sourcePath) => {
    const prefix = asText(source.prefix);
    if (prefix !== '') checkComplaints(prefix, isRelaxedEnvVarName(prefix), `${sourcePath}.prefix`, errors);
    const set = ['configMapRef', 'secretRef'].filter((field) => isSet(source[field]));
    for (const field of set) {
      const format = (name: string): readonly string[] => validateDnsSubdomainName(name, true);
      checkRequiredFormat(asObject(source[field]).name, format, `${sourcePath}.${field}.name`, errors);
    }
    // Upstream reports these on the list, not on its element.
    if (set.length === 0) errors.push(invalid(path, '', 'must specify one of: `configMapRef` or `secretRef`'));
    else if (set.length > 1) errors.push(invalid(path, '', 'may not have more than one field specified at a time'));
  });
}
