/** What mutating policies make: objects to apply (`Object{spec: Object.spec{replicas: 1}}`) and JSON patches. */
import { DYN, type ObjectType, STRING } from '../cel-type.ts';
import { type FunctionDeclaration, global } from '../function-table.ts';

const patchFields = new Map([
  ['op', STRING],
  ['path', STRING],
  ['from', STRING],
  ['value', DYN],
]);

const JSON_PATCH: ObjectType = {
  kind: 'object',
  name: 'JSONPatch',
  field(name) {
    const type = patchFields.get(name);
    return type === undefined ? undefined : { name, type };
  },
};

/** `Object` and whatever it may have inside, named by its path; upstream does not look at the fields. */
export function patchType(name: string): ObjectType | undefined {
  if (name === 'JSONPatch') return JSON_PATCH;
  if (name !== 'Object' && !name.startsWith('Object.')) return undefined;
  return { kind: 'object', name, field: (field) => ({ name: field, type: DYN }) };
}

export const patchFunctions: readonly FunctionDeclaration[] = [
  global('jsonpatch.escapeKey', [STRING], STRING, (key) => (key as string).replaceAll('~', '~0').replaceAll('/', '~1')),
];
