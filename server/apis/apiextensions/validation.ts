/** CustomResourceDefinitions: names, versions, conversion; the paths in errors are those of upstream's internal form. */
import { checkConvertible } from './convertible.ts';
import { forbidden, invalid, notSupportedText, required } from '../../apimachinery/errors/field-error.ts';
import { asList, asObject, asObjects, asText, asTexts, isSet } from '../../apimachinery/json-access.ts';
import type { JsonObject, JsonValue } from '../../apimachinery/json.ts';
import type { KubeObject } from '../../apimachinery/meta/object.ts';
import { semanticallyEqual } from '../../apimachinery/validation/immutable-field.ts';
import { isDns1035Label, isDns1123Subdomain, validateDnsSubdomainName } from '../../apimachinery/validation/names.ts';
import { checkComplaints, checkImmutable, checkRequired, type Errors } from '../validation/checks.ts';
import { asInternal, checkImmutableTyped } from '../validation/internal-value.ts';
import { caBundleProblem, checkClientConfig } from '../validation/webhook-client.ts';
import { apiApprovalErrors } from './api-approval.ts';
import { checkSchema, type SchemaParts } from './schema-validation.ts';
import { schemasIn } from './schemas-in.ts';
import { withSharedFields } from './fields-of-all-versions.ts';
import { checkColumns, checkDeprecation, checkSelectableFields, checkSubresources } from './version-validation.ts';

const reviewVersions = ['v1', 'v1beta1'];

/** A definition is called after what it defines. */
export function validateDefinitionName(name: string, prefix: boolean, { spec }: KubeObject): readonly string[] {
  const { names, group } = asObject(spec);
  const complaints = validateDnsSubdomainName(name, prefix);
  if (name === `${asText(asObject(names).plural)}.${asText(group)}`) return complaints;
  return [...complaints, 'must be spec.names.plural+"."+spec.group'];
}

export function validateCustomResourceDefinition(definition: KubeObject): Errors {
  return validateDefinition(definition, undefined);
}

export function validateCustomResourceDefinitionUpdate(definition: KubeObject, old: KubeObject): Errors {
  return validateDefinition(definition, old);
}

export function validateCustomResourceDefinitionStatusUpdate(definition: KubeObject): Errors {
  const errors: Errors = [];
  checkNames(asObject(asObject(definition.status).acceptedNames), 'status.acceptedNames', errors);
  return errors;
}

function validateDefinition(definition: KubeObject, old: KubeObject | undefined): Errors {
  const errors: Errors = [];
  const spec = withSharedFields(asObject(definition.spec));
  checkSpec(spec, { allowsBadBundle: mayHaveBadBundle(old), kept: keptSchemas(spec, old) }, errors);
  if (old !== undefined) checkKept(spec, old, errors);
  const status = asObject(definition.status);
  checkNames(asObject(status.acceptedNames), 'status.acceptedNames', errors);
  checkStoredVersions(asTexts(status.storedVersions), asObjects(spec.versions), errors);
  errors.push(...apiApprovalErrors(definition, old));
  if (spec.preserveUnknownFields === true && asObject(old?.spec).preserveUnknownFields !== true) {
    const detail =
      'cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead';
    errors.push(invalid('spec.preserveUnknownFields', true, detail));
  }
  return errors;
}

function checkKept(spec: JsonObject, old: KubeObject, errors: Errors): void {
  const before = asObject(old.spec);
  const names = asObject(spec.names);
  const oldNames = asObject(before.names);
  if (isEstablished(old)) {
    checkImmutableTyped('S', spec.scope, before.scope, 'spec.scope', errors);
    checkImmutable(names.kind, oldNames.kind, 'spec.names.kind', errors);
  }
  checkImmutable(spec.group, before.group, 'spec.group', errors);
  checkImmutable(names.plural, oldNames.plural, 'spec.names.plural', errors);
}

/** As long as nothing is served by it, or where the bundle was no better before. */
function mayHaveBadBundle(old: KubeObject | undefined): boolean {
  if (old === undefined || !isEstablished(old)) return true;
  const { webhook } = asObject(asObject(old.spec).conversion);
  const bundle = asText(asObject(asObject(webhook).clientConfig).caBundle);
  return bundle !== '' && caBundleProblem(bundle) !== undefined;
}

/** Versions whose schema an update leaves as it is. */
function keptSchemas(spec: JsonObject, old: KubeObject | undefined): ReadonlySet<string> {
  if (old === undefined) return new Set();
  const before = withSharedFields(asObject(old.spec));
  const names = asObjects(spec.versions).map(({ name }) => asText(name));
  return new Set(names.filter((name) => semanticallyEqual(schemaOf(spec, name), schemaOf(before, name))));
}

/** Of a spec with shared fields. */
function schemaOf({ validation, versions }: JsonObject, name: string): JsonValue | undefined {
  const all = asObjects(versions);
  if (!all.some(({ schema }) => isSet(schema))) return validation;
  return all.find((version) => version.name === name)?.schema;
}

function isEstablished({ status }: KubeObject): boolean {
  return asObjects(asObject(status).conditions).some(({ type, status: is }) => type === 'Established' && is === 'True');
}

interface Before {
  /** The conversion webhook's bundle may be no certificate. */
  readonly allowsBadBundle: boolean;
  /** Versions with the schema that they had: what its rules cost each is no matter any more. */
  readonly kept: ReadonlySet<string>;
}

function checkSpec(spec: JsonObject, { allowsBadBundle, kept }: Before, errors: Errors): void {
  checkGroup(asText(spec.group), errors);
  const scope = asText(spec.scope);
  if (scope === '') errors.push(required('spec.scope'));
  else if (scope !== 'Cluster' && scope !== 'Namespaced') {
    errors.push(notSupportedText('spec.scope', scope, ['Cluster', 'Namespaced']));
  }
  if (spec.preserveUnknownFields === true && hasDefaults(spec)) {
    errors.push(invalid('spec.preserveUnknownFields', true, 'must be false in order to use defaults in the schema'));
  }
  checkVersions(spec, kept, errors);
  const names = asObject(spec.names);
  for (const field of ['plural', 'singular', 'kind', 'listKind']) {
    checkRequired(names[field], `spec.names.${field}`, errors);
  }
  checkNames(names, 'spec.names', errors);
  const hasStatus = [spec, ...asObjects(spec.versions)].some((one) => isSet(asObject(one.subresources).status));
  if (isSet(spec.validation)) {
    const parts = { path: 'spec.validation', hasStatus, isKept: kept.has(asText(spec.version)) };
    checkSchema(asObject(spec.validation), parts, errors);
  }
  checkSubresources(spec.subresources, 'spec.subresources', errors);
  checkColumns(spec.additionalPrinterColumns, 'spec.additionalPrinterColumns', errors);
  if (asList(spec.selectableFields).length > 0) {
    const path = 'spec.selectableFields';
    if (isSet(spec.validation)) {
      const { openAPIV3Schema } = asObject(spec.validation);
      // Upstream names a field that is not there.
      checkConvertible(openAPIV3Schema, 'spec.schema.openAPIV3Schema', errors);
      checkSelectableFields(spec.selectableFields, openAPIV3Schema, path, errors);
    } else errors.push(invalid(path, '', 'may only be set when validations.schema is included'));
  }
  const conversion = asObject(spec.conversion);
  if (spec.preserveUnknownFields === true && isSet(conversion.strategy) && conversion.strategy !== 'None') {
    const detail = 'must be None if spec.preserveUnknownFields is true';
    errors.push(invalid('spec.conversion.strategy', conversion.strategy, detail));
  }
  checkConversion(conversion, 'spec.conversion', errors, (client, path) => {
    const bundle = asText(client.caBundle);
    const problem = bundle === '' || allowsBadBundle ? undefined : caBundleProblem(bundle);
    if (problem !== undefined) errors.push(invalid(`${path}.caBundle`, bundle, problem));
  });
}

function hasDefaults({ validation, versions }: JsonObject): boolean {
  return [validation, ...asObjects(versions).map(({ schema }) => schema)].some((schema) =>
    [...schemasIn(asObject(schema).openAPIV3Schema)].some((part) => isSet(part.default)),
  );
}

function checkGroup(group: string, errors: Errors): void {
  const path = 'spec.group';
  const complaints = isDns1123Subdomain(group);
  if (group === '') errors.push(required(path));
  else if (complaints.length > 0) errors.push(invalid(path, group, complaints.join(',')));
  else if (!group.includes('.')) errors.push(invalid(path, group, 'should be a domain with at least one dot'));
}

function checkVersions(spec: JsonObject, kept: ReadonlySet<string>, errors: Errors): void {
  const path = 'spec.versions';
  const versions = asObjects(spec.versions);
  if (!isSet(asObject(spec.validation).openAPIV3Schema)) {
    versions.forEach((version, index) => {
      if (isSet(asObject(version.schema).openAPIV3Schema)) return;
      errors.push(required(`${path}[${index}].schema.openAPIV3Schema`));
    });
  }
  const ownSubresources = versions.some((version) => isSet(version.subresources));
  versions.forEach((version, index) => {
    const versionPath = `${path}[${index}]`;
    const name = asText(version.name);
    const complaints = isDns1035Label(name);
    if (complaints.length > 0) errors.push(invalid(`${versionPath}.name`, name, complaints.join(',')));
    const subresources = ownSubresources ? version.subresources : spec.subresources;
    const hasStatus = isSet(asObject(subresources).status);
    checkVersion(version, { path: versionPath, hasStatus, isKept: kept.has(name) }, errors);
  });
  const refuse = (detail: string): void => {
    const type = '[]apiextensions.CustomResourceDefinitionVersion';
    errors.push(invalid(path, asInternal(type, spec.versions), detail));
  };
  const names = versions.map(({ name }) => asText(name));
  if (new Set(names).size < names.length) refuse('must contain unique version names');
  if (versions.filter(({ storage }) => storage === true).length !== 1) {
    refuse('must have exactly one version marked as storage version');
  }
  const first = asText(spec.version);
  const complaints = first === '' ? [] : isDns1035Label(first);
  if (complaints.length > 0) errors.push(invalid('spec.version', first, complaints.join(',')));
}

function checkVersion(version: JsonObject, parts: SchemaParts, errors: Errors): void {
  const { path } = parts;
  checkDeprecation(version, path, errors);
  if (isSet(version.schema)) checkSchema(asObject(version.schema), { ...parts, path: `${path}.schema` }, errors);
  checkSubresources(version.subresources, `${path}.subresources`, errors);
  checkColumns(version.additionalPrinterColumns, `${path}.additionalPrinterColumns`, errors);
  if (asList(version.selectableFields).length === 0) return;
  const { openAPIV3Schema } = asObject(version.schema);
  const fieldsPath = `${path}.selectableFields`;
  if (isSet(openAPIV3Schema)) {
    checkConvertible(openAPIV3Schema, `${path}.schema.openAPIV3Schema`, errors);
    checkSelectableFields(version.selectableFields, openAPIV3Schema, fieldsPath, errors);
  } else errors.push(invalid(fieldsPath, '', 'may only be set when `version.schema.openAPIV3Schema` is not included'));
}

function checkNames(names: JsonObject, path: string, errors: Errors): void {
  const check = (field: string, value: string, detail = ''): void => {
    const complaints = isDns1035Label(value.toLowerCase());
    if (complaints.length > 0) errors.push(invalid(`${path}.${field}`, value, detail + complaints.join(',')));
  };
  const strict = (field: string, value: string): void => {
    const complaints = isDns1035Label(value);
    if (complaints.length > 0) errors.push(invalid(`${path}.${field}`, value, complaints.join(',')));
  };
  const mixed = 'may have mixed case, but should otherwise match: ';
  for (const field of ['plural', 'singular']) if (asText(names[field]) !== '') strict(field, asText(names[field]));
  for (const field of ['kind', 'listKind']) if (asText(names[field]) !== '') check(field, asText(names[field]), mixed);
  asTexts(names.shortNames).forEach((name, index) => strict(`shortNames[${index}]`, name));
  if (asText(names.kind) !== '' && names.kind === names.listKind) {
    errors.push(invalid(`${path}.listKind`, names.listKind, 'kind and listKind may not be the same'));
  }
  asTexts(names.categories).forEach((category, index) => strict(`categories[${index}]`, category));
}

function checkConversion(
  conversion: JsonObject,
  path: string,
  errors: Errors,
  checkBundle: (client: JsonObject, path: string) => void,
): void {
  const strategy = asText(conversion.strategy);
  if (Object.keys(conversion).length === 0) return;
  if (strategy === '') errors.push(required(`${path}.strategy`));
  else if (strategy !== 'None' && strategy !== 'Webhook') {
    errors.push(notSupportedText(`${path}.strategy`, strategy, ['None', 'Webhook']));
  }
  const { webhookClientConfig: client, conversionReviewVersions: versions } = conversion;
  const clientPath = `${path}.webhookClientConfig`;
  const versionsPath = `${path}.conversionReviewVersions`;
  if (strategy === 'Webhook') {
    if (isSet(client)) {
      checkClientConfig(asObject(client), clientPath, errors);
      checkBundle(asObject(client), clientPath);
    } else errors.push(required(clientPath, 'required when strategy is set to Webhook'));
    checkReviewVersions(asTexts(versions), versionsPath, errors);
  } else {
    const detail = 'should not be set when strategy is not set to Webhook';
    if (isSet(client)) errors.push(forbidden(clientPath, detail));
    if (asList(versions).length > 0) errors.push(forbidden(versionsPath, detail));
  }
}

function checkReviewVersions(versions: readonly string[], path: string, errors: Errors): void {
  if (versions.length === 0) {
    errors.push(required(path));
    return;
  }
  versions.forEach((version, index) => {
    const itemPath = `${path}[${index}]`;
    if (versions.indexOf(version) < index) errors.push(invalid(itemPath, version, 'duplicate version'));
    else checkComplaints(version, isDns1035Label(version), itemPath, errors);
  });
  if (!versions.some((version) => reviewVersions.includes(version))) {
    errors.push(invalid(path, [...versions], `must include at least one of ${reviewVersions.join(', ')}`));
  }
}

function checkStoredVersions(stored: readonly string[], versions: readonly JsonObject[], errors: Errors): void {
  const path = 'status.storedVersions';
  if (stored.length === 0) {
    errors.push(invalid(path, null, 'must have at least one stored version'));
    return;
  }
  const names = versions.map(({ name }) => asText(name));
  // Of versions with the same name only the first counts.
  const open = new Set(stored);
  for (const version of versions) {
    const name = asText(version.name);
    if (open.delete(name) || version.storage !== true) continue;
    errors.push(invalid(path, [...stored], `must have the storage version ${name}`));
  }
  stored.forEach((name, index) => {
    if (names.includes(name)) return;
    const migration = `until a storage migration ensures no data remains persisted in ${name} and removes ${name} from status.storedVersions`;
    const detail = `missing from spec.versions; ${name} was previously a storage version, and must remain in spec.versions ${migration}`;
    errors.push(invalid(`${path}[${index}]`, name, detail));
  });
}
