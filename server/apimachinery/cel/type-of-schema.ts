/** What expressions take a scalar of an OpenAPI schema for; the same in structural schemas and in documents. */
import { BOOL, BYTES, type CelType, DOUBLE, DURATION, INT, STRING, TIMESTAMP } from './cel-type.ts';

const textTypes = new Map<string | undefined, CelType>([
  ['byte', BYTES],
  ['duration', DURATION],
  ['date', TIMESTAMP],
  ['date-time', TIMESTAMP],
]);
const scalars = new Map<string | undefined, CelType>([
  ['boolean', BOOL],
  ['number', DOUBLE],
  ['integer', INT],
]);

/** Undefined: it is no scalar, or its type is not said. */
export function scalarTypeOf(type: string | undefined, format: string | undefined): CelType | undefined {
  return type === 'string' ? (textTypes.get(format) ?? STRING) : scalars.get(type);
}
