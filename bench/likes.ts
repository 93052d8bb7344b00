/**
 * What belongs together, in turn on one server: server-side apply against a merge patch of the same object, and custom resources
 * against a built-in kind of the same shape and size.
 *
 *     node bench/likes.ts [--rounds 5] [--seconds 1] [--objects 2000] [--watchers 100] [--only 'apply|nested'] [--json FILE]
 *
 * "flat" is a ConfigMap of 1 kB and a custom resource of one long text, "nested" a PodTemplate of 2 kB and a custom resource
 * with the same fields, whose schema types each of them.
 */
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { readKubeconfig, type ServerAccess } from '../conformance/differential/kubeconfig.ts';
import { Connections } from './connections.ts';
import { type Comparison, compared, inTurn, type Load, renderComparisons } from './in-turn.ts';
import { configMapBody, podBody } from './objects.ts';
import { startOwnServer } from './own-server.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '1' },
    objects: { type: 'string', default: '2000' },
    watchers: { type: 'string', default: '100' },
    only: { type: 'string', default: '' },
    json: { type: 'string' },
  },
});

const GROUP = 'bench.example.com';
const MANY = 32;
/** Below the usual limit of streams a connection. */
const STREAMS_PER_CONNECTION = 80;
const PAYLOAD = 'y'.repeat(1000);

/** A kind under load. */
interface Subject {
  readonly path: string;
  readonly body: (name: string) => string;
  /** A merge patch that changes it. */
  readonly change: (value: string) => string;
}

type Schema = Readonly<Record<string, unknown>>;
const text = { type: 'string' };
const objectOf = (properties: Readonly<Record<string, Schema>>): Schema => ({ type: 'object', properties });
const mapOf = (value: Schema): Schema => ({ type: 'object', additionalProperties: value });
const byName = (items: Schema): Schema => ({
  type: 'array',
  items: { ...items, required: ['name'] },
  'x-kubernetes-list-type': 'map',
  'x-kubernetes-list-map-keys': ['name'],
});
const amounts = mapOf({ anyOf: [{ type: 'integer' }, text], 'x-kubernetes-int-or-string': true });
const podSchema = objectOf({
  metadata: objectOf({ labels: mapOf(text), annotations: mapOf(text) }),
  spec: objectOf({
    schedulerName: text,
    containers: byName(
      objectOf({
        name: text,
        image: text,
        env: byName(objectOf({ name: text, value: text })),
        resources: objectOf({ requests: amounts, limits: amounts }),
      }),
    ),
  }),
});

const custom = (plural: string, kind: string): Pick<Subject, 'path'> & { head: object } => ({
  path: `/apis/${GROUP}/v1/namespaces/default/${plural}`,
  head: { apiVersion: `${GROUP}/v1`, kind },
});
const flats = custom('flats', 'Flat');
const nesteds = custom('nesteds', 'Nested');

function podTemplate(name: string): { readonly metadata: object; readonly template: object } {
  const { metadata, spec } = JSON.parse(podBody(name, 0, 0)) as {
    readonly metadata: { readonly labels: object };
    readonly spec: object;
  };
  return { metadata: { name }, template: { metadata: { labels: metadata.labels }, spec } };
}

const annotated = (value: string): string => JSON.stringify({ metadata: { annotations: { value } } });

const shapes: Readonly<Record<string, readonly [builtIn: Subject, custom: Subject]>> = {
  flat: [
    {
      path: '/api/v1/namespaces/default/configmaps',
      body: (name) => configMapBody(name, { PAYLOAD }),
      change: annotated,
    },
    {
      path: flats.path,
      body: (name) => JSON.stringify({ ...flats.head, metadata: { name }, data: { PAYLOAD } }),
      change: annotated,
    },
  ],
  nested: [
    {
      path: '/api/v1/namespaces/default/podtemplates',
      body: (name) => JSON.stringify({ apiVersion: 'v1', kind: 'PodTemplate', ...podTemplate(name) }),
      change: annotated,
    },
    {
      path: nesteds.path,
      body: (name) => JSON.stringify({ ...nesteds.head, ...podTemplate(name) }),
      change: annotated,
    },
  ],
};

interface Row {
  readonly name: string;
  /** Made when its turn comes; what it gives is disposed of after. */
  readonly loads: () => Promise<readonly [Load, Load]>;
  readonly close?: () => void;
}

async function run(title: string, rows: readonly Row[]): Promise<Comparison[]> {
  const found: Comparison[] = [];
  for (const { name, loads, close } of rows) {
    if (!new RegExp(values.only).test(`${title} ${name}`)) continue;
    console.error(name);
    const options = { rounds: Number(values.rounds), seconds: Number(values.seconds) };
    found.push(compared(name, await inTurn(await loads(), options)));
    close?.();
  }
  if (found.length > 0) console.log(renderComparisons(title, found));
  return found;
}

async function defineCustomKinds(connections: Connections): Promise<void> {
  const define = async (plural: string, kind: string, schema: Schema) => {
    const openAPIV3Schema = schema;
    const version = { name: 'v1', served: true, storage: true, schema: { openAPIV3Schema } };
    const spec = { group: GROUP, scope: 'Namespaced', names: { plural, kind }, versions: [version] };
    await connections.expect({
      method: 'POST',
      path: '/apis/apiextensions.k8s.io/v1/customresourcedefinitions',
      body: JSON.stringify({ metadata: { name: `${plural}.${GROUP}` }, spec }),
    });
    const path = `/apis/${GROUP}/v1/namespaces/default/${plural}`;
    while ((await connections.send({ path })).status !== 200);
  };
  await connections.send({ method: 'POST', path: '/api/v1/namespaces', body: '{"metadata":{"name":"default"}}' });
  await define('flats', 'Flat', objectOf({ data: mapOf(text) }));
  await define('nesteds', 'Nested', objectOf({ template: podSchema }));
}

/** Each worker changes an object of its own. */
function patchRows(connections: Connections, pid: number): Row[] {
  return Object.entries(shapes).flatMap(([shape, subjects]) =>
    subjects.flatMap((subject, index) =>
      [1, MANY].map((inFlight): Row => {
        const kind = index === 0 ? shape : `custom ${shape}`;
        const name = `${kind.replace(' ', '-')}-patched`;
        return {
          name: `${kind}, ${inFlight} in flight`,
          async loads() {
            for (let worker = 0; worker < inFlight; worker++) {
              const body = subject.body(`${name}-${inFlight}-${worker}`);
              await connections.expect({ method: 'POST', path: subject.path, body });
            }
            const path = (worker: number) => `${subject.path}/${name}-${inFlight}-${worker}`;
            const patch: Load['request'] = ({ worker, index: count, round }) =>
              connections.expect({
                method: 'PATCH',
                path: path(worker),
                contentType: 'application/merge-patch+json',
                body: subject.change(`${round}-${count}`),
              });
            const apply: Load['request'] = ({ worker, index: count, round }) => {
              const applied = JSON.parse(subject.body(`${name}-${inFlight}-${worker}`)) as { metadata: object };
              const annotations = { value: `applied-${round}-${count}` };
              return connections.expect({
                method: 'PATCH',
                path: `${path(worker)}?fieldManager=bench&force=true`,
                contentType: 'application/apply-patch+yaml',
                body: JSON.stringify({ ...applied, metadata: { ...applied.metadata, annotations } }),
              });
            };
            return [
              { pid, inFlight, request: patch },
              { pid, inFlight, request: apply },
            ];
          },
        };
      }),
    ),
  );
}

function kindRows(access: ServerAccess, connections: Connections, pid: number): Row[] {
  return Object.entries(shapes).flatMap(([shape, subjects]) => {
    const both = async (
      inFlight: number,
      prepare: (subject: Subject) => Promise<Load['request']>,
    ): Promise<readonly [Load, Load]> => [
      { pid, inFlight, request: await prepare(subjects[0]) },
      { pid, inFlight, request: await prepare(subjects[1]) },
    ];
    const create = (prefix: string) => async (subject: Subject) => {
      const post: Load['request'] = ({ round, index }) =>
        connections.expect({
          method: 'POST',
          path: subject.path,
          body: subject.body(`${prefix}-${shape}-${round}-${index}`),
        });
      return post;
    };
    const filled = async ({ path, body }: Subject) => {
      for (let first = 0; first < Number(values.objects); first += MANY) {
        const names = Array.from({ length: MANY }, (_, index) => `listed-${shape}-${first + index}`);
        await Promise.all(names.map((name) => connections.send({ method: 'POST', path, body: body(name) })));
      }
    };
    const watchers = new Watchers(access);
    const only = `${shape}-seed`;
    return [
      ...[1, MANY].map(
        (inFlight): Row => ({
          name: `${shape}: get, ${inFlight} in flight`,
          loads: () =>
            both(inFlight, async ({ path, body }) => {
              await connections.send({ method: 'POST', path, body: body(only) });
              return () => connections.expect({ path: `${path}/${only}` });
            }),
        }),
      ),
      ...[1, MANY].map(
        (inFlight): Row => ({
          name: `${shape}: create, ${inFlight} in flight`,
          loads: () => both(inFlight, create(`created-${inFlight}`)),
        }),
      ),
      {
        name: `${shape}: list of a page of 500`,
        loads: () =>
          both(1, async (subject) => {
            await filled(subject);
            return () => connections.expect({ path: `${subject.path}?limit=500` });
          }),
      },
      {
        name: `${shape}: list of all, resourceVersion=0`,
        loads: () =>
          both(
            1,
            async ({ path }) =>
              () =>
                connections.expect({ path: `${path}?resourceVersion=0` }),
          ),
      },
      {
        name: `${shape}: create, seen by ${values.watchers} watches`,
        loads: () =>
          both(MANY, async (subject) => {
            await watchers.open(subject.path, Number(values.watchers));
            return create('watched')(subject);
          }),
        close: () => watchers.close(),
      },
    ];
  });
}

/** Open watches that read everything and keep nothing. */
class Watchers {
  readonly #access: ServerAccess;
  readonly #connections: Connections[] = [];

  constructor(access: ServerAccess) {
    this.#access = access;
  }

  async open(path: string, count: number): Promise<void> {
    const connections = await Connections.open(this.#access, Math.ceil(count / STREAMS_PER_CONNECTION));
    this.#connections.push(connections);
    const list = JSON.parse((await connections.expect({ path: `${path}?limit=1` })).toString()) as {
      readonly metadata: { readonly resourceVersion: string };
    };
    const opened = Array.from({ length: count }, async () => {
      const stream = connections.open({ path: `${path}?watch=1&resourceVersion=${list.metadata.resourceVersion}` });
      stream.on('error', () => undefined);
      await once(stream, 'response');
      stream.resume();
    });
    await Promise.all(opened);
  }

  close(): void {
    for (const connections of this.#connections.splice(0)) connections.close();
  }
}

const own = await startOwnServer();
try {
  const access = readKubeconfig(own.kubeconfig);
  const pid = own.processes[0] ?? process.pid;
  const connections = await Connections.open(access, 4);
  await defineCustomKinds(connections);
  const patches = await run('patch → apply', patchRows(connections, pid));
  const kinds = await run('built-in → custom', kindRows(access, connections, pid));
  if (values.json !== undefined) await writeFile(values.json, `${JSON.stringify({ patches, kinds }, undefined, 2)}\n`);
  connections.close();
} finally {
  await own.stop();
}
