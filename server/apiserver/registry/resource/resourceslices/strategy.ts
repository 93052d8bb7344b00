/** Writes of ResourceSlices. */
import { validateResourceSlice, validateResourceSliceUpdate } from '../../../../apis/resource/slice-validation.ts';
import { goQuote } from '../../../../apimachinery/errors/field-error.ts';
import { asObject, asObjects, asText, isSet } from '../../../../apimachinery/json-access.ts';
import { isJsonObject, type JsonObject } from '../../../../apimachinery/json.ts';
import { semanticallyEqual } from '../../../../apimachinery/validation/immutable-field.ts';
import type { KubeObject } from '../../../../apimachinery/meta/object.ts';
import { unset } from '../../../../apimachinery/schema/sent-empties.ts';
import type { Strategy } from '../../generic/resource-definition.ts';

export const strategy: Strategy = {
  metadataOnUpdate: ['change'],
  prepareForCreate: (slice) => dropAlphaFields(slice, undefined),
  prepareForUpdate(slice, old) {
    // What is dropped afterwards counts as a change all the same.
    if (!semanticallyEqual(slice.spec, old.spec)) slice.metadata.generation = (old.metadata.generation ?? 0) + 1;
    dropAlphaFields(slice, old);
  },
  generation: true,
  returnDeletedObject: true,
  warningsOnCreate: warnings,
  warningsOnUpdate: warnings,
  validate: validateResourceSlice,
  validateUpdate: validateResourceSliceUpdate,
};

function warnings(slice: KubeObject): string[] {
  const driver = asText(asObject(slice.spec).driver);
  if (driver === driver.toLowerCase()) return [];
  return [`spec.driver: driver names should be lowercase; ${goQuote(driver)} contains uppercase characters`];
}

/** Values of attributes that are lists: an alpha feature. */
const listValues = ['bools', 'ints', 'strings', 'versions'] as const;

/** Dropped where the old slice does not use them already. */
function dropAlphaFields(slice: KubeObject, old: KubeObject | undefined): void {
  const devices = asObjects(asObject(slice.spec).devices);
  const before = asObjects(asObject(old?.spec).devices);
  if (!before.some((device) => isSet(device.nodeAllocatableResourceMappings))) {
    for (const device of devices) delete device.nodeAllocatableResourceMappings;
  }
  if (before.some((device) => attributesOf(device).some(hasListValue))) return;
  for (const attribute of devices.flatMap(attributesOf)) for (const field of listValues) unset(attribute, field);
}

function attributesOf(device: JsonObject): JsonObject[] {
  return Object.values(asObject(device.attributes)).filter((attribute) => isJsonObject(attribute));
}

function hasListValue(attribute: JsonObject): boolean {
  return listValues.some((field) => isSet(attribute[field]));
}
