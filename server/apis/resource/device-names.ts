/** Names that devices, their pools and their attributes have. */
import { duplicate, invalid, invalidTyped, required, tooLong, tooMany } from '../../apimachinery/errors/field-error.ts';
import { asList, asObjects, asText, asTexts } from '../../apimachinery/json-access.ts';
import type { JsonObject, JsonValue } from '../../apimachinery/json.ts';
import { asSent } from '../../apimachinery/schema/sent-empties.ts';
import { validateLabelName } from '../../apimachinery/validation/labels.ts';
import {
  DNS1123_SUBDOMAIN_MAX_LENGTH,
  isCIdentifier,
  isDns1123Subdomain,
} from '../../apimachinery/validation/names.ts';
import { checkCsiDriverName } from '../core/validation/volume-sources.ts';
import { checkComplaints, checkEach, type Errors } from '../validation/checks.ts';

const MAX_IDENTIFIER_LENGTH = 32;
const MAX_BINDING_CONDITIONS = 4;
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Slashes part it into subdomains. */
export function checkPoolName(value: JsonValue | undefined, path: string, errors: Errors): void {
  const name = asText(value);
  if (name === '') {
    errors.push(required(path));
    return;
  }
  if (name.length > DNS1123_SUBDOMAIN_MAX_LENGTH) errors.push(tooLong(path, DNS1123_SUBDOMAIN_MAX_LENGTH));
  for (const part of name.split('/')) checkComplaints(part, isDns1123Subdomain(part), path, errors);
}

/** An attribute's: maybe of a domain. */
export function checkDeviceQualifiedName(name: string, path: string, errors: Errors): void {
  const [first = '', second, ...more] = name.split('/');
  if (more.length > 0) return;
  if (second === undefined) checkIdentifier(first, path, errors);
  else {
    if (first === '') errors.push(invalid(path, '', 'the domain must not be empty'));
    else checkCsiDriverName(first, path, errors);
    if (second === '') errors.push(invalid(path, '', 'the name must not be empty'));
    else checkIdentifier(second, path, errors);
  }
}

export function checkFullyQualifiedAttribute(value: JsonValue | undefined, path: string, errors: Errors): void {
  const name = asText(value);
  checkDeviceQualifiedName(name, path, errors);
  if (name.includes('/')) return;
  errors.push(invalidTyped(path, name, 'a fully qualified name must be a domain and a name separated by a slash'));
}

function checkIdentifier(name: string, path: string, errors: Errors): void {
  if (name.length > MAX_IDENTIFIER_LENGTH) errors.push(tooLong(path, MAX_IDENTIFIER_LENGTH));
  checkComplaints(name, isCIdentifier(name), path, errors);
}

export function checkShareId(value: JsonValue | undefined, path: string, errors: Errors): void {
  const uid = asText(value);
  if (uuid.test(uid)) return;
  if (uuid.test(uid.toLowerCase())) {
    const form = '`xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx` with lowercase hexadecimal characters';
    errors.push(invalid(path, uid, `uid must be in RFC 4122 normalized form, ${form}`));
  } else errors.push(invalid(path, uid, `error validating uid: invalid UUID length: ${Buffer.byteLength(uid)}`));
}

/** False for a list that is too long: its items are not looked at then. */
export function checkSize(list: JsonValue | undefined, max: number, path: string, errors: Errors): boolean {
  const { length } = asList(list);
  if (length <= max) return true;
  errors.push(tooMany(path, length, max));
  return false;
}

export interface StructListRules {
  readonly max: number;
  /** What tells the items apart; unset: they may repeat. */
  readonly keyOf?: (item: JsonObject) => string;
}

/** A list that is not too long, each of its items, and that no two have the same key. */
export function checkStructs(
  list: JsonValue | undefined,
  { max, keyOf }: StructListRules,
  path: string,
  errors: Errors,
  check: (item: JsonObject, path: string) => void,
): void {
  if (!checkSize(list, max, path, errors)) return;
  checkEach(list, path, check);
  if (keyOf !== undefined) checkUnique(asObjects(list).map(keyOf), path, errors);
}

export const nameOf = ({ name }: JsonObject): string => asText(name);

/** `shown`: how an error prints an item, where that is not its key. */
export function checkUnique(
  keys: readonly string[],
  path: string,
  errors: Errors,
  shown: (index: number) => JsonValue | undefined = (index) => keys[index],
): void {
  const seen = new Set<string>();
  keys.forEach((key, index) => {
    if (seen.has(key)) errors.push(duplicate(`${path}[${index}]`, shown(index)));
    seen.add(key);
  });
}

/** Conditions that a binding waits for and those that end it: both or neither, and none twice. */
export function checkBindingConditions(device: JsonObject, path: string, errors: Errors): void {
  const waits = asTexts(device.bindingConditions);
  const fails = asTexts(device.bindingFailureConditions);
  for (const [field, list] of [
    ['bindingConditions', waits],
    ['bindingFailureConditions', fails],
  ] as const) {
    const listPath = `${path}.${field}`;
    if (list.length > MAX_BINDING_CONDITIONS) errors.push(tooMany(listPath, list.length, MAX_BINDING_CONDITIONS));
    else list.forEach((type, index) => errors.push(...validateLabelName(type, `${listPath}[${index}]`)));
  }
  checkUnique(waits, `${path}.bindingConditions`, errors);
  const seen = new Set<string>();
  fails.forEach((type, index) => {
    const itemPath = `${path}.bindingFailureConditions[${index}]`;
    if (seen.has(type)) errors.push(duplicate(itemPath, type));
    seen.add(type);
    if (!waits.includes(type)) return;
    errors.push(invalid(itemPath, type, 'bindingFailureConditions must not overlap with bindingConditions'));
  });
  if (waits.length === 0 && fails.length > 0) {
    const detail = 'bindingConditions are required to use bindingFailureConditions';
    errors.push(invalid(`${path}.bindingConditions`, asSent(device, 'bindingConditions') ?? null, detail));
  }
  if (fails.length === 0 && waits.length > 0) {
    const detail = 'bindingFailureConditions are required to use bindingConditions';
    errors.push(
      invalid(`${path}.bindingFailureConditions`, asSent(device, 'bindingFailureConditions') ?? null, detail),
    );
  }
}
