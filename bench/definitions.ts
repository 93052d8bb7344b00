/**
 * Measures what many CustomResourceDefinitions cost a server: how long until all are served, what each holds in memory, and what
 * discovery, documents and requests for one of them take then.
 *
 *     node bench/definitions.ts [--count 1000] [--kubeconfig FILE --pids 12,34] [--compare FILE --compare-pids 56] [--json FILE]
 *
 * Without a kubeconfig it starts a Portico of its own. `--compare` measures another server beside it, step by step in turn, so that both
 * see the same state of the machine. Both must be without such definitions, and keep those that are made. Each definition is as large as those of cloud providers are: some 25 kB of
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
    compare: { type: 'string' },
    'compare-pids': { type: 'string' },
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

interface Server {
  readonly name: string;
  readonly connections: Connections;
  readonly processes: readonly number[];
  /** By what they say, in the order in which they were taken. */
  readonly figures: Map<string, number>;
}

async function open(name: string, kubeconfig: string, processes: readonly number[]): Promise<Server> {
  const connections = await Connections.open(readKubeconfig(kubeconfig), 4);
  return { name, connections, processes, figures: new Map() };
}

async function memory({ processes }: Server): Promise<number> {
  await pause(SETTLE_MS);
  return memoryOf(withDescendants(processes));
}

async function createAll({ connections, figures }: Server): Promise<void> {
  const began = performance.now();
  const create = (index: number) =>
    connections.expect({ method: 'POST', path: DEFINITIONS, body: definition(index + 1) });
  await underLoad({ inFlight: IN_FLIGHT, requests: count - 1 }, create);
  figures.set('seconds until created', (performance.now() - began) / 1000);
  while ((await established(connections)) < count) await pause(POLL_MS);
  figures.set('seconds until established', (performance.now() - began) / 1000);
}

async function weigh(server: Server): Promise<void> {
  const after = await memory(server);
  const each = (after - (server.figures.get('MiB before') ?? 0)) / (count - 1);
  server.figures.set('MiB after', after).set('MiB each', each);
}

type Measure = (server: Server) => Promise<number>;

const figure =
  (name: string, measure: Measure): Step =>
  async (server) => {
    server.figures.set(name, await measure(server));
  };
const timeOf =
  (path: string): Measure =>
  ({ connections }) =>
    timed(connections, path);

type Step = (server: Server) => Promise<void>;

/** Each is done on one server and then on the other before the next one begins. */
const steps: readonly Step[] = [
  async ({ connections }) => {
    await connections.expect({ method: 'POST', path: DEFINITIONS, body: definition(0) });
  },
  figure('ms of a list of one kind, with 1 definition', ({ connections }) => listOfOne(connections)),
  figure('MiB before', memory),
  createAll,
  weigh,
  figure('ms of a list of one kind, with all', ({ connections }) => listOfOne(connections)),
  figure('ms of aggregated discovery', timeOf('/apis')),
  figure('ms of /openapi/v3 of one group', timeOf(`/openapi/v3/apis/${groupOf(0)}/v1`)),
  figure('ms of /openapi/v2, asked first', timeOf('/openapi/v2')),
  figure('ms of /openapi/v2, asked again', timeOf('/openapi/v2')),
  figure('MiB after documents', memory),
];

const numbers = (text = ''): number[] => text.split(',').filter(Boolean).map(Number);

/** The last column says how many times less the first server takes. */
function render(servers: readonly Server[]): string {
  const [first, other] = servers;
  const names = [...(first?.figures.keys() ?? [])];
  const line = (name: string, cells: readonly string[]): string =>
    name.padEnd(46) + cells.map((cell) => cell.padStart(14)).join('');
  const compared = other === undefined ? [] : ['ratio'];
  const lines = names.map((name) => {
    const values = servers.map(({ figures }) => figures.get(name) ?? Number.NaN);
    const [one = Number.NaN, another] = values;
    const ratio = another === undefined ? [] : [`${(another / one).toFixed(2)}x`];
    return line(name, [...values.map((value) => value.toFixed(2)), ...ratio]);
  });
  return [
    line(`${count} definitions of ${definition(0).length} bytes`, [...servers.map(({ name }) => name), ...compared]),
    ...lines,
  ].join('\n');
}

const own = values.kubeconfig === undefined ? await startOwnServer() : undefined;
const servers: Server[] = [];
try {
  const processes = own?.processes ?? numbers(values.pids);
  servers.push(await open('first', values.kubeconfig ?? own?.kubeconfig ?? '', processes));
  if (values.compare !== undefined) {
    servers.push(await open('compared', values.compare, numbers(values['compare-pids'])));
  }
  for (const step of steps) for (const server of servers) await step(server);
  console.log(render(servers));
  if (values.json !== undefined) {
    const figures = servers.map(({ name, figures: its }) => ({ server: name, ...Object.fromEntries(its) }));
    const whole = { definitions: count, 'bytes each': definition(0).length, servers: figures };
    await writeFile(values.json, `${JSON.stringify(whole, undefined, 2)}\n`);
  }
} finally {
  for (const { connections } of servers) connections.close();
  await own?.stop();
}
