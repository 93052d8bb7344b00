/** Takes the paths of another server's OpenAPI 2 document, and the types that they use, into this server's. */
import { isJsonObject, type JsonObject, type JsonValue } from '../../apimachinery/json.ts';
import { asObject, asText } from '../../apimachinery/json-access.ts';
import { jsonEquals } from '../../apimachinery/json-equals.ts';
import { DEFINITIONS } from './json-schema.ts';

/** What another server's documents say of one group version. */
export interface ExtensionDocument {
  /** Key in the index of version 3: "apis/example.com/v1". */
  readonly key: string;
  /** Of its version 3 document, below this server's URL; undefined: it has none. */
  readonly serverRelativeURL: string | undefined;
  /** It knows nothing of version 3: its document is made from the one of version 2. */
  readonly isConverted: boolean;
  /** Its OpenAPI 2 document, of which only the paths below the key count. */
  readonly v2: JsonObject | undefined;
  /** Another text for every other content. */
  readonly revision: string;
}

/** Adds to `document`; a path that it has already stays as it is, a type that has the same name and is another one gets a new name. */
export function mergeExtension(document: JsonObject, { key, v2 }: ExtensionDocument): void {
  if (v2 === undefined) return;
  const paths = Object.entries(asObject(v2.paths)).filter(
    ([path]) => path.startsWith(`/${key}/`) || path === `/${key}/`,
  );
  const known = asObject(document.paths);
  const added = Object.fromEntries(paths.filter(([path]) => !Object.hasOwn(known, path)));
  const theirs = asObject(v2.definitions);
  const definitions = asObject(document.definitions);
  const names = new Map<string, string>();
  for (const name of used(added, theirs)) names.set(name, freeName(name, theirs[name], definitions));
  const renamed = (value: JsonValue | undefined): JsonValue => withNames(value ?? {}, names);
  // Parameters that are written once belong to the document that they come from.
  const parameters = asObject(v2.parameters);
  const inPlace = withParameters(added, parameters);
  document.paths = { ...known, ...asObject(renamed(inPlace)) };
  const more = [...names].map(([name, taken]): [string, JsonValue] => [taken, renamed(theirs[name])]);
  document.definitions = { ...definitions, ...Object.fromEntries(more) };
}

function freeName(name: string, schema: JsonValue | undefined, taken: JsonObject): string {
  for (let suffix = 1; ; suffix++) {
    const candidate = suffix === 1 ? name : `${name}_v${suffix}`;
    const present = Object.hasOwn(taken, candidate) ? taken[candidate] : undefined;
    if (present === undefined || jsonEquals(present, schema ?? {})) return candidate;
  }
}

/** The types that a value refers to, and those that they refer to. */
function used(value: JsonValue, definitions: JsonObject): Set<string> {
  const found = new Set<string>();
  const look = (at: JsonValue | undefined): void => {
    if (Array.isArray(at)) at.forEach(look);
    if (!isJsonObject(at)) return;
    const name = asText(at.$ref).startsWith(DEFINITIONS) ? asText(at.$ref).slice(DEFINITIONS.length) : undefined;
    if (name !== undefined && !found.has(name) && Object.hasOwn(definitions, name)) {
      found.add(name);
      look(definitions[name]);
    }
    for (const item of Object.values(at)) look(item);
  };
  look(value);
  return found;
}

function withNames(value: JsonValue, names: ReadonlyMap<string, string>): JsonValue {
  return mapObjects(value, (object) => {
    const { $ref } = object;
    if (typeof $ref !== 'string' || !$ref.startsWith(DEFINITIONS)) return object;
    const name = $ref.slice(DEFINITIONS.length);
    return { ...object, $ref: DEFINITIONS + (names.get(name) ?? name) };
  });
}

const PARAMETERS = '#/parameters/';

/** Parameters in place of the references to them. */
export function withParameters(value: JsonValue, parameters: JsonObject): JsonValue {
  return mapObjects(value, (object) => {
    const { $ref } = object;
    if (typeof $ref !== 'string' || !$ref.startsWith(PARAMETERS)) return object;
    const name = $ref.slice(PARAMETERS.length);
    return asObject(Object.hasOwn(parameters, name) ? parameters[name] : undefined);
  });
}

function mapObjects(value: JsonValue, change: (object: JsonObject) => JsonObject): JsonValue {
  if (Array.isArray(value)) return value.map((item) => mapObjects(item, change));
  if (!isJsonObject(value)) return value;
  const changed = Object.entries(change(value)).map(([key, item]): [string, JsonValue] => [
    key,
    mapObjects(item ?? null, change),
  ]);
  return Object.fromEntries(changed);
}
