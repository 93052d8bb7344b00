/** Cases made from a seed: random edits of the manifests of the corpus. */
import { type Manifest, readCorpus } from '../../corpus/corpus.ts';
import { collectionPath } from '../../corpus/resources.ts';
import { apply, type Case, get, post, type Step } from '../case.ts';
import { inNamespace } from '../cases/mutations.ts';
import { Chance } from './chance.ts';
import type { GeneratedCasesOptions } from './generated-cases-options.ts';
import { placesIn } from './places.ts';
import { kindCases } from './kind-cases.ts';
import { CREATE, OWNER, makeChange, makeCreation, type Subject } from './requests.ts';

/**
 * Two cases for each manifest, its creation and changes of the object that it makes, with a share of the requests that grows
 * with the number of its fields. A request depends on the seed, the case and its own number alone, so that any of them can
 * be made again.
 */
export function generatedCases(options: GeneratedCasesOptions): Case[] {
  return [...corpusCases(options), ...kindCases(options)];
}

function corpusCases({ seed, count, wanted }: GeneratedCasesOptions): Case[] {
  const themes = readCorpus()
    .filter(({ resource }) => resource.kind !== 'Binding')
    .flatMap(themesOf)
    .filter(({ name }) => wanted.test(name));
  const sum = themes.reduce((total, { subject }) => total + weightOf(subject), 0);
  return themes.map(({ name, subject, steps, make }) => ({
    name,
    steps,
    independent: Array.from({ length: Math.ceil((count * weightOf(subject)) / sum) }, (_, number) =>
      make(number, subject, new Chance(seed, name, number)),
    ),
    replay: ({ name: step }) => {
      const [number = ''] = step.split(' ');
      return `--seed ${seed} --count ${Number(number.slice(1)) + 1} --only '^${name}$' --steps '^${number} '`;
    },
  }));
}

interface Theme {
  readonly name: string;
  readonly subject: Subject;
  readonly steps: readonly Step[];
  readonly make: typeof makeCreation;
}

function themesOf({ name, resource, object }: Manifest): Theme[] {
  const subject = { resource, object: inNamespace(object) };
  const creation = { name: `generated creation: ${name}`, subject, steps: [], make: makeCreation };
  if (resource.createOnly) return [creation];
  const collection = collectionPath(resource);
  // Conditions come a moment after the object: changes start from what stays.
  const condition = awaited[resource.resource];
  const path = `${collection}/${object.metadata?.name}`;
  const steps = [
    post('create at first', collection, subject.object),
    ...(condition === undefined
      ? []
      : [get('settle', path, { until: (body) => JSON.stringify(body).includes(condition) })]),
    apply('apply by its owner', path, subject.object, { manager: OWNER, force: true }),
    get(CREATE, path),
  ];
  return [creation, { name: `generated change: ${name}`, subject, steps, make: makeChange }];
}

/** What a server itself says of new objects of these resources. */
const awaited: Readonly<Record<string, string>> = {
  customresourcedefinitions: '"type":"Established","status":"True"',
  flowschemas: '"type":"Dangling"',
  apiservices: '"type":"Available"',
};

function weightOf({ object }: Subject): number {
  return placesIn(object).length;
}
