/** Edits as requests: a creation, an update, or a patch of each type, all of them dry runs. */
import { collectionPath, type Resource } from '../../corpus/resources.ts';
import { APPLY, type Body, type Json, type JsonObject, type Seen, type Step } from '../case.ts';
import type { Chance } from './chance.ts';
import { chooseDirective } from './directives.ts';
import { applyEdits, chooseEdit, type Edit, printEdit, writeBody } from './edits.ts';
import { fieldOf, type Path, structOf, typeOf, valueAt } from './places.ts';
import { sample } from './samples.ts';

/** Name of the step that creates the object which updates change. */
export const CREATE = 'create';

/** Manager that has applied the manifest before it is changed. */
export const OWNER = 'owner';

export interface Subject {
  readonly resource: Resource;
  readonly object: JsonObject;
}

export type Maker = (subject: Subject, chance: Chance) => Omit<Step, 'name'> & { readonly edits: readonly Edit[] };
export interface Way {
  readonly name: string;
  readonly weight: number;
  readonly fits?: (subject: Subject) => boolean;
  readonly make: Maker;
}

const hasStatus = ({ resource, object }: Subject): boolean =>
  resource.subresources.includes('status') && fieldOf(typeOf(object), 'status') !== undefined;
const hasScale = ({ resource }: Subject): boolean => resource.subresources.includes('scale');

/** Of an object that is there. */
const changes: readonly Way[] = [
  { name: 'update', weight: 22, make: update },
  { name: 'merge', weight: 6, make: mergePatch },
  { name: 'strategic', weight: 6, make: strategicPatch },
  { name: 'json', weight: 5, make: jsonPatch },
  { name: 'directive', weight: 3, make: directivePatch },
  { name: 'apply', weight: 4, make: apply },
  { name: 'apply what is owned', weight: 3, make: applyOwned },
  { name: 'status', weight: 10, fits: hasStatus, make: statusUpdate },
  { name: 'scale', weight: 2, fits: hasScale, make: scaleUpdate },
  { name: 'scale patch', weight: 2, fits: hasScale, make: scalePatch },
];

export function makeCreation(number: number, subject: Subject, chance: Chance): Step {
  return makeStep(number, { name: 'create', weight: 1, make: create }, subject, chance);
}

export function makeChange(number: number, subject: Subject, chance: Chance): Step {
  const fitting = changes.filter(({ fits }) => fits === undefined || fits(subject));
  return makeStep(number, chance.weighted(fitting.map((one) => [one.weight, one])), subject, chance);
}

export function makeStep(number: number, way: Way, subject: Subject, chance: Chance): Step {
  const validation = chance.weighted([
    [55, ''],
    [20, 'Strict'],
    [15, 'Warn'],
    [10, 'Ignore'],
  ]);
  const { edits, path, ...step } = way.make(subject, chance);
  const query = `dryRun=All${validation === '' ? '' : `&fieldValidation=${validation}`}`;
  return {
    ...step,
    name: `#${number} ${way.name}: ${edits.map(printEdit).join('; ')}`,
    path: `${String(path)}${String(path).includes('?') ? '&' : '?'}${query}`,
  };
}

function create({ resource, object }: Subject, chance: Chance): ReturnType<Maker> {
  const edits = chooseEdits(chance, object);
  return { edits, method: 'POST', path: collectionPath(resource), body: writeBody(applyEdits(object, edits)) };
}

/** Of what the server has made of the object, or of the manifest, which carries no revision. */
function update(subject: Subject, chance: Chance): ReturnType<Maker> {
  const edits = chooseEdits(chance, subject.object);
  const body = chance.is(0.6) ? createdWith(subject, edits) : writeBody(applyEdits(subject.object, edits));
  return { edits, method: 'PUT', path: pathOf(subject), body };
}

function mergePatch(subject: Subject, chance: Chance): ReturnType<Maker> {
  const edits = [chooseEdit(chance, subject.object)];
  return patch(subject, 'merge-patch', edits, patchOf(subject.object, edits, false));
}

function strategicPatch(subject: Subject, chance: Chance): ReturnType<Maker> {
  const edits = [chooseEdit(chance, subject.object)];
  return patch(subject, 'strategic-merge-patch', edits, patchOf(subject.object, edits, true));
}

function jsonPatch(subject: Subject, chance: Chance): ReturnType<Maker> {
  const edits = chooseEdits(chance, subject.object);
  const operations = edits.map(({ path, value }): Json => {
    const pointer = path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
    if (value === undefined) return { op: 'remove', path: pointer };
    return { op: typeof path.at(-1) === 'number' ? 'replace' : 'add', path: pointer, value };
  });
  return patch(subject, 'json-patch', edits, JSON.stringify(operations));
}

function directivePatch(subject: Subject, chance: Chance): ReturnType<Maker> {
  const directive = chooseDirective(chance, subject.object);
  const edits = [directive];
  return patch(subject, 'strategic-merge-patch', edits, patchOf(subject.object, edits, true));
}

function apply(subject: Subject, chance: Chance): ReturnType<Maker> {
  return applyAs('generated', subject, chance);
}

/** By the manager that owns the whole manifest: what it leaves out is given up. */
function applyOwned(subject: Subject, chance: Chance): ReturnType<Maker> {
  return applyAs(OWNER, subject, chance);
}

function applyAs(manager: string, subject: Subject, chance: Chance): ReturnType<Maker> {
  const edits = chooseEdits(chance, subject.object);
  const body = writeBody(applyEdits(subject.object, edits));
  const force = chance.is(0.6) ? '&force=true' : '';
  const path = `${pathOf(subject)}?fieldManager=${manager}${force}`;
  return { edits, method: 'PATCH', path, contentType: APPLY, body };
}

/** The status is made up: manifests have none. */
function statusUpdate(subject: Subject, chance: Chance): ReturnType<Maker> {
  const facts = fieldOf(typeOf(subject.object), 'status');
  const type = facts?.t ?? '';
  const edits: Edit[] = [{ path: ['status'], value: {} }];
  const fields = Object.entries(structOf(type)?.fields ?? {});
  for (let i = 1 + chance.below(4); i > 0; i--) {
    const [name, field] = chance.pick(fields) ?? [];
    if (name === undefined || field === undefined) continue;
    edits.push({ path: ['status', name], value: sample(chance, field.t, { name, facts: field }) });
  }
  if (chance.is(0.5)) edits.push(chooseEdit(chance, applyEdits(subject.object, edits), ['status']));
  if (chance.is(0.1)) edits.push(chooseEdit(chance, subject.object));
  const path = `${pathOf(subject)}/status`;
  if (chance.is(0.6)) return { edits, method: 'PUT', path, body: createdWith(subject, edits) };
  const { apiVersion, kind, status } = applyEdits(subject.object, edits);
  if (chance.is(0.3)) {
    const body = writeBody({ apiVersion, kind, metadata: { name: nameOf(subject) }, status });
    return { edits, method: 'PATCH', path: `${path}?fieldManager=generated`, contentType: APPLY, body };
  }
  const form = chance.pick(['merge-patch', 'strategic-merge-patch']);
  return { ...patch(subject, form, edits, writeBody({ status })), path };
}

function scalePatch(subject: Subject, chance: Chance): ReturnType<Maker> {
  const edits = [{ path: ['spec', 'replicas'], value: chance.pick<Json>([0, 1, 7, -1, null, '2', 2147483648, 1.5]) }];
  const type = chance.pick(['merge-patch', 'strategic-merge-patch', 'apply-patch']);
  const path = `${pathOf(subject)}/scale`;
  if (type !== 'apply-patch')
    return { ...patch(subject, type, edits, writeBody(applyEdits({ spec: {} }, edits))), path };
  const scale = { apiVersion: 'autoscaling/v1', kind: 'Scale', metadata: { name: nameOf(subject) }, spec: {} };
  const force = chance.is(0.5) ? '&force=true' : '';
  const body = writeBody(applyEdits(scale, edits));
  return { edits, method: 'PATCH', path: `${path}?fieldManager=generated${force}`, contentType: APPLY, body };
}

function scaleUpdate(subject: Subject, chance: Chance): ReturnType<Maker> {
  const name = nameOf(subject);
  const scale = { apiVersion: 'autoscaling/v1', kind: 'Scale', metadata: { name, namespace: '{ns}' }, spec: {} };
  const edits = [
    { path: ['spec', 'replicas'], value: chance.below(9) },
    ...(chance.is(0.7) ? [chooseEdit(chance, scale)] : []),
  ];
  return { edits, method: 'PUT', path: `${pathOf(subject)}/scale`, body: writeBody(applyEdits(scale, edits)) };
}

function chooseEdits(chance: Chance, object: JsonObject): Edit[] {
  const edits = [chooseEdit(chance, object)];
  for (let more = chance.pick([0, 0, 0, 0, 0, 0, 1, 1, 1, 2]); more > 0; more--) {
    edits.push(chooseEdit(chance, applyEdits(object, edits)));
  }
  return edits;
}

export function patch(subject: Subject, type: string, edits: readonly Edit[], body: Body): ReturnType<Maker> {
  return { edits, method: 'PATCH', path: pathOf(subject), contentType: `application/${type}+json`, body };
}

/** From the outside in to the innermost value that this kind of patch can name. */
function patchOf(object: JsonObject, edits: readonly Edit[], strategic: boolean): string {
  const edited = applyEdits(object, edits);
  const [edit] = edits;
  if (edit === undefined) return '{}';
  return writeBody(partOf(object, edited, edit, { type: typeOf(object), strategic, at: 0 }) as JsonObject);
}

interface Descent {
  readonly type: string;
  readonly strategic: boolean;
  readonly at: number;
}

function partOf(before: Json | undefined, after: Json | undefined, edit: Edit, descent: Descent): Json {
  const { type, strategic, at } = descent;
  const key = edit.path[at];
  if (key === undefined || typeof after !== 'object' || after === null || Array.isArray(after)) {
    return after === undefined ? null : after;
  }
  const facts = fieldOf(type, String(key));
  const inner = type.startsWith('{}') ? type.slice(2) : (facts?.t ?? '');
  const [old, current] = [(before as JsonObject | undefined)?.[key], after[key]];
  const index = edit.path[at + 1];
  const mergeKey = facts?.patchMergeKey;
  if (strategic && mergeKey !== undefined && typeof index === 'number' && Array.isArray(old)) {
    const element = old[index] as JsonObject | undefined;
    const name = element?.[mergeKey];
    const rest = { type: inner.slice(2), strategic, at: at + 2 };
    const changed = (current as Json[])[index];
    if (edit.path.length === at + 2 && edit.value === undefined) {
      return { [key]: [{ $patch: 'delete', [mergeKey]: name }] };
    }
    const part = partOf(element, changed, edit, rest);
    if (typeof part === 'object' && part !== null) return { [key]: [{ [mergeKey]: name, ...(part as JsonObject) }] };
  }
  const out: JsonObject = {};
  const own = edit.twice && edit.path.length === at + 1;
  const part = own ? (edit.value ?? null) : partOf(old, current, edit, { type: inner, strategic, at: at + 1 });
  Object.defineProperty(out, key, { value: part, enumerable: true, configurable: true, writable: true });
  return out;
}

export function createdWith(subject: Subject, edits: readonly Edit[]): (seen: Seen) => Body {
  return (seen) => {
    const created = seen.body(CREATE);
    // A server that refused the creation gets the manifest.
    return writeBody(applyEdits(created.kind === subject.object.kind ? created : subject.object, edits));
  };
}

export function pathOf(subject: Subject): string {
  return `${collectionPath(subject.resource)}/${nameOf(subject)}`;
}

function nameOf({ object }: Subject): string {
  return String(valueAt(object, ['metadata', 'name'] satisfies Path) ?? 'unnamed');
}
