/** Validation of field managers: in managedFields entries and in the options of writes. */
import { type FieldError, invalid, tooLong } from '../errors/field-error.ts';
import { isJsonObject, type JsonValue } from '../json.ts';
import { isLongerThan } from './message.ts';

export const FIELD_MANAGER_MAX_LENGTH = 128;
const SUBRESOURCE_MAX_LENGTH = 256;

/** What Go's unicode.IsPrint refuses: all but letters, marks, numbers, punctuation, symbols and the ASCII space. */
const UNPRINTABLE = /[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/gu;

export function validateManagedFields(entries: readonly JsonValue[] | null | undefined, path: string): FieldError[] {
  const errors: FieldError[] = [];
  if (entries === undefined || entries === null) return errors;
  entries.forEach((entry, index) => {
    if (!isJsonObject(entry)) return;
    const at = `${path}[${index}]`;
    const operation = text(entry.operation);
    if (operation !== 'Apply' && operation !== 'Update') {
      errors.push(invalid(`${at}.operation`, operation, 'must be `Apply` or `Update`'));
    }
    const fieldsType = text(entry.fieldsType);
    if (fieldsType !== '' && fieldsType !== 'FieldsV1') {
      errors.push(invalid(`${at}.fieldsType`, fieldsType, 'must be `FieldsV1`'));
    }
    errors.push(...validateFieldManager(text(entry.manager), `${at}.manager`));
    if (isLongerThan(text(entry.subresource), SUBRESOURCE_MAX_LENGTH)) {
      errors.push(tooLong(`${at}.subresource`, SUBRESOURCE_MAX_LENGTH));
    }
  });
  return errors;
}

export function isPrintable(char: string): boolean {
  return char.search(UNPRINTABLE) < 0;
}

/** An empty manager is valid: it stands for an unset one. */
export function validateFieldManager(manager: string, path: string): FieldError[] {
  const errors: FieldError[] = [];
  if (isLongerThan(manager, FIELD_MANAGER_MAX_LENGTH)) errors.push(tooLong(path, FIELD_MANAGER_MAX_LENGTH));
  for (const match of manager.matchAll(UNPRINTABLE)) {
    const code = match[0].codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0');
    const position = Buffer.byteLength(manager.slice(0, match.index));
    errors.push(invalid(path, manager, `invalid character U+${code} (at position ${position})`));
  }
  return errors;
}

function text(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : '';
}
