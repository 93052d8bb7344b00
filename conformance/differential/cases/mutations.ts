/**
 * Manifests of the corpus with one field changed at a time, created as a dry run: the words of decoding and validation errors
 * for every field that the corpus uses.
 */
import { type Manifest, readCorpus } from '../../corpus/corpus.ts';
import { readOffByDefault } from '../../corpus/off-by-default.ts';
import { collectionPath } from '../../corpus/resources.ts';
import { type Case, type Json, type JsonObject, post, type Step } from '../case.ts';

type Path = readonly (string | number)[];

/** What a value is replaced by; undefined takes the field out. */
const replacements: Readonly<Record<string, readonly (Json | undefined)[]>> = {
  string: ['', '-Not a/valid_value!', 7, undefined],
  number: [0, -1, 1_000_000_000, 'seven', undefined],
  boolean: ['yes', undefined],
  list: [[], {}, undefined],
  object: [{}, 'text', undefined],
};
/** Every string of these would be three more requests for nothing: their values are free text. */
const FREE_TEXT = new Set(['annotations', 'description', 'message', 'note', 'reason']);

export const mutationCases: readonly Case[] = [...readCorpus(), ...readOffByDefault()]
  .filter(({ resource }) => resource.kind !== 'Binding')
  .map((manifest) => ({ name: `mutations: ${manifest.name}`, steps: [], independent: mutationSteps(manifest) }));

function mutationSteps({ resource, object }: Manifest): Step[] {
  const whole = inNamespace(object);
  return [...pathsOf(whole, [])].flatMap((path) => {
    const kind = kindOf(valueAt(whole, path));
    return (replacements[kind] ?? []).map((replacement) =>
      post(
        `${path.join('.')} = ${JSON.stringify(replacement)}`,
        `${collectionPath(resource)}?dryRun=All`,
        withValue(whole, path, replacement),
      ),
    );
  });
}

export function* pathsOf(value: Json | undefined, path: Path): Generator<Path> {
  if (path.length > 0) yield path;
  if (typeof value !== 'object' || value === null) return;
  const entries = Array.isArray(value) ? differentElements(value) : Object.entries(value);
  for (const [key, item] of entries) {
    if (typeof key === 'string' && (FREE_TEXT.has(key) || (path.length === 0 && key === 'apiVersion'))) continue;
    yield* pathsOf(item, [...path, key]);
  }
}

/** One element of a list stands for all that have the same fields. */
function differentElements(list: readonly Json[]): [number, Json][] {
  const shapes = list.map((item) => (typeof item === 'object' && item !== null ? Object.keys(item).join() : ''));
  return [...list.entries()].filter(([index]) => shapes.indexOf(shapes[index] ?? '') === index);
}

/** In the namespace of the run. */
export function inNamespace(object: object): JsonObject {
  return JSON.parse(JSON.stringify(object).replaceAll('"namespace":"default"', '"namespace":"{ns}"')) as JsonObject;
}

/** A copy; undefined takes the value out. */
export function withValue(object: JsonObject, path: Path, replacement: Json | undefined): JsonObject {
  const copy = structuredClone(object);
  const parent = valueAt(copy, path.slice(0, -1)) as JsonObject;
  const last = path.at(-1) ?? '';
  if (Array.isArray(parent) && replacement === undefined) parent.splice(Number(last), 1);
  else parent[last] = replacement;
  return copy;
}

export function valueAt(value: Json | undefined, path: Path): Json | undefined {
  let found = value;
  for (const key of path) found = (found as JsonObject)[key];
  return found;
}

function kindOf(value: Json | undefined): string {
  if (Array.isArray(value)) return 'list';
  return value === null ? 'null' : typeof value;
}
