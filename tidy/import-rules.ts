/** Which folder may import which: the order of ARCHITECTURE.md as data. */
import { type Finding, testSupport } from './bans.ts';
import type { SourceFile } from './source-file.ts';

export interface Area {
  /** The longest folder that a file lies in decides. */
  readonly folder: string;
  /** Folders (ending in a slash) and files, as regular expressions from the start of the path; its own is always allowed. */
  readonly mayImport: readonly RegExp[];
  /** Of these, only types may be imported. */
  readonly onlyTypesOf?: readonly RegExp[];
}

const typeFacts = /^openapi\/type-facts\.ts$/;
const seam = /^backends\/[a-z]+\/(interface|errors)\.ts$/;
const anything = /^/;

/** Tests, contracts and benches are not held to it: they may look up and sideways. */
export const areas: readonly Area[] = [
  { folder: 'openapi/', mayImport: [] },

  { folder: 'backends/storage/', mayImport: [typeFacts], onlyTypesOf: [typeFacts] },
  { folder: 'backends/storage/memory/', mayImport: [/^backends\/storage\/[^/]+\.ts$/] },
  { folder: 'backends/storage/postgres/', mayImport: [/^backends\/storage\/[^/]+\.ts$/] },
  // A PostgreSQL started for you, driven by the same code as any other.
  {
    folder: 'backends/storage/embedded/',
    mayImport: [/^backends\/storage\/[^/]+\.ts$/, /^backends\/storage\/postgres\//],
  },
  { folder: 'backends/scheduler/', mayImport: [typeFacts], onlyTypesOf: [typeFacts] },
  { folder: 'backends/runtime/', mayImport: [typeFacts], onlyTypesOf: [typeFacts] },

  { folder: 'server/apimachinery/', mayImport: [typeFacts], onlyTypesOf: [typeFacts] },
  { folder: 'server/apis/', mayImport: [/^server\/apimachinery\//, typeFacts], onlyTypesOf: [typeFacts] },
  { folder: 'server/apiserver/', mayImport: [/^server\/api(s|machinery)\//, /^openapi\//, seam] },
  { folder: 'server/client/', mayImport: [/^server\/apimachinery\//, typeFacts], onlyTypesOf: [typeFacts] },
  // A template's hash follows from how Go prints its type.
  {
    folder: 'server/controllers/',
    mayImport: [/^server\/(client|apis|apimachinery)\//, /^openapi\/pod-template-shape\.ts$/],
  },
  {
    folder: 'server/scheduler/',
    mayImport: [/^server\/(client|apis|apimachinery)\//, /^backends\/scheduler\/[a-z-]+\.ts$/, typeFacts],
    onlyTypesOf: [typeFacts],
  },
  {
    folder: 'server/kubelet/',
    mayImport: [/^server\/(client|apis|apimachinery)\//, /^backends\/runtime\/(interface|errors)\.ts$/],
  },
  {
    folder: 'server/service-proxy/',
    mayImport: [/^server\/(client|apimachinery)\//, /^backends\/runtime\/(interface|errors)\.ts$/],
  },
  { folder: 'server/metrics-server/', mayImport: [/^server\/(client|apimachinery)\//] },
  { folder: 'server/cluster-dns/', mayImport: [/^server\/(client|apimachinery)\//] },
  // For those who build on Portico: it could as well be theirs.
  { folder: 'server/extend/', mayImport: [/^server\/(client|apimachinery)\//] },
  { folder: 'server/cmd/', mayImport: [/^server\//, /^openapi\//, seam, /^backends\/[a-z]+\/[^/]+\.ts$/] },
  { folder: 'server/cmd/backends.ts', mayImport: [/^backends\//, /^server\/api(server|machinery)\//] },

  // Decisions are compared without a server around them.
  {
    folder: 'conformance/scheduling/',
    mayImport: [
      /^server\/(cmd|client|apimachinery|scheduler)\//,
      /^backends\/scheduler\/(interface|errors)\.ts$/,
      /^conformance\/[a-z-]+\.ts$/,
    ],
  },
  { folder: 'conformance/', mayImport: [/^server\/(cmd|client|apimachinery)\//, /^openapi\//] },
  { folder: 'bench/', mayImport: [/^server\//, /^backends\//, /^openapi\//, /^conformance\//] },
  { folder: 'examples/', mayImport: [/^server\/cmd\/library\.ts$/, seam] },
  { folder: 'tidy/', mayImport: [] },
  { folder: '', mayImport: [anything] },
];

export function areaOf(file: string): Area | undefined {
  const inside = areas.filter(({ folder }) => file.startsWith(folder));
  return inside.toSorted((a, b) => b.folder.length - a.folder.length)[0];
}

export function isHeldToTable({ path, isTest }: SourceFile): boolean {
  return !isTest && !testSupport.test(path);
}

export function importsAgainstTable(source: SourceFile): Finding[] {
  const area = areaOf(source.path);
  if (area === undefined || !isHeldToTable(source)) return [];
  return source.imports.flatMap(({ file, typeOnly, line }) => {
    if (file === undefined || (area.folder !== '' && file.startsWith(area.folder))) return [];
    const at = { file: source.path, line };
    if (!area.mayImport.some((allowed) => allowed.test(file))) {
      return [{ ...at, what: `${area.folder || 'the top level'} may not import ${file}` }];
    }
    if (!typeOnly && area.onlyTypesOf?.some((types) => types.test(file)) === true) {
      return [{ ...at, what: `${area.folder} may import only types of ${file}` }];
    }
    return [];
  });
}

/** Where a package may be imported; packages that are not named here may be imported anywhere in server/ and backends/. */
export const homesOfPackages: ReadonlyMap<string, RegExp> = new Map([
  ['pg', /^backends\/storage\/(postgres\/|contract\/|bench\.ts)/],
  ['koa', /^server\/apiserver\/((handler-chain|request-context)\.ts|(filters|handlers|routes|discovery)\/)/],
  ['@koa/router', /^server\/apiserver\/((handler-chain|request-context)\.ts|(filters|handlers|routes|discovery)\/)/],
  ['commander', /^(server\/cmd|conformance|bench)\//],
  ['@peculiar/x509', /^server\/cmd\//],
  ['reflect-metadata', /^server\/cmd\//],
  ['ava', /\.test\.ts$|\/contract\/|^conformance\//],
  ['fast-check', /\.test\.ts$|\/contract\/|^conformance\//],
  ['protobufjs', /\.test\.ts$/],
  ['rfc6902', /\.test\.ts$/],
  ['@kubernetes/client-node', /^(conformance|bench|examples)\/|\.test\.ts$/],
]);

export function packagesAwayFromHome(source: SourceFile): Finding[] {
  return source.imports.flatMap((each) => {
    const home = each.package === undefined ? undefined : homesOfPackages.get(each.package);
    // Types of client-node cost a running server nothing.
    const types = each.typeOnly && each.package === '@kubernetes/client-node';
    if (home === undefined || home.test(source.path) || types) return [];
    return [{ file: source.path, line: each.line, what: `${each.package} belongs to ${home.source}` }];
  });
}

/** Every circle of imports once, as `a → b → a`; types count too, since a circle of types is one tangle to a reader. */
export function importCircles(sources: readonly SourceFile[]): string[] {
  const importsOf = new Map(sources.map(({ path, imports }) => [path, imports.flatMap(({ file }) => file ?? [])]));
  const finished = new Set<string>();
  const circles: string[] = [];
  const visit = (file: string, way: readonly string[]): void => {
    const at = way.indexOf(file);
    if (at >= 0) circles.push([...way.slice(at), file].join(' → '));
    if (at >= 0 || finished.has(file)) return;
    for (const next of importsOf.get(file) ?? []) visit(next, [...way, file]);
    finished.add(file);
  };
  for (const file of importsOf.keys()) visit(file, []);
  return circles;
}
