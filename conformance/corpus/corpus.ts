/** Reads the manifests: realistic objects of every built-in kind, which any conformant server accepts. */
import { globSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseAllDocuments } from 'yaml';
import { type Resource, resources } from './resources.ts';

export interface Manifest {
  /** "core/pod/ticket-desk" */
  readonly name: string;
  readonly resource: Resource;
  /** As written: without a namespace. */
  readonly object: ManifestObject;
}

export interface ManifestObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata?: { readonly name: string; readonly namespace?: string };
  readonly [field: string]: unknown;
}

export function readCorpus(): readonly Manifest[] {
  return readManifestsIn('manifests', resources);
}

/** Those of a folder of the corpus, whose kinds are all among the given ones. */
export function readManifestsIn(folder: string, kinds: readonly Resource[]): readonly Manifest[] {
  const directory = fileURLToPath(new URL(folder, import.meta.url));
  const files = globSync('*/*.yaml', { cwd: directory }).toSorted();
  return files.flatMap((file) => readManifests(directory, file, kinds));
}

function readManifests(directory: string, file: string, kinds: readonly Resource[]): Manifest[] {
  return parseAllDocuments(readFileSync(join(directory, file), 'utf8')).map((document, index) => {
    const object = document.toJS() as ManifestObject;
    const resource = kinds.find(({ apiVersion, kind }) => apiVersion === object.apiVersion && kind === object.kind);
    if (resource === undefined)
      throw new Error(`${file} has an object of an unknown kind, ${object.apiVersion} ${object.kind}`);
    // Reviews have no names: those after the first have a number.
    const own = object.metadata?.name ?? (index > 0 ? `${index + 1}` : undefined);
    const name = [dirname(file), basename(file, '.yaml'), own].filter((part) => part !== undefined);
    return { name: name.join('/'), resource, object };
  });
}
