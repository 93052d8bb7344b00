/** Selectors of devices: CEL on what a driver says of a device. */
import { CelCompileError } from '../../apimachinery/cel/cel-error.ts';
import { BOOL, type CelType, DYN, mapOf, opaque, STRING, declaredName } from '../../apimachinery/cel/cel-type.ts';
import { loadCel } from '../../apimachinery/cel/load-cel.ts';
import { invalid, required, tooLong } from '../../apimachinery/errors/field-error.ts';
import { asObject, asText, isSet } from '../../apimachinery/json-access.ts';
import type { JsonValue } from '../../apimachinery/json.ts';
import type { Errors } from '../validation/checks.ts';
import { checkStructs } from './device-names.ts';

const MAX_SELECTORS = 32;
const MAX_EXPRESSION_LENGTH = 10 * 1024;

const fields: ReadonlyMap<string, CelType> = new Map<string, CelType>([
  ['driver', STRING],
  ['attributes', mapOf(STRING, mapOf(STRING, DYN))],
  ['capacity', mapOf(STRING, mapOf(STRING, opaque('kubernetes.Quantity')))],
  ['allowMultipleAllocations', BOOL],
]);
/** What expressions may speak of. */
export const deviceVariables: ReadonlyMap<string, CelType> = new Map<string, CelType>([
  [
    'device',
    {
      kind: 'object',
      name: 'kubernetes.DRADevice',
      field(name) {
        const type = fields.get(name);
        return type === undefined ? undefined : { name, type };
      },
    },
  ],
]);
/** A macro of this one environment, which our compiler does not have: such expressions are taken as they are. */
const bind = /\bcel\s*\.\s*bind\s*\(/;

export function checkSelectors(selectors: JsonValue | undefined, path: string, errors: Errors): void {
  checkStructs(selectors, { max: MAX_SELECTORS }, path, errors, ({ cel }, itemPath) => {
    if (!isSet(cel)) errors.push(required(`${itemPath}.cel`));
    else checkExpression(asText(asObject(cel).expression), `${itemPath}.cel.expression`, errors);
  });
}

function checkExpression(expression: string, path: string, errors: Errors): void {
  if (Buffer.byteLength(expression) > MAX_EXPRESSION_LENGTH) {
    errors.push(tooLong(path, MAX_EXPRESSION_LENGTH));
    return;
  }
  if (bind.test(expression)) return;
  try {
    const { type } = loadCel().compileCel(expression, deviceVariables);
    if (type.kind === 'bool' || type.kind === 'dyn') return;
    errors.push(invalid(path, expression, `must evaluate to bool or the unknown type, not ${declaredName(type)}`));
  } catch (error) {
    if (!(error instanceof CelCompileError)) throw error;
    errors.push(invalid(path, expression, `compilation failed: ${error.message}`));
  }
}
