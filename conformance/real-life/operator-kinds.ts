/** Kinds that an operator brings: each definition, and the objects of its kind that lie in the package. */
import { existsSync, readFileSync } from 'node:fs';
import { parseAllDocuments } from 'yaml';
import { yamlFilesOf } from './fetch-package.ts';
import type { OperatorPackage } from './packages.ts';

export type Manifest = { [field: string]: unknown };

export interface OperatorKind {
  /** "cert-manager/issuers" */
  readonly name: string;
  readonly definition: Manifest;
  readonly group: string;
  readonly kind: string;
  readonly plural: string;
  readonly namespaced: boolean;
  readonly versions: readonly OperatorVersion[];
  readonly samples: readonly Sample[];
}

export interface OperatorVersion {
  readonly name: string;
  readonly served: boolean;
  readonly storage: boolean;
  readonly schema: Manifest;
  readonly subresources: Readonly<Record<string, unknown>>;
}

export interface Sample {
  /** Path in the package, and which of the file's documents. */
  readonly from: string;
  readonly object: Manifest;
}

/** Of one kind; the first ones of what is found, examples before everything else. */
const MAX_SAMPLES = 30;

export async function operatorKinds(its: OperatorPackage): Promise<OperatorKind[]> {
  const files = await yamlFilesOf(its);
  const own = ownSamples(its.operator).map((object, index) => ({ from: `own sample ${index}`, object }));
  const documents = [...files]
    .filter(([, text]) => text.includes('apiVersion:'))
    .flatMap(([file, text]) => documentsOf(text).map((object, index) => ({ from: `${file}#${index}`, object })));
  const samples = documents.toSorted((a, b) => rankOf(a) - rankOf(b) || (a.from < b.from ? -1 : 1));
  return [...files]
    .filter(([file]) => its.definitions.test(file))
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([, text]) => documentsOf(text))
    .filter(({ kind }) => kind === 'CustomResourceDefinition')
    .map((definition) => kindOf(its, definition, [...own, ...samples]));
}

/** Ours, for kinds of which packages hold no objects. */
function ownSamples(operator: string): Manifest[] {
  const file = new URL(`./samples/${operator}.yaml`, import.meta.url);
  return existsSync(file) ? documentsOf(readFileSync(file, 'utf8')) : [];
}

function kindOf({ operator }: OperatorPackage, definition: Manifest, samples: readonly Sample[]): OperatorKind {
  const { spec } = definition as unknown as { spec: DefinitionSpec };
  const { group, names, scope } = spec;
  const served = new Set(spec.versions.filter((one) => one.served).map((one) => `${group}/${one.name}`));
  const texts = new Set<string>();
  const own = samples.filter(({ object }) => {
    const text = JSON.stringify(object);
    if (object.kind !== names.kind || !served.has(String(object.apiVersion)) || texts.has(text)) return false;
    texts.add(text);
    return true;
  });
  return {
    name: `${operator}/${names.plural}`,
    definition,
    group,
    kind: names.kind,
    plural: names.plural,
    namespaced: scope === 'Namespaced',
    versions: spec.versions.map(({ name, served: isServed, storage, schema, subresources }) => ({
      name,
      served: isServed,
      storage,
      schema: schema?.openAPIV3Schema ?? {},
      subresources: subresources ?? {},
    })),
    samples: own.slice(0, MAX_SAMPLES),
  };
}

interface DefinitionSpec {
  readonly group: string;
  readonly scope: string;
  readonly names: { readonly kind: string; readonly plural: string };
  readonly versions: readonly {
    readonly name: string;
    readonly served: boolean;
    readonly storage: boolean;
    readonly schema?: { readonly openAPIV3Schema?: Manifest };
    readonly subresources?: Readonly<Record<string, unknown>>;
  }[];
}

function rankOf({ from }: Sample): number {
  return /example|sample/.test(from) ? 0 : 1;
}

/** What is no YAML (a template of it, say) is left out. */
function documentsOf(text: string): Manifest[] {
  return parseAllDocuments(text, { logLevel: 'silent' })
    .filter(({ errors }) => errors.length === 0)
    .map((document) => document.toJS() as unknown)
    .filter((value): value is Manifest => typeof value === 'object' && value !== null && !Array.isArray(value));
}
