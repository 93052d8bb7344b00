/** The prose of OpenAPI documents and of `kubectl explain`: joined on first use, kept in a cache folder for later starts. */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type DescriptionTable, readDescriptions } from './description-source.ts';
import type { FactsTable } from './type-facts.ts';

export interface Descriptions {
  /** Names the source and its version, for cache keys: "client-node-2.0.1", or "none" without prose. */
  readonly version: string;
  /** Description of a type, by OpenAPI name. */
  type(typeName: string): string | undefined;
  /** Description of a field, by OpenAPI name of its type and JSON name. */
  field(typeName: string, field: string): string | undefined;
  /** Description of a parameter of a core API operation, for example "limit" of "listNamespacedConfigMap". */
  parameter(operation: string, parameter: string): string | undefined;
}

export interface DescriptionsOptions {
  readonly facts: FactsTable;
  /** Folder for the joined table (0.8 MB); made when missing. Unset, or not writable: joined anew by each process. */
  readonly cacheFolder?: string;
  /** Folder of the @kubernetes/client-node package; found through Node's module resolution when unset. */
  readonly packageFolder?: string;
}

const META = 'io.k8s.apimachinery.pkg.apis.meta.v1.';

/** Every kind has them; what stands at its field begins with words that tools look for. */
const metadataDescriptions: ReadonlyMap<string, string> = new Map([
  [
    `${META}ObjectMeta`,
    "Standard object's metadata: what names and labels the object, and what the server records of it.",
  ],
  [`${META}ListMeta`, 'Standard list metadata: the revision of the list, and where it continues.'],
]);

const EXTENSIONS = 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.';

/** Types that the source has no class for, nor tells of at the fields that have them. */
const ownDescriptions: ReadonlyMap<string, string> = new Map([
  [
    'io.k8s.apimachinery.pkg.api.resource.Quantity',
    'An exact amount: a decimal number with an optional suffix, which is a power of 1000 (n, u, m, k, M, G, T, P, E), a power of 1024 (Ki, Mi, Gi, Ti, Pi, Ei) or an exponent (e3, E3). It comes back in its canonical form: with the largest suffix that leaves no fraction.',
  ],
  [
    `${META}FieldsV1`,
    'A set of fields as a tree. Each key is one step: f: and the name of a field, k: and the keys of a list item, v: and the value of a list item, i: and the index of a list item. The key "." stands for the field itself beside those below it.',
  ],
  [`${META}Patch`, 'The body of a PATCH request; its form is the one that Content-Type names.'],
  [`${META}Time`, 'A moment, in the form of RFC 3339, to the second.'],
  [
    'io.k8s.apimachinery.pkg.runtime.RawExtension',
    'An object of any kind, kept as it came; apiVersion and kind inside it say of which.',
  ],
  [
    `${EXTENSIONS}CustomResourceSubresourceStatus`,
    'Serves the /status subresource of the custom resources: it alone writes .status, and requests for the resource itself leave .status as it is.',
  ],
  [`${EXTENSIONS}JSON`, 'Any JSON value.'],
  [`${EXTENSIONS}JSONSchemaPropsOrArray`, 'One schema, or a list of schemas.'],
  [`${EXTENSIONS}JSONSchemaPropsOrStringArray`, 'A schema, or a list of strings.'],
]);

/** Documents without prose. */
export const noDescriptions: Descriptions = {
  version: 'none',
  type: () => undefined,
  field: () => undefined,
  parameter: () => undefined,
};

/**
 * Finds the prose; the table itself is read by the first lookup (5 ms from the cache folder, else 50 ms).
 * Without the package there is no prose, and no error.
 */
export function loadDescriptions(options: DescriptionsOptions): Descriptions {
  const packageFolder = options.packageFolder ?? findPackage();
  const packageVersion = packageFolder === undefined ? undefined : readPackageVersion(packageFolder);
  if (packageFolder === undefined || packageVersion === undefined) return noDescriptions;

  // Documents are written rarely and kept as bytes; between them the table may be collected and read again.
  let held: WeakRef<DescriptionTable> | undefined;
  const lookup = (): DescriptionTable => {
    const table = held?.deref() ?? readTable(packageFolder, packageVersion, options);
    if (held?.deref() !== table) held = new WeakRef(table);
    return table;
  };
  return {
    version: `client-node-${packageVersion}`,
    type: (typeName) => lookup().types[typeName]?.[0] || ownDescriptions.get(typeName),
    field: (typeName, field) => own(lookup().types[typeName]?.[1], field),
    parameter: (operation, parameter) => own(lookup().parameters[operation], parameter),
  };
}

/** What stands at a field that the source does not describe, since its type is another object: the description of that type. */
export function describeReference(typeName: string, descriptions: Descriptions): string | undefined {
  const description = descriptions.type(typeName);
  return description === undefined ? undefined : (metadataDescriptions.get(typeName) ?? description);
}

function own(texts: Readonly<Record<string, string>> | undefined, key: string): string | undefined {
  return texts !== undefined && Object.hasOwn(texts, key) ? texts[key] : undefined;
}

function findPackage(): string | undefined {
  try {
    return fileURLToPath(new URL('..', import.meta.resolve('@kubernetes/client-node')));
  } catch {
    return undefined;
  }
}

function readPackageVersion(packageFolder: string): string | undefined {
  try {
    const manifest: unknown = JSON.parse(readFileSync(`${packageFolder}/package.json`, 'utf8'));
    if (typeof manifest !== 'object' || manifest === null || !('version' in manifest)) return undefined;
    return typeof manifest.version === 'string' ? manifest.version : undefined;
  } catch {
    return undefined;
  }
}

/** Part of the cache file's name: raise it when the same package is joined differently. */
const JOIN = 1;

const EMPTY: DescriptionTable = { types: {}, parameters: {} };

function readTable(packageFolder: string, packageVersion: string, options: DescriptionsOptions): DescriptionTable {
  const { cacheFolder, facts } = options;
  const cacheFile =
    cacheFolder === undefined
      ? undefined
      : `${cacheFolder}/descriptions-${facts.kubernetes}-${packageVersion}-${JOIN}.json`;
  const cached = cacheFile === undefined ? undefined : readCache(cacheFile);
  if (cached !== undefined) return cached;
  let table: DescriptionTable;
  try {
    table = readDescriptions(`${packageFolder}/dist/gen`, facts);
  } catch {
    return EMPTY;
  }
  if (cacheFolder !== undefined && cacheFile !== undefined) writeCache(cacheFolder, cacheFile, table);
  return table;
}

function readCache(file: string): DescriptionTable | undefined {
  try {
    const table: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return isTable(table) ? table : undefined;
  } catch {
    return undefined;
  }
}

function isTable(value: unknown): value is DescriptionTable {
  return typeof value === 'object' && value !== null && 'types' in value && 'parameters' in value;
}

function writeCache(folder: string, file: string, table: DescriptionTable): void {
  // A name of its own per process, then a rename: another server may be writing the same file.
  const temporary = `${file}.${process.pid}`;
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(temporary, JSON.stringify(table));
    renameSync(temporary, file);
  } catch {
    // The cache only saves time.
  }
}
