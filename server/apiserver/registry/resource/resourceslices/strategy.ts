/** Writes of ResourceSlices. */
import { goQuote } from '../../../../apimachinery/errors/field-error.ts';
import { asObject, asText } from '../../../../apimachinery/json-access.ts';
import type { KubeObject } from '../../../../apimachinery/meta/object.ts';
import type { Strategy } from '../../generic/resource-definition.ts';

export const strategy: Strategy = {
  generation: true,
  returnDeletedObject: true,
  warningsOnCreate: warnings,
  warningsOnUpdate: warnings,
};

function warnings(slice: KubeObject): string[] {
  const driver = asText(asObject(slice.spec).driver);
  if (driver === driver.toLowerCase()) return [];
  return [`spec.driver: driver names should be lowercase; ${goQuote(driver)} contains uppercase characters`];
}
