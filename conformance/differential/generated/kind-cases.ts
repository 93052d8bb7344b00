/** Cases made from a seed: definitions made up and spoilt, and objects of the kinds that they define. */
import { collectionPath, type Resource } from '../../corpus/resources.ts';
import { apply, APPLY, type Case, get, type Json, type JsonObject, patch as patchStep, post, TABLE } from '../case.ts';
import { Chance } from './chance.ts';
import { addCustomKind } from './custom-types.ts';
import { type MadeDefinition, type MadeVersion, makeDefinition } from './definitions.ts';
import { applyEdits, chooseEdit, type Edit, writeBody } from './edits.ts';
import type { GeneratedCasesOptions } from './generated-cases-options.ts';
import { inAnyOrder } from './in-any-order.ts';
import { placesIn, valueAt } from './places.ts';
import {
  CREATE,
  createdWith,
  makeChange,
  makeCreation,
  makeStep,
  type Maker,
  OWNER,
  pathOf,
  type Subject,
  type Way,
} from './requests.ts';
import { spoil } from './spoilt-schemas.ts';
import { tighten } from './tightened-schemas.ts';

/** Requests of one case. */
const SHARE = 100;
const DEFINITION = 'definition';

const definitionResource: Resource = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  resource: 'customresourcedefinitions',
  namespaced: false,
  subresources: ['status'],
  createOnly: false,
};
const definitions = collectionPath(definitionResource);

/** As many cases as hold `count` requests: of five requests one writes a definition. */
export function kindCases({ seed, count, wanted }: GeneratedCasesOptions): Case[] {
  const indexes = Array.from({ length: Math.ceil(count / SHARE) }, (_, index) => index);
  return indexes
    .map((index) => ({ index, name: `generated kind: ${index}` }))
    .filter(({ name }) => wanted.test(name))
    .map(({ index, name }) => kindCase(seed, name, index));
}

function kindCase(seed: number, name: string, index: number): Case {
  const chance = new Chance(seed, name);
  const id = lettersOf(index);
  const made = makeDefinition(chance, id, { faulty: false });
  for (const { name: version, form } of made.versions)
    addCustomKind(`${made.group}/${version}`, made.kind, form.schema);
  const [version] = made.versions;
  if (version === undefined) throw new Error('a definition without versions');
  const subject = { resource: resourceOf(made, version), object: objectOf(made, version, chance) };
  return {
    name,
    steps: stepsOf(made, subject, chance),
    independent: Array.from({ length: SHARE }, (_, number) => {
      const own = new Chance(seed, name, number);
      const step = own.is(0.2) ? definitionStep(number, made, own) : objectStep(number, made, subject, own);
      return { ...step, compared: inAnyOrder };
    }),
    attempts: 3,
    replay: ({ name: step }) => {
      const [number = ''] = step.split(' ');
      return `--seed ${seed} --count ${(index + 1) * SHARE} --only '^${name}$' --steps '^${number} '`;
    },
  };
}

function stepsOf(made: MadeDefinition, subject: Subject, chance: Chance): Case['steps'] {
  const name = String((made.definition.metadata as JsonObject).name);
  const path = `${definitions}/${name}`;
  const collection = collectionPath(subject.resource);
  const whereDefined = (there: string) => (seen: Parameters<Exclude<Case['steps'][number]['path'], string>>[0]) =>
    seen.body('define').kind === 'Status' ? '/version' : there;
  const narrowed: Case['steps'] = chance.is(0.5)
    ? [
        patchStep('json', 'narrow', path, tighten(chance, made.definition), { compared: inAnyOrder }),
        get('narrowed', (seen) => (seen.body('narrow').kind === 'Status' ? '/version' : pathOf(subject)), {
          until: (body, status) => status !== 200 || /"marked"|"gitVersion"/.test(JSON.stringify(body)),
        }),
      ]
    : [];
  return [
    post('define', definitions, made.definition, { compared: inAnyOrder }),
    get('established', path, { until: (body, status) => status !== 200 || isEstablished(body) }),
    get('served', whereDefined(collection), { until: (_, status) => status === 200 }),
    post('create at first', collection, subject.object, { compared: inAnyOrder }),
    apply('apply by its owner', pathOf(subject), subject.object, { manager: OWNER, force: true, compared: inAnyOrder }),
    ...narrowed,
    get(DEFINITION, path),
    get(CREATE, pathOf(subject)),
    get('table', whereDefined(collection), { accept: TABLE }),
    get('document', whereDefined(`/openapi/v3/apis/${subject.resource.apiVersion}`), {
      until: (_, status) => status === 200,
    }),
  ];
}

const objectWays: readonly (readonly [weight: number, make: typeof makeCreation])[] = [
  [4, makeCreation],
  [5, makeChange],
];

function objectStep(number: number, made: MadeDefinition, subject: Subject, chance: Chance) {
  const version = chance.pick(made.versions) ?? made.versions[0];
  if (version === undefined) throw new Error('a definition without versions');
  const own = chance.is(0.3)
    ? { resource: resourceOf(made, version), object: objectOf(made, version, chance) }
    : { ...subject, object: objectOf(made, made.versions[0] ?? version, chance) };
  if (chance.is(0.5)) return chance.weighted(objectWays)(number, own, chance);
  const ways = resampling.filter(({ fits }) => fits?.(own) ?? true);
  return makeStep(number, chance.weighted(ways.map((way) => [way.weight, way])), own, chance);
}

/** The subject has values of its schema, which need not be those that are there. */
const resampling: readonly Way[] = [
  { name: 'create sample', weight: 4, make: createSample },
  { name: 'update with sample', weight: 4, make: updateWithSample },
  { name: 'merge sample', weight: 3, make: mergeSample },
  { name: 'apply sample', weight: 4, make: applySample },
  {
    name: 'status sample',
    weight: 3,
    make: statusSample,
    fits: ({ resource }) => resource.subresources.includes('status'),
  },
];

function createSample({ resource, object }: Subject): ReturnType<Maker> {
  return { edits: [], method: 'POST', path: collectionPath(resource), body: object };
}

function updateWithSample(subject: Subject, chance: Chance): ReturnType<Maker> {
  const edits = partsOf(subject.object, chance);
  return { edits, method: 'PUT', path: pathOf(subject), body: createdWith(subject, edits) };
}

function mergeSample(subject: Subject, chance: Chance): ReturnType<Maker> {
  const [edit] = partsOf(subject.object, chance);
  const edits = edit === undefined ? [] : [edit];
  const body = edits.reduce<Json>((_, { path, value }) => wrapped(path, value ?? null), {});
  return { edits, method: 'PATCH', path: pathOf(subject), contentType: 'application/merge-patch+json', body };
}

function applySample(subject: Subject, chance: Chance): ReturnType<Maker> {
  const manager = chance.pick([OWNER, 'generated']);
  const path = `${pathOf(subject)}?fieldManager=${manager}${chance.is(0.7) ? '&force=true' : ''}`;
  return { edits: [], method: 'PATCH', path, contentType: APPLY, body: subject.object };
}

function statusSample(subject: Subject, chance: Chance): ReturnType<Maker> {
  const edits: Edit[] = [{ path: ['status'], value: subject.object.status ?? null }];
  if (chance.is(0.3)) edits.push(chooseEdit(chance, applyEdits(subject.object, edits), ['status']));
  const path = `${pathOf(subject)}/status`;
  if (chance.is(0.5)) return { edits, method: 'PUT', path, body: createdWith(subject, edits) };
  const { status } = applyEdits(subject.object, edits);
  return { edits, method: 'PATCH', path, contentType: 'application/merge-patch+json', body: writeBody({ status }) };
}

/** One or two of the values of the sample, to stand where they stand in it. */
function partsOf(object: JsonObject, chance: Chance): Edit[] {
  const places = placesIn(object).filter(({ path: [first] }) => first === 'spec' || first === 'status');
  return Array.from({ length: chance.pick([1, 1, 2] as const) }, () => chance.pick(places)).flatMap((place) =>
    place === undefined ? [] : [{ path: place.path, value: valueAt(object, place.path) ?? null }],
  );
}

/** Lists are replaced whole. */
function wrapped(path: Edit['path'], value: Json): Json {
  const [first, ...rest] = path;
  if (first === undefined) return value;
  return typeof first === 'number' ? [wrapped(rest, value)] : { [first]: wrapped(rest, value) };
}

function definitionStep(number: number, made: MadeDefinition, chance: Chance) {
  const isChange = chance.is(0.4);
  const { definition } = isChange ? made : makeDefinition(chance, `x${lettersOf(number)}`, { faulty: true });
  const subject = { resource: definitionResource, object: definition };
  const ways = isChange ? definitionChanges : definitionCreations;
  return makeStep(number, chance.weighted(ways.map((way) => [way.weight, way])), subject, chance);
}

const definitionCreations: readonly Way[] = [{ name: 'define', weight: 1, make: createDefinition }];
const definitionChanges: readonly Way[] = [
  { name: 'redefine', weight: 3, make: updateDefinition },
  { name: 'apply definition', weight: 1, make: applyDefinition },
];

function createDefinition({ object }: Subject, chance: Chance): ReturnType<Maker> {
  const edits = spoilt(object, chance, chance.pick([0, 1, 1, 1, 2] as const));
  return { edits, method: 'POST', path: definitions, body: writeBody(applyEdits(object, edits)) };
}

function updateDefinition(subject: Subject, chance: Chance): ReturnType<Maker> {
  const edits = spoilt(subject.object, chance, 1);
  return {
    edits,
    method: 'PUT',
    path: pathOf(subject),
    body: (seen) => {
      const there = seen.body(DEFINITION);
      return writeBody(applyEdits(there.kind === 'Status' ? subject.object : there, edits));
    },
  };
}

function applyDefinition(subject: Subject, chance: Chance): ReturnType<Maker> {
  const edits = spoilt(subject.object, chance, 1);
  const path = `${pathOf(subject)}?fieldManager=generated&force=true`;
  return { edits, method: 'PATCH', path, contentType: APPLY, body: writeBody(applyEdits(subject.object, edits)) };
}

function spoilt(object: JsonObject, chance: Chance, count: number): Edit[] {
  const edits: Edit[] = [];
  for (let more = count; more > 0; more--) {
    const now = applyEdits(object, edits);
    edits.push(...(chance.is(0.7) ? spoil(chance, now) : [chooseEdit(chance, now)]));
  }
  return edits;
}

function objectOf({ group, kind }: MadeDefinition, { name, form }: MadeVersion, chance: Chance): JsonObject {
  const made = form.sample(chance) as JsonObject;
  return { apiVersion: `${group}/${name}`, kind, metadata: { name: 'subject', namespace: '{ns}' }, ...made };
}

function resourceOf({ group, kind, plural }: MadeDefinition, { name, subresources }: MadeVersion): Resource {
  return { apiVersion: `${group}/${name}`, kind, resource: plural, namespaced: true, subresources, createOnly: false };
}

/** 0 is "a", 26 "ba". */
function lettersOf(index: number): string {
  return index.toString(26).replace(/./g, (digit) => String.fromCharCode(97 + Number.parseInt(digit, 26)));
}

function isEstablished(body: Json): boolean {
  const { status } = body as { readonly status?: { readonly conditions?: readonly JsonObject[] } };
  return (status?.conditions ?? []).some(({ type, status: its }) => type === 'Established' && its === 'True');
}
