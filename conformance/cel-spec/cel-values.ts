/** Types and values of the CEL specification's tests, and whether a result is the one that is expected. */
import {
  BOOL,
  BYTES,
  type CelType,
  DOUBLE,
  DURATION,
  DYN,
  INT,
  listOf,
  mapOf,
  NULL,
  optionalOf,
  STRING,
  TIMESTAMP,
  UINT,
} from '../../server/apimachinery/cel/cel-type.ts';
import {
  CelMap,
  CelMapValue,
  CelOptional,
  CelTypeValue,
  CelUint,
  type CelValue,
} from '../../server/apimachinery/cel/values.ts';
import { TextMessage } from './text-proto.ts';

/** It needs something that Kubernetes does not give to CEL. */
export class NotInKubernetes extends Error {
  override name = 'NotInKubernetes';
}

const primitives: Readonly<Record<string, CelType>> = {
  BOOL,
  INT64: INT,
  UINT64: UINT,
  DOUBLE,
  STRING,
  BYTES,
};

export function typeOf(message: TextMessage): CelType {
  const primitive = message.get('primitive');
  if (typeof primitive === 'string') return primitives[primitive] ?? DYN;
  const list = message.message('list_type');
  if (list !== undefined) return listOf(typeOf(list.message('elem_type') ?? new TextMessage()));
  const map = message.message('map_type');
  if (map !== undefined) {
    const part = (name: string): CelType => typeOf(map.message(name) ?? new TextMessage());
    return mapOf(part('key_type'), part('value_type'));
  }
  const known = message.get('well_known');
  if (known === 'TIMESTAMP') return TIMESTAMP;
  if (known === 'DURATION') return DURATION;
  if (message.has('null')) return NULL;
  const abstract = message.message('abstract_type');
  if (abstract?.text('name') === 'optional_type') {
    return optionalOf(typeOf(abstract.message('parameter_types') ?? new TextMessage()));
  }
  const type = message.message('type');
  if (type !== undefined) return { kind: 'type', of: typeOf(type) };
  if (message.has('message_type') || message.has('wrapper')) throw new NotInKubernetes('messages');
  if (abstract !== undefined || message.has('type_param')) throw new NotInKubernetes('abstract types');
  return DYN;
}

export function valueOf(message: TextMessage): CelValue {
  const [field] = message.fields;
  if (field === undefined) throw new NotInKubernetes('a value without a kind');
  const { name, value } = field;
  switch (name) {
    case 'int64_value':
      return BigInt(value as bigint);
    case 'uint64_value':
      return new CelUint(BigInt(value as bigint));
    case 'double_value':
      return Number(value);
    case 'bool_value':
      return value === true;
    case 'null_value':
      return null;
    case 'string_value':
      return Buffer.from(value as Uint8Array).toString();
    case 'bytes_value':
      return value as Uint8Array;
    case 'list_value':
      return (value as TextMessage).messages('values').map(valueOf);
    case 'map_value':
      return mapOfEntries(value as TextMessage);
    case 'type_value':
      return new CelTypeValue(Buffer.from(value as Uint8Array).toString());
    default:
      throw new NotInKubernetes(name);
  }
}

function mapOfEntries(message: TextMessage): CelValue {
  const entries = message.messages('entries').map((entry): [CelValue, CelValue] => {
    const part = (name: string): CelValue => valueOf(entry.message(name) ?? new TextMessage());
    return [part('key'), part('value')];
  });
  return new CelMapValue(entries);
}

export function isSame(expected: CelValue, actual: CelValue): boolean {
  if (actual instanceof CelOptional) return false;
  if (typeof expected === 'number') return typeof actual === 'number' && Object.is(expected + 0, actual + 0);
  if (expected instanceof CelUint) return actual instanceof CelUint && actual.value === expected.value;
  if (expected instanceof Uint8Array) return actual instanceof Uint8Array && Buffer.from(expected).equals(actual);
  if (expected instanceof CelTypeValue) return actual instanceof CelTypeValue && actual.name === expected.name;
  if (expected instanceof CelMap) {
    if (!(actual instanceof CelMap) || actual.size !== expected.size) return false;
    return expected.keys().every((key) => {
      const [wanted, found] = [expected.find(key), actual.find(key)];
      return wanted !== undefined && found !== undefined && isSame(wanted, found);
    });
  }
  if (Array.isArray(expected)) {
    const [wanted, found] = [expected as CelValue[], actual as CelValue[]];
    return (
      Array.isArray(actual) &&
      wanted.length === found.length &&
      wanted.every((item, at) => isSame(item, found[at] as CelValue))
    );
  }
  return expected === actual;
}
