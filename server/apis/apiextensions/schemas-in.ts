/** A schema of a definition and every schema below it. */
import { asObject } from '../../apimachinery/json-access.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../apimachinery/json.ts';

export function* schemasIn(schema: JsonValue | undefined): Generator<JsonObject> {
  if (!isJsonObject(schema)) return;
  yield schema;
  const { items, allOf, anyOf, oneOf, not, properties, additionalProperties } = schema;
  for (const part of [items, allOf, anyOf, oneOf, not, additionalProperties].flat()) yield* schemasIn(part);
  for (const part of Object.values(asObject(properties))) yield* schemasIn(part);
}
