/** Cases of widely used operators: their definitions are installed, and the objects that come with them are created and edited at random. */
import { operatorKinds, type OperatorKind, type OperatorVersion } from '../../real-life/operator-kinds.ts';
import { packages } from '../../real-life/packages.ts';
import { collectionPath, type Resource } from '../../corpus/resources.ts';
import { apply, type Case, get, type Json, type JsonObject, post, type Step, TABLE } from '../case.ts';
import { inNamespace } from '../cases/mutations.ts';
import { Chance } from './chance.ts';
import { addCustomKind } from './custom-types.ts';
import type { GeneratedCasesOptions } from './generated-cases-options.ts';
import { inAnyOrder } from './in-any-order.ts';
import { placesIn } from './places.ts';
import { CREATE, makeChange, makeCreation, OWNER, type Subject } from './requests.ts';
import { sampleStruct } from './samples.ts';

const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
/** Objects with more places than this get no more requests than those that have as many. */
const MAX_WEIGHT = 120;

/** @throws Error where a package cannot be fetched */
export async function operatorCases({ seed, count, wanted }: GeneratedCasesOptions): Promise<Case[]> {
  const kinds = (await Promise.all(packages.map(operatorKinds))).flat();
  const themes = kinds.map(newTheme).filter(({ name }) => wanted.test(name));
  const sum = themes.reduce((total, { subject }) => total + weightOf(subject), 0);
  return themes.map((theme) => {
    const share = count === 0 ? 0 : Math.ceil((count * weightOf(theme.subject)) / sum);
    const made = Array.from({ length: share }, (_, number) => {
      const chance = new Chance(seed, theme.name, number);
      return (number % 3 === 0 ? makeCreation : makeChange)(number, theme.subject, chance);
    });
    return {
      name: theme.name,
      steps: theme.steps.map(inOneOrder),
      independent: [...theme.samples, ...made].map(inOneOrder),
      replay: ({ name: step }) => {
        const [number = ''] = step.split(' ');
        // A request follows from its number: enough of them, of which one is left.
        return `--operators --seed ${seed} --count 99999 --only '^${theme.name}$' --steps '^${number} '`;
      },
    };
  });
}

/** What upstream finds wrong with a custom resource comes in the random order of Go's maps. */
function inOneOrder(step: Step): Step {
  return { ...step, compared: inAnyOrder };
}

interface Theme {
  readonly name: string;
  readonly subject: Subject;
  readonly steps: readonly Step[];
  readonly samples: readonly Step[];
}

function newTheme(its: OperatorKind): Theme {
  for (const version of its.versions) {
    addCustomKind(`${its.group}/${version.name}`, its.kind, version.schema as JsonObject);
  }
  const name = `operator: ${its.name}.${its.group}`;
  const subject = subjectOf(its, name);
  const { resource, object } = subject;
  const definition = `${definitions}/${its.plural}.${its.group}`;
  const collection = collectionPath(resource);
  const path = `${collection}/${object.metadata === undefined ? '' : String((object.metadata as JsonObject).name)}`;
  return {
    name,
    subject,
    steps: [
      post('definition', definitions, its.definition as JsonObject),
      get('established', definition, { until: isEstablished }),
      get('served', collection, { until: (_, status) => status === 200 }),
      get('discovery', `/apis/${resource.apiVersion}`),
      post('create at first', `${collection}?fieldValidation=Warn`, object),
      apply('apply by its owner', path, object, { manager: OWNER, force: true }),
      get(CREATE, path),
      get('table', collection, { accept: TABLE }),
    ],
    samples: its.samples.map(({ from, object: sample }) => {
      const own = prepared(sample as JsonObject, its);
      const version = versionOf(its, String(own.apiVersion));
      const at = collectionPath(resourceOf(its, version));
      return post(`sample ${from}`, `${at}?dryRun=All&fieldValidation=Strict`, own);
    }),
  };
}

/** The first object that came with the kind, or one made up from its schema. */
function subjectOf(its: OperatorKind, seed: string): Subject {
  const [sample] = its.samples;
  const version = versionOf(its, String(sample?.object.apiVersion));
  const resource = resourceOf(its, version);
  const object = sample === undefined ? madeUp(resource, seed) : prepared(sample.object as JsonObject, its);
  return { resource, object };
}

function madeUp({ apiVersion, kind }: Resource, seed: string): JsonObject {
  const made = sampleStruct(new Chance(seed), `#${apiVersion}/${kind}`, 0, 1);
  return { ...made, apiVersion, kind, metadata: { name: 'made-up' } };
}

/** In the namespace of the run, under a name that every kind allows, without what servers write. */
function prepared(object: JsonObject, { namespaced }: OperatorKind): JsonObject {
  const { name, labels, annotations } = (object.metadata ?? {}) as JsonObject;
  const metadata = { name: name ?? 'sample', labels, annotations };
  return inNamespace({ ...object, metadata: { ...metadata, ...(namespaced ? { namespace: '{ns}' } : {}) } });
}

function resourceOf(its: OperatorKind, { name, subresources }: OperatorVersion): Resource {
  return {
    apiVersion: `${its.group}/${name}`,
    kind: its.kind,
    resource: its.plural,
    namespaced: its.namespaced,
    subresources: (['status', 'scale'] as const).filter((one) => Object.hasOwn(subresources, one)),
    createOnly: false,
  };
}

function versionOf({ group, versions }: OperatorKind, apiVersion: string): OperatorVersion {
  const named = versions.find(({ name }) => `${group}/${name}` === apiVersion);
  const version = named ?? versions.find(({ storage }) => storage) ?? versions[0];
  if (version === undefined) throw new Error(`${group}: a definition without versions`);
  return version;
}

function isEstablished(body: Json): boolean {
  const { status } = body as { readonly status?: { readonly conditions?: readonly JsonObject[] } };
  return (status?.conditions ?? []).some(({ type, status: its }) => type === 'Established' && its === 'True');
}

function weightOf({ object }: Subject): number {
  return Math.min(placesIn(object).length, MAX_WEIGHT);
}
