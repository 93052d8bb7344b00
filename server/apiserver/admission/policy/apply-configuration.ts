/** Lays the configuration that a policy makes over an object, as server-side apply does but without owners: nothing is taken away. */
import { isJsonObject, type JsonObject, type JsonValue } from '../../../apimachinery/json.ts';
import type { KubeObject } from '../../../apimachinery/meta/object.ts';
import type { StructSchema } from '../../../apimachinery/schema/type-schema.ts';
import { type MergeType, mergeTypeOf } from '../../../apimachinery/structured-merge/merge-type.ts';
import { mergeValues } from '../../../apimachinery/structured-merge/merge-values.ts';
import { ElementError } from '../../../apimachinery/structured-merge/path-element.ts';
import { joinErrors, validateValue } from '../../../apimachinery/structured-merge/validate-value.ts';
import { MutationProblem } from './mutation-problem.ts';

/** @throws MutationProblem in upstream's words */
export function applyConfiguration(schema: StructSchema, object: KubeObject, made: JsonValue): JsonValue {
  const type = mergeTypeOf(schema);
  const { kind, apiVersion } = object;
  const configuration: JsonObject = { ...(isJsonObject(made) ? made : {}), kind, apiVersion };
  const errors = validateValue(type, configuration);
  if (errors.length > 0) throw problem(`failed to convert patch object to typed object: ${joinErrors(errors)}`);
  const atomics = atomicsIn(type, configuration, '');
  if (atomics.length > 0) {
    throw problem(`invalid ApplyConfiguration: may not mutate atomic arrays, maps or structs: ${atomics.join(', ')}`);
  }
  try {
    return mergeValues(type, object, configuration);
  } catch (error) {
    throw error instanceof ElementError ? problem(`failed to merge patch: ${error.message}`) : error;
  }
}

function problem(text: string): MutationProblem {
  return new MutationProblem(`error applying patch: ${text}`);
}

/** Paths of what would be replaced as a whole: who sets a part of it would take the rest away without meaning to. */
function atomicsIn(type: MergeType | undefined, value: JsonValue, path: string): string[] {
  switch (type?.kind) {
    case 'atomic': {
      const isWhole = type.of === 'list' ? Array.isArray(value) : type.of === 'map' && isJsonObject(value);
      return [...(isWhole ? [path] : []), ...(type.shape === undefined ? [] : atomicsIn(type.shape, value, path))];
    }
    case 'struct':
      if (!isJsonObject(value)) return [];
      return Object.entries(value).flatMap(([name, item]) =>
        item === undefined ? [] : atomicsIn(type.field(name), item, `${path}.${name}`),
      );
    case 'set':
    case 'keyed':
      if (!Array.isArray(value)) return [];
      return value.flatMap((item, index) => atomicsIn(type.element, item, `${path}[${index}]`));
    default:
      return [];
  }
}
