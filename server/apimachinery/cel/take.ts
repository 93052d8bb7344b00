/** Takes one field, key or index out of a value. */
import { CelError } from './cel-error.ts';
import { CelMap, CelOptional, CelUint, type CelValue, isList, runtimeType } from './values.ts';

/** One field, key or index. */
export function take(operand: CelValue, key: CelValue, isOptional: boolean): CelValue {
  if (operand instanceof CelOptional) {
    return operand.value === undefined ? operand : new CelOptional(found(operand.value, key));
  }
  const value = found(operand, key);
  if (isOptional) return new CelOptional(value);
  if (value !== undefined) return value;
  if (isList(operand)) throw new CelError(`index out of bounds: ${shown(key)}`);
  throw new CelError(`no such key: ${shown(key)}`);
}

function found(operand: CelValue, key: CelValue): CelValue | undefined {
  if (operand instanceof CelMap) return operand.find(key);
  if (isList(operand)) {
    const index = key instanceof CelUint ? key.value : key;
    if (typeof index !== 'bigint' && !(typeof index === 'number' && Number.isInteger(index))) {
      throw new CelError(`unsupported index type '${runtimeType(key)}' in list`);
    }
    return index < 0 ? undefined : operand[Number(index)];
  }
  throw new CelError('no such overload');
}

function shown(key: CelValue): string {
  return key instanceof CelUint ? String(key.value) : String(key);
}
