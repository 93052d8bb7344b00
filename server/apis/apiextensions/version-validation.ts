/** What a definition says of its versions beside their schemas: subresources, columns, selectable fields, deprecation. */
import { duplicate, invalid, invalidTyped, required, tooMany } from '../../apimachinery/errors/field-error.ts';
import { asList, asObject, asObjects, asText, isSet } from '../../apimachinery/json-access.ts';
import type { JsonObject, JsonValue } from '../../apimachinery/json.ts';
import type { Errors } from '../validation/checks.ts';
import { fieldPathIn } from './field-path.ts';

const columnTypes = ['boolean', 'date', 'integer', 'number', 'string'];
const columnFormats = ['byte', 'date', 'date-time', 'double', 'float', 'int32', 'int64', 'password'];
const selectableTypes = ['string', 'boolean', 'integer'];
const MAX_SELECTABLE_FIELDS = 8;
const MAX_WARNING_LENGTH = 256;

export function checkSubresources(subresources: JsonValue | undefined, path: string, errors: Errors): void {
  const { scale } = asObject(subresources);
  if (!isSet(scale)) return;
  const { specReplicasPath, statusReplicasPath, labelSelectorPath } = asObject(scale);
  checkReplicasPath(asText(specReplicasPath), '.spec', `${path}.scale.specReplicasPath`, errors);
  checkReplicasPath(asText(statusReplicasPath), '.status', `${path}.scale.statusReplicasPath`, errors);
  const selector = asText(labelSelectorPath);
  if (selector === '') return;
  const selectorPath = `${path}.scale.labelSelectorPath`;
  if (checkJsonPath(selector, selectorPath, errors) && !/^\.(spec|status)\./.test(selector)) {
    errors.push(invalid(selectorPath, selector, 'should be a json path under either .spec or .status'));
  }
}

function checkReplicasPath(jsonPath: string, root: string, path: string, errors: Errors): void {
  if (jsonPath === '') errors.push(required(path));
  else if (checkJsonPath(jsonPath, path, errors) && !jsonPath.startsWith(`${root}.`)) {
    errors.push(invalid(path, jsonPath, `should be a json path under ${root}`));
  }
}

function checkJsonPath(jsonPath: string, path: string, errors: Errors): boolean {
  if (jsonPath.startsWith('.')) return true;
  errors.push(invalid(path, jsonPath, 'must be a simple json path starting with .'));
  return false;
}

export function checkColumns(columns: JsonValue | undefined, path: string, errors: Errors): void {
  asObjects(columns).forEach((column, index) => {
    const itemPath = `${path}[${index}]`;
    const type = asText(column.type);
    const format = asText(column.format);
    const jsonPath = asText(column.jsonPath);
    if (asText(column.name) === '') errors.push(required(`${itemPath}.name`));
    const typeDetail = `must be one of ${columnTypes.join(',')}`;
    if (type === '') errors.push(required(`${itemPath}.type`, typeDetail));
    else if (!columnTypes.includes(type)) errors.push(invalid(`${itemPath}.type`, type, typeDetail));
    if (format !== '' && !columnFormats.includes(format)) {
      errors.push(invalid(`${itemPath}.format`, format, `must be one of ${columnFormats.join(',')}`));
    }
    if (jsonPath === '') errors.push(required(`${itemPath}.JSONPath`));
    else checkJsonPath(jsonPath, `${itemPath}.JSONPath`, errors);
  });
}

/** `schema` is that of the version. */
export function checkSelectableFields(
  fields: JsonValue | undefined,
  schema: JsonValue | undefined,
  path: string,
  errors: Errors,
): void {
  const unique = new Set<string>();
  asList(fields).forEach((value, index) => {
    const jsonPath = asText(asObject(value).jsonPath);
    const itemPath = `${path}[${index}].jsonPath`;
    if (jsonPath === '') {
      errors.push(required(itemPath));
      return;
    }
    const found = fieldPathIn(asObject(schema), jsonPath);
    if (typeof found === 'string') {
      errors.push(invalid(itemPath, jsonPath, `is an invalid path: ${found}`));
      return;
    }
    if (found.names[0] === 'metadata') errors.push(invalid(itemPath, jsonPath, 'must not point to fields in metadata'));
    if (!selectableTypes.includes(asText(found.schema.type))) {
      const detail =
        'must point to a field of type string, boolean or integer. Enum string fields and strings with formats are allowed.';
      errors.push(invalid(itemPath, jsonPath, detail));
    }
    if (unique.has(jsonPath)) errors.push(duplicate(itemPath, jsonPath));
    unique.add(jsonPath);
  });
  if (unique.size > MAX_SELECTABLE_FIELDS) errors.push(tooMany(path, unique.size, MAX_SELECTABLE_FIELDS));
}

export function checkDeprecation(version: JsonObject, path: string, errors: Errors): void {
  const { deprecationWarning: warning } = version;
  if (!isSet(warning)) return;
  const text = asText(warning);
  const refuse = (detail: string): void => {
    errors.push(invalidTyped(`${path}.deprecationWarning`, text, detail));
  };
  if (version.deprecated !== true) {
    refuse('can only be set for deprecated versions');
    return;
  }
  if (Buffer.byteLength(text) > MAX_WARNING_LENGTH) refuse(`must be <= ${MAX_WARNING_LENGTH} characters long`);
  if (text === '') refuse('must not be an empty string');
  const odd = /[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/u.exec(text);
  if (odd === null) return;
  const index = Buffer.byteLength(text.slice(0, odd.index));
  refuse(`must only contain printable UTF-8 characters; non-printable character found at index ${index}`);
}
