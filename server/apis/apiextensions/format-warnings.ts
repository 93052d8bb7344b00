/** Formats in schemas that nothing checks: values of such fields are taken as they come. */
import { goQuote } from '../../apimachinery/errors/field-error.ts';
import { asObject, asObjects, asText } from '../../apimachinery/json-access.ts';
import type { KubeObject } from '../../apimachinery/meta/object.ts';
import { isCheckedFormat } from '../../apimachinery/structural-schema/formats.ts';
import { schemasIn } from './schemas-in.ts';

/** Of an update, only those that the old definition did not have. */
export function formatWarnings(definition: KubeObject, old?: KubeObject): string[] {
  const known = new Set(old === undefined ? [] : unknownFormatsOf(old));
  return unknownFormatsOf(definition)
    .filter((format) => !known.has(format))
    .map((format) => `unrecognized format ${goQuote(format)}`);
}

function unknownFormatsOf(definition: KubeObject): string[] {
  const formats = asObjects(asObject(definition.spec).versions)
    .flatMap(({ schema }) => [...schemasIn(asObject(schema).openAPIV3Schema)])
    .filter(({ type, format }) => asText(format) !== '' && !isCheckedFormat(asText(format), asText(type)))
    .map(({ format }) => asText(format));
  return [...new Set(formats)];
}
