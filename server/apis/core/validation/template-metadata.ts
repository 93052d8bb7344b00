/** Metadata inside a template: labels and annotations only. */
import { forbidden } from '../../../apimachinery/errors/field-error.ts';
import { isSet } from '../../../apimachinery/json-access.ts';
import type { JsonObject } from '../../../apimachinery/json.ts';
import { asSent, fieldsSentIn } from '../../../apimachinery/schema/sent-empties.ts';
import { validateLabels } from '../../../apimachinery/validation/labels.ts';
import { validateAnnotations } from '../../../apimachinery/validation/object-meta.ts';
import type { Errors } from '../../validation/checks.ts';

export type TextMap = Readonly<Record<string, string>> | undefined;

export function checkTemplateMetadata(metadata: JsonObject, path: string, errors: Errors): void {
  errors.push(...validateAnnotations(metadata.annotations as TextMap, `${path}.annotations`));
  errors.push(...validateLabels(metadata.labels as TextMap, `${path}.labels`));
  for (const field of fieldsSentIn(metadata)) {
    if (field === 'labels' || field === 'annotations' || !isSet(asSent(metadata, field))) continue;
    errors.push(forbidden(`${path}.${field === 'uid' ? 'uID' : field}`, 'cannot be set'));
  }
}
