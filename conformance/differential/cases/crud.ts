/** Every manifest of the corpus through its whole life; the first of each kind through every verb and representation. */
import { type Manifest, readCorpus } from '../../corpus/corpus.ts';
import { readOffByDefault } from '../../corpus/off-by-default.ts';
import { collectionPath } from '../../corpus/resources.ts';
import {
  type Case,
  get,
  type JsonObject,
  PARTIAL,
  PARTIAL_LIST,
  PROTOBUF,
  patch,
  post,
  put,
  remove,
  type Step,
  TABLE,
  YAML,
} from '../case.ts';

const manifests = [...readCorpus(), ...readOffByDefault()];

/**
 * Kinds on which the server itself works behind the client's back (names accepted, availability, dangling references): they
 * are created as a dry run only.
 */
const WATCHED_BY_THE_SERVER = ['CustomResourceDefinition', 'APIService', 'FlowSchema', 'PriorityLevelConfiguration'];
/** Needs a pod to bind: see pods.ts. */
const ELSEWHERE = ['Binding'];

/** A write of the status ignores the spec and, for most kinds, takes the metadata. */
const labelledSpecAndStatus = {
  metadata: { labels: { 'differential/through-status': 'yes' } },
  status: { unheardOf: true },
};

export const crudCases: readonly Case[] = manifests
  .filter(({ resource }) => !ELSEWHERE.includes(resource.kind))
  .map(lifeOf);

function lifeOf(manifest: Manifest): Case {
  const { resource } = manifest;
  const name = `crud: ${manifest.name}`;
  if (resource.createOnly) return { name, steps: reviewSteps(manifest) };
  if (WATCHED_BY_THE_SERVER.includes(resource.kind)) return { name, steps: dryRunSteps(manifest) };
  const isFirst = manifests.find((other) => other.resource === resource) === manifest;
  return { name, steps: isFirst ? wholeLife(manifest) : shortLife(manifest) };
}

function reviewSteps({ resource, object }: Manifest): Step[] {
  const collection = collectionPath(resource);
  return [
    post('create', collection, bodyOf(object)),
    post('create as YAML', collection, bodyOf(object), { accept: YAML }),
    post('create as table', collection, bodyOf(object), { accept: TABLE }),
    get('get', `${collection}/any`),
    get('list', collection),
    remove('delete', `${collection}/any`),
  ];
}

function dryRunSteps({ resource, object }: Manifest): Step[] {
  const collection = collectionPath(resource);
  return [
    post('create', `${collection}?dryRun=All`, bodyOf(object)),
    post('create as table', `${collection}?dryRun=All`, bodyOf(object), { accept: TABLE }),
    get('get', `${collection}/${nameOf(object)}`),
  ];
}

function shortLife({ resource, object }: Manifest): Step[] {
  const collection = collectionPath(resource);
  const path = `${collection}/${nameOf(object)}`;
  return [
    post('create', collection, bodyOf(object)),
    get('get', path),
    get('get as table', path, { accept: TABLE }),
    get('get as protobuf', path, { accept: PROTOBUF }),
    patch('merge', 'merge patch', path, { metadata: { labels: { 'differential/patched': 'yes' } } }),
    put('update', path, (seen) => seen.body('merge patch')),
    ...readAndWritten(path),
    remove('delete', path),
    get('get deleted', path),
  ];
}

/** What was read goes back as it came: nothing changes, not even the revision. */
function readAndWritten(path: string): Step[] {
  return ['protobuf', 'YAML'].flatMap((form) => {
    const contentType = form === 'YAML' ? YAML : PROTOBUF;
    return [
      get(`get for ${form}`, path, { accept: contentType }),
      put(`update with the ${form} that was read`, path, (seen) => seen.bytes(`get for ${form}`), {
        contentType,
        accept: contentType,
      }),
    ];
  });
}

function wholeLife({ resource, object }: Manifest): Step[] {
  const collection = collectionPath(resource);
  const path = `${collection}/${nameOf(object)}`;
  const only = `${collection}?fieldSelector=metadata.name%3D${nameOf(object)}`;
  const label = (value: string | null) => ({ metadata: { labels: { 'differential/patched': value } } });
  return [
    post('create as dry run', `${collection}?dryRun=All`, bodyOf(object)),
    get('get before creation', path),
    post('create', collection, bodyOf(object)),
    post('create again', collection, bodyOf(object)),
    get('get', path),
    get('get as table', path, { accept: TABLE }),
    get('get as metadata', path, { accept: PARTIAL }),
    get('get as YAML', path, { accept: YAML }),
    get('get as protobuf', path, { accept: PROTOBUF }),
    get('list', only),
    get('list as protobuf', only, { accept: PROTOBUF }),
    get('list as table', only, { accept: TABLE }),
    get('list as table with objects', `${only}&includeObject=Object`, { accept: TABLE }),
    get('list as metadata', only, { accept: PARTIAL_LIST }),
    patch('merge', 'merge patch', path, label('merge')),
    patch('merge', 'merge patch without change', path, label('merge')),
    patch('strategic', 'strategic merge patch', path, {
      metadata: { annotations: { 'differential/patched': 'strategic' } },
    }),
    patch('json', 'JSON patch', path, [
      { op: 'replace', path: '/metadata/labels/differential~1patched', value: 'json' },
    ]),
    patch('merge', 'merge patch as dry run', `${path}?dryRun=All`, label(null)),
    put('update without change', path, (seen) => seen.body('JSON patch')),
    put('update', path, (seen) => withAnnotation(seen.body('update without change'), 'updated')),
    ...readAndWritten(path),
    put('update from a stale object', path, (seen) => withAnnotation(seen.body('get'), 'stale')),
    put('update without a resourceVersion', path, (seen) => withoutResourceVersion(seen.body('update'))),
    put('update under another name', path, (seen) => renamed(seen.body('update'))),
    ...resource.subresources.flatMap((subresource) => subresourceSteps(`${path}/${subresource}`, subresource)),
    remove('delete as dry run', `${path}?dryRun=All`),
    remove('delete with a wrong uid', path, {
      apiVersion: 'v1',
      kind: 'DeleteOptions',
      preconditions: { uid: '11111111-2222-3333-4444-555555555555' },
    }),
    remove('delete', path),
    remove('delete again', path),
    get('get deleted', path),
  ];
}

function subresourceSteps(path: string, subresource: 'status' | 'scale'): Step[] {
  return [
    get(`get ${subresource}`, path),
    get(`get ${subresource} as table`, path, { accept: TABLE }),
    patch(
      'merge',
      `patch ${subresource}`,
      path,
      subresource === 'scale' ? { spec: { replicas: 2 } } : labelledSpecAndStatus,
    ),
    put(`update ${subresource}`, path, (seen) => seen.body(`patch ${subresource}`)),
    put(`update ${subresource} from a stale object`, path, (seen) => seen.body(`get ${subresource}`)),
  ];
}

function bodyOf(object: Manifest['object']): JsonObject {
  const body = JSON.parse(JSON.stringify(object)) as JsonObject & { metadata?: JsonObject };
  if (body.metadata?.namespace !== undefined) body.metadata.namespace = '{ns}';
  return replaceDefaultNamespace(body);
}

/** The manifests speak of each other in the namespace default. */
function replaceDefaultNamespace(body: JsonObject): JsonObject {
  return JSON.parse(JSON.stringify(body).replaceAll('"namespace":"default"', '"namespace":"{ns}"')) as JsonObject;
}

function nameOf(object: Manifest['object']): string {
  return object.metadata?.name ?? '';
}

function withAnnotation(object: JsonObject, value: string): JsonObject {
  const metadata = object.metadata as JsonObject;
  return {
    ...object,
    metadata: { ...metadata, annotations: { ...(metadata.annotations as JsonObject), 'differential/update': value } },
  };
}

function withoutResourceVersion(object: JsonObject): JsonObject {
  return { ...object, metadata: { ...(object.metadata as JsonObject), resourceVersion: undefined } };
}

function renamed(object: JsonObject): JsonObject {
  return { ...object, metadata: { ...(object.metadata as JsonObject), name: 'somebody-else' } };
}
