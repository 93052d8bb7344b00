/**
 * Measures what many CustomResourceDefinitions cost a server: how long until all are served, what each holds in memory, and what
 * discovery, documents and requests for one of them take then.
 *
 *     node bench/definitions.ts [--count 1000] [--kubeconfig FILE --pids 12,34] [--json FILE]
 *
 * Without a kubeconfig it starts a Portico of its own. Each definition is as large as those of cloud providers are: some 25 kB of
 * schema with descriptions, a status and columns.
 */
import { writeFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { readKubeconfig } from '../conformance/differential/kubeconfig.ts';
import { withDescendants } from '../conformance/process-tree.ts';
import { Connections } from './connections.ts';
import { quantile, underLoad } from './load.ts';
import { startOwnServer } from './own-server.ts';
import { memoryOf } from './process-memory.ts';

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '1000' },
    kubeconfig: { type: 'string' },
    pids: { type: 'string' },
    json: { type: 'string' },
  },
});
const count = Number(values.count);

const DEFINITIONS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const GROUPS = 25;
const IN_FLIGHT = 8;
const SECTIONS = 12;
const FIELDS = 10;
/** Milliseconds within which memory settles. */
const SETTLE_MS = 5000;
const POLL_MS = 100;
const ASKED = 50;

const groupOf = (index: number): string => `g${index % GROUPS}.bench.example.com`;
const pluralOf = (index: number): string => `things${index}`;
const description =
  'What the provider is told of this part of the resource, and what follows from it where it is left out.';

function schema(): object {
  const texts = Array.from(
    { length: FIELDS },
    (_, index) => [`field${index}`, { type: 'string', description }] as const,
  );
  const section = {
    type: 'object',
    description,
    properties: {
      ...Object.fromEntries(texts),
      tags: { type: 'object', additionalProperties: { type: 'string' }, description },
      rules: {
        type: 'array',
        description,
        items: {
          type: 'object',
          required: ['name'],
          properties: {
            name: { type: 'string', maxLength: 63 },
            port: { type: 'integer', minimum: 1, maximum: 65_535 },
          },
        },
        'x-kubernetes-list-type': 'map',
        'x-kubernetes-list-map-keys': ['name'],
      },
    },
  };
  const sections = Array.from({ length: SECTIONS }, (_, index) => [`section${index}`, section] as const);
  const conditions = {
    type: 'array',
    items: {
      type: 'object',
      required: ['type', 'status'],
      properties: { type: { type: 'string' }, status: { type: 'string' }, message: { type: 'string', description } },
    },
  };
  return {
    type: 'object',
    properties: {
      spec: { type: 'object', description, properties: Object.fromEntries(sections) },
      status: { type: 'object', properties: { conditions } },
    },
  };
}

function definition(index: number): string {
  const version = {
    name: 'v1',
    served: true,
    storage: true,
    schema: { openAPIV3Schema: schema() },
    subresources: { status: {} },
    additionalPrinterColumns: [{ name: 'First', type: 'string', jsonPath: '.spec.section0.field0' }],
  };
  const names = { plural: pluralOf(index), kind: `Thing${index}` };
  const spec = { group: groupOf(index), scope: 'Namespaced', names, versions: [version] };
  return JSON.stringify({ metadata: { name: `${pluralOf(index)}.${groupOf(index)}` }, spec });
}

interface Definitions {
  readonly items: readonly {
    readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
  }[];
}

async function established(connections: Connections): Promise<number> {
  const { items } = JSON.parse((await connections.expect({ path: DEFINITIONS })).toString()) as Definitions;
  return items.filter(({ status }) =>
    status?.conditions?.some(({ type, status: is }) => type === 'Established' && is === 'True'),
  ).length;
}

/** Milliseconds of one request that is answered with 2xx. */
async function timed(connections: Connections, path: string): Promise<number> {
  const sent = performance.now();
  await connections.expect({ path });
  return performance.now() - sent;
}

async function listOfOne(connections: Connections): Promise<number> {
  const path = `/apis/${groupOf(0)}/v1/namespaces/default/${pluralOf(0)}`;
  while ((await connections.send({ path })).status !== 200) await pause(POLL_MS);
  const times: number[] = [];
  for (let asked = 0; asked < ASKED; asked++) times.push(await timed(connections, path));
  return quantile(times, 0.5);
}

const own = values.kubeconfig === undefined ? await startOwnServer() : undefined;
try {
  const processes = own?.processes ?? (values.pids ?? '').split(',').filter(Boolean).map(Number);
  const connections = await Connections.open(readKubeconfig(values.kubeconfig ?? own?.kubeconfig ?? ''), 4);
  const memory = async () => {
    await pause(SETTLE_MS);
    return memoryOf(withDescendants(processes));
  };
  await connections.expect({ method: 'POST', path: DEFINITIONS, body: definition(0) });
  const listWithOne = await listOfOne(connections);
  const before = await memory();
  const began = performance.now();
  const create = (index: number) =>
    connections.expect({ method: 'POST', path: DEFINITIONS, body: definition(index + 1) });
  await underLoad({ inFlight: IN_FLIGHT, requests: count - 1 }, create);
  const created = (performance.now() - began) / 1000;
  while ((await established(connections)) < count) await pause(POLL_MS);
  const all = (performance.now() - began) / 1000;
  const after = await memory();
  const figures = {
    definitions: count,
    'bytes each': definition(0).length,
    'seconds until created': created,
    'seconds until established': all,
    'MiB before': before,
    'MiB after': after,
    'MiB each': (after - before) / (count - 1),
    'ms of a list of one kind, with 1 definition': listWithOne,
    'ms of a list of one kind, with all': await listOfOne(connections),
    'ms of aggregated discovery': await timed(connections, '/apis'),
    'ms of /openapi/v3 of one group': await timed(connections, `/openapi/v3/apis/${groupOf(0)}/v1`),
    'ms of /openapi/v2, asked first': await timed(connections, '/openapi/v2'),
    'ms of /openapi/v2, asked again': await timed(connections, '/openapi/v2'),
    'MiB after documents': await memory(),
  };
  for (const [what, value] of Object.entries(figures))
    console.log(`${what.padEnd(46)}${value.toFixed(2).padStart(10)}`);
  if (values.json !== undefined) await writeFile(values.json, `${JSON.stringify(figures, undefined, 2)}\n`);
  connections.close();
} finally {
  await own?.stop();
}
