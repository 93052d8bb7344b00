/** The spec of a PersistentVolumeClaim, on its own or in a template. */
import { forbidden, invalid, notSupported, required } from '../../../apimachinery/errors/field-error.ts';
import { asObject, asText, asTexts, isSet } from '../../../apimachinery/json-access.ts';
import type { JsonObject, JsonValue } from '../../../apimachinery/json.ts';
import { semanticallyEqual } from '../../../apimachinery/validation/immutable-field.ts';
import { validateLabelSelector } from '../../../apimachinery/validation/labels.ts';
import { isDns1123Subdomain, validateDnsLabelName } from '../../../apimachinery/validation/names.ts';
import { checkComplaints, checkDnsSubdomain, checkOneOf, checkRequired, type Errors } from '../../validation/checks.ts';
import { checkPositiveQuantity, quantityOf } from '../../validation/quantities.ts';
import { checkResourceQuantity } from './resource-requirements.ts';

export const volumeModes = ['Block', 'Filesystem'] as const;
const accessModes = ['ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod'] as const;

/** What stored objects may keep though new ones may not have it. */
export interface ClaimRules {
  readonly allowInvalidSelectorValues: boolean;
  readonly allowInvalidApiGroup: boolean;
}

export const newClaimTemplateRules: ClaimRules = { allowInvalidSelectorValues: false, allowInvalidApiGroup: false };

export function checkAccessModes(list: JsonValue | undefined, path: string, errors: Errors): void {
  const modes = asTexts(list);
  const supported: readonly string[] = accessModes;
  for (const mode of modes) if (!supported.includes(mode)) errors.push(notSupported(path, mode, supported));
  const others = modes.filter((mode) => mode !== 'ReadWriteOncePod' && supported.includes(mode));
  if (modes.includes('ReadWriteOncePod') && others.length > 0) {
    errors.push(forbidden(path, 'may not use ReadWriteOncePod with other access modes'));
  }
}

export function checkClaimSpec(spec: JsonObject, rules: ClaimRules, path: string, errors: Errors): void {
  if (asTexts(spec.accessModes).length === 0) {
    errors.push(required(`${path}.accessModes`, 'at least 1 access mode is required'));
  }
  const selectorRules = { allowInvalidValues: rules.allowInvalidSelectorValues };
  errors.push(...validateLabelSelector(spec.selector, `${path}.selector`, selectorRules));
  checkAccessModes(spec.accessModes, `${path}.accessModes`, errors);
  checkStorageRequest(spec, path, errors);
  if (asText(spec.storageClassName) !== '')
    checkDnsSubdomain(spec.storageClassName, `${path}.storageClassName`, errors);
  if (isSet(spec.volumeMode)) checkOneOf(spec.volumeMode, volumeModes, `${path}.volumeMode`, errors);
  if (isSet(spec.dataSource)) checkDataSource(asObject(spec.dataSource), rules, `${path}.dataSource`, errors);
  if (isSet(spec.dataSourceRef)) {
    const reference = asObject(spec.dataSourceRef);
    checkDataSource(reference, rules, `${path}.dataSourceRef`, errors);
    const namespace = asText(reference.namespace);
    if (namespace !== '') {
      checkComplaints(namespace, validateDnsLabelName(namespace, false), `${path}.dataSourceRef.namespace`, errors);
    }
  }
  checkDataSourcesAgree(spec, path, errors);
  if (asText(spec.volumeAttributesClassName) !== '') {
    checkDnsSubdomain(spec.volumeAttributesClassName, `${path}.volumeAttributesClassName`, errors);
  }
}

function checkStorageRequest(spec: JsonObject, path: string, errors: Errors): void {
  const requests = asObject(asObject(spec.resources).requests);
  const storagePath = `${path}.resources[storage]`;
  if (!isSet(requests.storage)) {
    errors.push(required(storagePath));
    return;
  }
  const storage = quantityOf(requests.storage);
  const before = errors.length;
  checkPositiveQuantity(storage, storagePath, errors);
  if (errors.length === before) checkResourceQuantity('storage', storage, storagePath, errors);
}

function checkDataSource(source: JsonObject, rules: ClaimRules, path: string, errors: Errors): void {
  checkRequired(source.name, `${path}.name`, errors);
  checkRequired(source.kind, `${path}.kind`, errors);
  const group = asText(source.apiGroup);
  if (group === '' && source.kind !== 'PersistentVolumeClaim') {
    const detail = "must be 'PersistentVolumeClaim' when referencing the default apiGroup";
    errors.push(invalid(path, asText(source.kind), detail));
  }
  if (group !== '' && !rules.allowInvalidApiGroup) {
    checkComplaints(group, isDns1123Subdomain(group), `${path}.apiGroup`, errors);
  }
}

function checkDataSourcesAgree(spec: JsonObject, path: string, errors: Errors): void {
  if (!isSet(spec.dataSource) || !isSet(spec.dataSourceRef)) return;
  const source = asObject(spec.dataSource);
  const reference = asObject(spec.dataSourceRef);
  // Upstream puts a path where the value belongs; it prints as an empty struct.
  if (asText(reference.namespace) !== '') {
    errors.push(invalid(path, {}, 'may not be specified when dataSourceRef.namespace is specified'));
  } else if (!['apiGroup', 'kind', 'name'].every((field) => semanticallyEqual(source[field], reference[field]))) {
    errors.push(invalid(path, {}, 'must match dataSourceRef'));
  }
}
