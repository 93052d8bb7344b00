/** metadata.managedFields of what the server itself writes, always in the same shape: an entry that needs no comparison. */
import type { JsonObject } from '../../apimachinery/json.ts';
import { formatTime } from '../../apimachinery/meta/time.ts';

export interface OwnFields {
  readonly manager: string;
  readonly operation: 'Update' | 'Apply';
  readonly apiVersion: string;
  readonly fieldsV1: JsonObject;
  readonly subresource?: string;
}

export function ownFieldsEntry({ subresource, fieldsV1, ...entry }: OwnFields, now: number): JsonObject {
  return {
    ...entry,
    time: formatTime(now),
    fieldsType: 'FieldsV1',
    fieldsV1,
    ...(subresource === undefined ? {} : { subresource }),
  };
}
