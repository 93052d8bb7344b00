/** Formats in schemas that nothing checks: values of such fields are taken as they come. */
import { goQuote } from '../../apimachinery/errors/field-error.ts';
import { asObject, asObjects, asText } from '../../apimachinery/json-access.ts';
import type { KubeObject } from '../../apimachinery/meta/object.ts';
import { schemasIn } from './schemas-in.ts';

/** Of strings, without their hyphens. */
const stringFormats: ReadonlySet<string> = new Set(
  (
    'bsonobjectid uri email hostname ipv4 ipv6 cidr mac uuid uuid3 uuid4 uuid5 isbn isbn10 isbn13 creditcard ssn hexcolor ' +
    'rgbcolor byte password date duration datetime k8sshortname k8slongname'
  ).split(' '),
);
const numberFormats: Readonly<Record<string, readonly string[]>> = {
  integer: ['int32', 'int64'],
  number: ['float', 'double'],
};

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
    .filter(({ type, format }) => asText(format) !== '' && !isKnown(asText(type), asText(format)))
    .map(({ format }) => asText(format));
  return [...new Set(formats)];
}

function isKnown(type: string, format: string): boolean {
  if (type === '' || type === 'string') return stringFormats.has(format.replaceAll('-', ''));
  return Object.hasOwn(numberFormats, type) && numberFormats[type]?.includes(format) === true;
}
