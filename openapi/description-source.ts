/**
 * Joins prose to the facts: reads the doc comments of the @kubernetes/client-node package as text (importing the package
 * costs more than a second) and maps its class, property and parameter names back to OpenAPI's.
 */
import { readdirSync, readFileSync } from 'node:fs';
import type { FactsTable } from './type-facts.ts';

/** Prose found in the package; what it does not describe is absent. */
export interface DescriptionTable {
  /** By OpenAPI type name: the type's own description ('' when unknown) and those of its fields. */
  readonly types: Readonly<Record<string, readonly [string, Readonly<Record<string, string>>]>>;
  /** By operation of the core API ("listNamespacedConfigMap"): the descriptions of its parameters. */
  readonly parameters: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** Operations whose parameters cover every query and path parameter that served operations take. */
const PARAMETER_OPERATIONS = [
  'listNamespacedConfigMap',
  'createNamespacedConfigMap',
  'patchNamespacedConfigMap',
  'deleteNamespacedConfigMap',
  'readNamespacedPodLog',
  'connectGetNamespacedPodAttach',
  'connectGetNamespacedPodExec',
  'connectGetNamespacedPodPortforward',
  'connectGetNamespacedPodProxyWithPath',
  'connectGetNamespacedServiceProxy',
  'connectGetNodeProxy',
];

/**
 * Reads the package's generated sources.
 * @param folder the package's `dist/gen` folder
 * @throws what the file system throws when the folder is not there
 */
export function readDescriptions(folder: string, facts: FactsTable): DescriptionTable {
  const classes = new Set(
    readdirSync(`${folder}/models`)
      .filter((file) => file.endsWith('.d.ts'))
      .map((file) => file.slice(0, -'.d.ts'.length)),
  );
  const types: Record<string, readonly [string, Record<string, string>]> = emptyRecord();
  for (const [name, type] of Object.entries(facts.types)) {
    const className = classNames(name).find((candidate) => classes.has(candidate));
    if (className === undefined) continue;
    const source = readFileSync(`${folder}/models/${className}.d.ts`, 'utf8');
    const found = describeClass(source, Object.keys(type.fields ?? {}));
    if (found !== undefined) types[name] = found;
  }
  describeSpecialTypes(types, facts);
  return { types, parameters: describeParameters(readFileSync(`${folder}/apis/CoreV1Api.d.ts`, 'utf8')) };
}

/** Types such as IntOrString have no class; the generator wrote their description at the fields that have the type. */
function describeSpecialTypes(
  types: Record<string, readonly [string, Record<string, string>]>,
  facts: FactsTable,
): void {
  const seen = new Set<string>();
  for (const [name, [, fields]] of Object.entries(types)) {
    for (const [field, text] of Object.entries(fields)) {
      const special = facts.types[name]?.fields?.[field]?.t.replace(/^#/, '') ?? '';
      const goName = facts.types[special]?.special === undefined ? undefined : facts.types[special].go;
      if (goName === undefined || !text.startsWith(`${goName} `)) continue;
      if (seen.has(text)) types[special] = [text, {}];
      seen.add(text);
    }
  }
}

/** "io.k8s.api.core.v1.Event" is class CoreV1Event where the short name V1Event would be ambiguous. */
function classNames(typeName: string): string[] {
  const [group = '', version = '', kind = ''] = typeName.split('.').slice(-3);
  return [capitalize(group) + capitalize(version) + kind, capitalize(version) + kind];
}

function capitalize(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

const CLASS_COMMENT = /\/\*\*\n\* (.*)\n\*\/\nexport declare class /;
const PROPERTY = /(?:\/\*\*\n {4}\* (.*)\n {4}\*\/\n {4})?'(\w+)'\??:/g;

function describeClass(source: string, fields: readonly string[]): [string, Record<string, string>] | undefined {
  const byFolded = new Map(fields.map((field) => [fold(field), field]));
  const described: Record<string, string> = emptyRecord();
  for (const [, comment, property = ''] of source.matchAll(PROPERTY)) {
    const field = byFolded.get(fold(property));
    // A property that the Go type lacks: another type of the same short name.
    if (field === undefined) return undefined;
    if (comment !== undefined) described[field] = restore(comment);
  }
  const comment = CLASS_COMMENT.exec(source)?.[1];
  return [comment === undefined ? '' : restore(comment), described];
}

/** The generator turns "$ref", "default" and "x-kubernetes-map-type" into identifiers; only letters and digits survive. */
function fold(name: string): string {
  return name.replaceAll(/[^A-Za-z0-9]/g, '').toLowerCase();
}

function describeParameters(source: string): Record<string, Record<string, string>> {
  const parameters: Record<string, Record<string, string>> = emptyRecord();
  for (const operation of PARAMETER_OPERATIONS) {
    const end = source.indexOf(` ${operation}(`);
    if (end < 0) continue;
    const comment = source.slice(source.lastIndexOf('/**', end), end);
    const described: Record<string, string> = emptyRecord();
    for (const [, name = '', text = ''] of comment.matchAll(/\* @param (\w+) (.*)/g))
      described[name] = restore(decodeEntities(text));
    parameters[operation] = described;
  }
  return parameters;
}

/** Comments of operations, unlike those of models, are written with HTML entities. */
function decodeEntities(comment: string): string {
  return comment.replaceAll(
    /&(?:#x([0-9a-f]+)|#(\d+)|(quot|lt|gt|amp));/gi,
    (_, hex?: string, decimal?: string, name?: string) => {
      if (name !== undefined) return ENTITIES[name] ?? '';
      return String.fromCodePoint(hex === undefined ? Number(decimal) : Number.parseInt(hex, 16));
    },
  );
}

const ENTITIES: Readonly<Record<string, string>> = { quot: '"', lt: '<', gt: '>', amp: '&' };

/** Undoes the generator's escaping; it also wrote each line break as a blank, so a paragraph break is two of them. */
function restore(comment: string): string {
  return comment
    .replaceAll('*_/', '*/')
    .replaceAll('/_*', '/*')
    .replaceAll(/\\(.)/g, '$1')
    .replaceAll(/(?<=[.:,;!?)]) {2}(?=\S)/g, '\n\n');
}

/** Without a prototype: names of fields must not meet those of Object. */
function emptyRecord<T>(): Record<string, T> {
  return Object.create(null) as Record<string, T>;
}
