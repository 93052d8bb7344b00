/** Custom resources in every form that can be asked for or sent, for each verb: they have no protobuf, but their metadata, scales and tables may. */
import {
  APPLY,
  type Body,
  type Case,
  get,
  type Json,
  PARTIAL,
  PARTIAL_LIST,
  post,
  PROTOBUF,
  type Step,
  TABLE,
  YAML,
} from '../case.ts';
import { shape, shapes, version, withShapes } from './custom-resources.ts';

const inProtobuf = (accept: string): string => accept.replace('application/json', PROTOBUF);

/** By what it is called in the names of steps. */
const accepts: Readonly<Record<string, string>> = {
  JSON: 'application/json',
  YAML,
  protobuf: PROTOBUF,
  'protobuf or JSON': `${PROTOBUF},application/json`,
  'a protobuf stream': `${PROTOBUF};stream=watch`,
  'a JSON stream': 'application/json;stream=watch',
  'a YAML stream': `${YAML};stream=watch`,
  CBOR: 'application/cbor',
  HTML: 'text/html',
  anything: '*/*',
  'any application': 'application/*',
  'a table': TABLE,
  'a table in protobuf': inProtobuf(TABLE),
  'a table in YAML': TABLE.replace('application/json', YAML),
  'a table in protobuf or JSON': `${inProtobuf(TABLE)},application/json`,
  metadata: PARTIAL,
  'metadata in protobuf': inProtobuf(PARTIAL),
  'metadata in YAML': PARTIAL.replace('application/json', YAML),
  'metadata in protobuf, JSON or anything': `${inProtobuf(PARTIAL)},${PARTIAL},application/json`,
  'a list of metadata': PARTIAL_LIST,
  'a list of metadata in protobuf': inProtobuf(PARTIAL_LIST),
  'something unknown': 'application/json;as=Shape;v=v1;g=meta.k8s.io',
  'metadata of another version': PARTIAL.replace('v=v1', 'v=v1beta1'),
};

interface Verb {
  readonly method: string;
  readonly path: string;
  readonly contentType?: string;
  readonly body?: Body;
  readonly watch?: { readonly events: number };
}

const subject = `${shapes}/subject`;
const DRY = '?dryRun=All';
const PATCH = 'application/merge-patch+json';
// A body counts in place of the query.
const options: Json = { kind: 'DeleteOptions', apiVersion: 'v1', dryRun: ['All'] };

const verbs: Readonly<Record<string, Verb>> = {
  get: { method: 'GET', path: subject },
  'get what is not there': { method: 'GET', path: `${shapes}/nothing` },
  list: { method: 'GET', path: shapes },
  watch: { method: 'GET', path: `${shapes}?watch=1`, watch: { events: 1 } },
  'watch one': { method: 'GET', path: `${shapes}?watch=1&fieldSelector=metadata.name%3Dsubject`, watch: { events: 1 } },
  'a list by watching': {
    method: 'GET',
    path: `${shapes}?watch=1&sendInitialEvents=true&allowWatchBookmarks=true&resourceVersionMatch=NotOlderThan`,
    watch: { events: 2 },
  },
  create: { method: 'POST', path: `${shapes}${DRY}`, body: shape('made', { a: 'x' }) },
  update: { method: 'PUT', path: `${subject}${DRY}`, body: shape('subject', { a: 'y' }) },
  patch: { method: 'PATCH', path: `${subject}${DRY}`, contentType: PATCH, body: { spec: { a: 'y' } } },
  apply: {
    method: 'PATCH',
    path: `${subject}${DRY}&fieldManager=one&force=true`,
    contentType: APPLY,
    body: shape('subject', { a: 'y' }),
  },
  delete: { method: 'DELETE', path: `${subject}${DRY}`, body: options },
  'delete all': { method: 'DELETE', path: `${shapes}${DRY}`, body: options },
  'get the status': { method: 'GET', path: `${subject}/status` },
  'update the status': { method: 'PUT', path: `${subject}/status${DRY}`, body: shape('subject', { a: 'y' }) },
  'patch the status': { method: 'PATCH', path: `${subject}/status${DRY}`, contentType: PATCH, body: { status: {} } },
  'get the scale': { method: 'GET', path: `${subject}/scale` },
  'patch the scale': {
    method: 'PATCH',
    path: `${subject}/scale${DRY}`,
    contentType: PATCH,
    body: { spec: { replicas: 2 } },
  },
};

const bytes = (field: number, value: Iterable<number>): number[] => {
  const held = [...value];
  return [(field << 3) | 2, held.length, ...held];
};

/** runtime.Unknown of a type. */
function envelope(apiVersion: string, kind: string): Uint8Array {
  const type = [...bytes(1, Buffer.from(apiVersion)), ...bytes(2, Buffer.from(kind))];
  const dryRun = kind === 'DeleteOptions' ? bytes(5, Buffer.from('All')) : [];
  return Uint8Array.from([...Buffer.from('k8s\0'), ...bytes(1, type), ...bytes(2, dryRun)]);
}

const writes = Object.entries(verbs).filter(([, { body }]) => body !== undefined);
const STRATEGIC = 'application/strategic-merge-patch+json';
const types = [
  PROTOBUF,
  `${PROTOBUF};type=x`,
  YAML,
  'application/cbor',
  'text/plain',
  'application/octet-stream',
  STRATEGIC,
  '',
];

const sent: readonly Step[] = writes.flatMap(([name, { contentType: _type, body, ...verb }]) => {
  const kind = verb.method === 'DELETE' ? 'DeleteOptions' : name.includes('scale') ? 'Scale' : 'Shape';
  const apiVersion = kind === 'Shape' ? 'drawings.example.com/v1' : kind === 'Scale' ? 'autoscaling/v1' : 'v1';
  return types.map(
    (contentType): Step => ({
      name: `${name}, sent as ${contentType === '' ? 'nothing' : contentType}`,
      ...verb,
      body: contentType.startsWith(PROTOBUF) ? envelope(apiVersion, kind) : (body ?? null),
      ...(contentType === '' ? { headers: { 'content-type': '' } } : { contentType }),
    }),
  );
});

const asked: readonly Step[] = Object.entries(verbs).flatMap(([name, verb]) =>
  Object.entries(accepts)
    // Frames of protobuf are as long as the digits of their revisions make them.
    .filter(([form]) => verb.watch === undefined || !form.startsWith('metadata in protobuf'))
    .map(([form, accept]): Step => ({ name: `${name}, as ${form}`, ...verb, accept })),
);

const scale = { specReplicasPath: '.spec.replicas', statusReplicasPath: '.status.replicas' };
const schema = {
  type: 'object',
  properties: {
    spec: { type: 'object', properties: { a: { type: 'string' }, replicas: { type: 'integer' } } },
    status: { type: 'object', properties: { replicas: { type: 'integer' } } },
  },
};

export const customFormCases: readonly Case[] = [
  {
    ...withShapes(
      'every form of every verb',
      [version({ schema, subresources: { status: {}, scale } })],
      [post('create', shapes, shape('subject', { a: 'x', replicas: 1 })), get('get', subject)],
    ),
    independent: [...asked, ...sent],
  },
];
