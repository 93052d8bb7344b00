/** Which of its names a definition gets: those that no other definition of its group has. */
import { goQuote } from '../../apimachinery/errors/field-error.ts';
import { asObject, asText, asTexts } from '../../apimachinery/json-access.ts';
import type { JsonObject } from '../../apimachinery/json.ts';
import type { KubeObject } from '../../apimachinery/meta/object.ts';
import { semanticallyEqual } from '../../apimachinery/validation/immutable-field.ts';
import { type Condition, findCondition, setCondition } from '../../apis/apiextensions/conditions.ts';
import type { AcceptedNames } from './definition-facts.ts';

interface Conflict {
  readonly reason: string;
  readonly message: string;
}

/** In place: status.acceptedNames, NamesAccepted and Established. `used` are the accepted names of the whole group. */
export function acceptNames(definition: KubeObject, used: readonly AcceptedNames[], now: string): void {
  const requested = asObject(asObject(definition.spec).names);
  const accepted = asObject(asObject(definition.status).acceptedNames);
  if (!semanticallyEqual(requested, accepted)) {
    const { names, conflict } = decide(requested, accepted, used);
    definition.status = { ...asObject(definition.status), acceptedNames: names };
    const condition: Condition =
      conflict === undefined
        ? { type: 'NamesAccepted', status: 'True', reason: 'NoConflicts', message: 'no conflicts found' }
        : { type: 'NamesAccepted', status: 'False', ...conflict };
    setCondition(definition, condition, now);
  }
  const isAccepted = findCondition(definition, 'NamesAccepted')?.status === 'True';
  const established = findCondition(definition, 'Established');
  if (isAccepted && established?.status !== 'True') {
    const message = 'the initial names have been accepted';
    setCondition(definition, { type: 'Established', status: 'True', reason: 'InitialNamesAccepted', message }, now);
  } else if (established === undefined) {
    const message = 'not all names are accepted';
    setCondition(definition, { type: 'Established', status: 'False', reason: 'NotAccepted', message }, now);
  }
}

function decide(
  requested: JsonObject,
  accepted: JsonObject,
  used: readonly AcceptedNames[],
): { readonly names: JsonObject; readonly conflict: Conflict | undefined } {
  const resources = new Set(used.flatMap(({ plural, singular, shortNames }) => [plural, singular, ...shortNames]));
  const kinds = new Set(used.flatMap(({ kind, listKind }) => [kind, listKind]));
  const names: JsonObject = { ...accepted };
  let conflict: Conflict | undefined;
  const take = (field: string, taken: ReadonlySet<string>, reason: string): void => {
    const name = asText(requested[field]);
    if (name !== asText(accepted[field]) && taken.has(name)) conflict = { reason, message: inUse(name) };
    else if (requested[field] !== undefined) names[field] = requested[field];
  };
  take('plural', resources, 'PluralConflict');
  take('singular', resources, 'SingularConflict');
  const own = asTexts(accepted.shortNames);
  const shortNames = asTexts(requested.shortNames);
  const taken = shortNames.filter((name) => !own.includes(name) && resources.has(name));
  if (taken.length > 0) conflict = { reason: 'ShortNamesConflict', message: together(taken.map(inUse)) };
  else if (shortNames.length > 0) names.shortNames = [...shortNames];
  else delete names.shortNames;
  take('kind', kinds, 'KindConflict');
  take('listKind', kinds, 'ListKindConflict');
  const categories = asTexts(requested.categories);
  if (categories.length > 0) names.categories = [...categories];
  else delete names.categories;
  return { names, conflict };
}

function inUse(name: string): string {
  return `${goQuote(name)} is already in use`;
}

/** As an aggregate of errors prints. */
function together(messages: readonly string[]): string {
  return messages.length === 1 ? (messages[0] ?? '') : `[${messages.join(', ')}]`;
}
