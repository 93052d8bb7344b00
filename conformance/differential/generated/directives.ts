/** Strategic merge patches that say what is done with what is there. */
import type { Json, JsonObject } from '../case.ts';
import type { Chance } from './chance.ts';
import type { Edit } from './edits.ts';
import { type Place, placesIn } from './places.ts';

/** A place of the object, and what a patch with directives has there. */
export function chooseDirective(chance: Chance, object: JsonObject): Edit {
  const places = placesIn(object).filter(
    ({ path, value }) => path.length > 0 && typeof value === 'object' && value !== null,
  );
  const place = chance.pick(places);
  if (place === undefined) return { path: ['metadata'], value: { $patch: 'merge' } };
  const { path, value } = place;
  if (Array.isArray(value)) return chance.is(0.6) ? ofElements(place, value, chance) : besideList(place, value, chance);
  const fields = value as JsonObject;
  return {
    path,
    value: chance.weighted<Json>([
      [3, { $patch: 'replace', ...some(fields, chance) }],
      [2, { $patch: 'delete' }],
      [2, { $patch: 'merge', ...some(fields, chance) }],
      [3, { $retainKeys: Object.keys(some(fields, chance)), ...some(fields, chance) }],
      [1, { $patch: chance.pick<Json>(['bogus', '', null, 1]) }],
    ]),
  };
}

/** Elements that replace all others, or go. */
function ofElements({ path, field }: Place, value: readonly Json[], chance: Chance): Edit {
  const key = field.facts.patchMergeKey ?? 'name';
  const element = (chance.pick(value) ?? {}) as JsonObject;
  return {
    path,
    value: chance.weighted<Json>([
      [3, [{ $patch: 'delete', [key]: element?.[key] ?? 'nobody' }]],
      [2, [{ $patch: 'replace' }, ...value]],
      [1, [{ $patch: 'replace' }]],
      [1, [{ $patch: 'merge', ...some(element, chance), [key]: element?.[key] ?? 'new' }]],
      [1, [{ $patch: 'bogus', [key]: 'a' }]],
    ]),
  };
}

/** Fields that stand beside a list and say in which order it is, or what goes from it. */
function besideList({ path, field }: Place, value: readonly Json[], chance: Chance): Edit {
  const key = field.facts.patchMergeKey;
  const items = value.map((item) => (key === undefined ? item : { [key]: (item as JsonObject | null)?.[key] ?? null }));
  const listed = chance.is(0.5) ? items.toReversed() : items.slice(1);
  const directive = chance.pick(['$setElementOrder', '$deleteFromPrimitiveList']);
  return { path: [...path.slice(0, -1), `${directive}/${field.name}`], value: listed };
}

function some(object: JsonObject, chance: Chance): JsonObject {
  return Object.fromEntries(Object.entries(object ?? {}).filter(() => chance.is(0.5)));
}
