/** Small objects for cases, and those of the corpus. */
import { type Manifest as CorpusManifest, readCorpus } from '../corpus/corpus.ts';
import type { Fields, Manifest } from './case.ts';

export function configMap(name: string, data: Fields = {}, metadata: Fields = {}): Manifest {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, ...metadata }, data };
}

export function secret(name: string, stringData: Fields = {}, more: Fields = {}): Manifest {
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name }, stringData, ...more };
}

/** No scheduler ever binds it. */
export function pod(name: string, metadata: Fields = {}, spec: Fields = {}): Manifest {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, ...metadata },
    spec: { schedulerName: 'nobody', containers: [{ name: 'main', image: 'registry.example.com/web:1' }], ...spec },
  };
}

export function deployment(name: string, spec: Fields = {}): Manifest {
  const labels = { app: name };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, labels },
    spec: {
      replicas: 0,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: { containers: [{ name: 'main', image: 'registry.example.com/web:1' }] },
      },
      ...spec,
    },
  };
}

export function service(name: string, spec: Fields = {}): Manifest {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name },
    spec: { selector: { app: name }, ports: [{ port: 80 }], ...spec },
  };
}

export interface CorpusObject {
  /** As in the corpus: "core/pod/ticket-desk". */
  readonly name: string;
  /** As kubectl names it: "pod/ticket-desk", "deployment.apps/lobby". */
  readonly reference: string;
  readonly manifest: Manifest;
}

/** A server starts with some of them, or their names mean something: only one can be there at a time. */
const NAMES_WITH_A_MEANING = new Set([
  'apiservices',
  'csinodes',
  'customresourcedefinitions',
  'ipaddresses',
  'namespaces',
  'servicecidrs',
]);
/** While they exist they act on requests of everybody on a shared server. */
const ACTIVE = /^admissionregistration\/|^flowcontrol\//;

/** Objects of the corpus that can be made next to those of other users of the server; names without a namespace get "{ns}". */
export const corpusObjects: readonly CorpusObject[] = readCorpus().filter(fitsAnywhere).map(toCorpusObject);

function fitsAnywhere({ name, resource, object }: CorpusManifest): boolean {
  const ownNamespace = resource.namespaced && object.metadata?.namespace !== undefined;
  return !(resource.createOnly || ownNamespace || NAMES_WITH_A_MEANING.has(resource.resource) || ACTIVE.test(name));
}

function toCorpusObject({ name, resource, object }: CorpusManifest): CorpusObject {
  const own = object.metadata?.name ?? '';
  const unique = resource.namespaced ? own : `${own}-{ns}`;
  const group = resource.apiVersion.split('/').slice(0, -1)[0];
  const type = resource.kind.toLowerCase() + (group === undefined ? '' : `.${group}`);
  return {
    name,
    reference: `${type}/${unique}`,
    manifest: { ...object, metadata: { ...object.metadata, name: unique } },
  };
}

/** `name` as in the corpus: "core/pod/ticket-desk". */
export function fromCorpus(name: string): Manifest {
  const found = readCorpus().find((manifest) => manifest.name === name);
  if (found === undefined) throw new Error(`the corpus has no ${name}`);
  return found.object;
}
