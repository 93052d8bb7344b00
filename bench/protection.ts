/**
 * What protection costs: an ordinary user with RBAC, the admission plugins that run by default and an audit trail at Metadata, against
 * an administrator with all of that switched off.
 *
 *     node bench/protection.ts [--pairs 3] [--rounds 5] [--seconds 1] [--storage embedded|memory] [--json FILE]
 *
 * Two servers of its own, asked in turn, so that both see the same state of the machine; and again with two new ones. Processor time
 * is that of the server's process, a request; the median of all rounds counts.
 */
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { PorticoProcess } from '../conformance/portico-process.ts';
import { temporaryFolder } from '../conformance/temporary-folder.ts';
import { orderedPlugins } from '../server/apiserver/admission/ordered-plugins.ts';
import { Connections } from './connections.ts';
import { quantile, underLoad } from './load.ts';
import { configMapBody } from './objects.ts';
import { processorTime } from './processor-time.ts';

const { values } = parseArgs({
  options: {
    pairs: { type: 'string', default: '3' },
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '1' },
    storage: { type: 'string', default: 'embedded' },
    json: { type: 'string' },
  },
});

const collection = '/api/v1/namespaces/default/configmaps';
const payload = { PAYLOAD: 'y'.repeat(1000) };
const MANY = 32;

interface Side {
  readonly pid: number;
  readonly connections: Connections;
  stop(): Promise<void>;
}

interface Slice {
  readonly rate: number;
  /** Microseconds of the server's process. */
  readonly cpu: number;
}

const auditPolicy =
  'apiVersion: audit.k8s.io/v1\nkind: Policy\nomitStages: [RequestReceived]\nrules: [{ level: Metadata }]\n';

const rows = [
  { name: `get-${MANY}`, inFlight: MANY, write: false },
  { name: 'get-1', inFlight: 1, write: false },
  { name: `create-${MANY}`, inFlight: MANY, write: true },
  { name: 'create-1', inFlight: 1, write: true },
] as const;

const folder = await temporaryFolder('portico-protection');
const measured = new Map<string, Slice[][]>(rows.map(({ name }) => [name, [[], []]]));
try {
  for (let pair = 1; pair <= Number(values.pairs); pair++) await measurePair(pair);
} finally {
  await rm(folder, { recursive: true, force: true });
}
const summaries = [...measured].map(([row, slices]) => ({ row, ...summary(slices) }));
console.log(render(summaries));
if (values.json !== undefined) await writeFile(values.json, `${JSON.stringify(summaries, undefined, 2)}\n`);

/** Two new servers: which code a process has compiled how is a matter of luck, and stays with it. */
async function measurePair(pair: number): Promise<void> {
  const sides: Side[] = [];
  try {
    sides.push(await start(bareFlags(), 'admin'));
    sides.push(await start(await protectedFlags(pair), 'jane'));
    for (const row of rows) {
      console.error(`${pair}/${values.pairs} ${row.name}`);
      await measure(sides, row);
    }
  } finally {
    await Promise.all(sides.map((side) => side.stop()));
  }
}

function bareFlags(): string[] {
  const byDefault = orderedPlugins.filter((plugin) => plugin.byDefault).map(({ name }) => name);
  return ['--authorization-mode', 'AlwaysAllow', '--disable-admission-plugins', byDefault.join(',')];
}

async function protectedFlags(pair: number): Promise<string[]> {
  const policy = join(folder, 'policy.yaml');
  await writeFile(policy, auditPolicy);
  return ['--audit-policy-file', policy, '--audit-log-path', join(folder, `audit-${pair}.log`)];
}

async function start(flags: readonly string[], user: string): Promise<Side> {
  const tokens = join(folder, 'tokens.csv');
  await writeFile(tokens, 'admin-token,admin,,system:masters\njane-token,jane,,crew\n');
  const dataDirectory = await temporaryFolder('portico-bench');
  const memory = values.storage === 'memory' ? { storage: 'memory:' } : {};
  const portico = await PorticoProcess.start({
    dataDirectory,
    ...memory,
    flags: ['--token-auth-file', tokens, ...flags],
  });
  const access = { url: portico.url, insecure: true };
  const admin = await Connections.open({ ...access, token: 'admin-token' }, 1);
  await allow(admin);
  admin.close();
  const connections = await Connections.open({ ...access, token: `${user}-token` }, 4);
  await connections.expect({ method: 'POST', path: collection, body: configMapBody('seed', payload) });
  return {
    pid: portico.pid,
    connections,
    async stop() {
      connections.close();
      await portico.stop();
      await rm(dataDirectory, { recursive: true, force: true });
    },
  };
}

async function allow(admin: Connections): Promise<void> {
  const rbac = '/apis/rbac.authorization.k8s.io/v1/namespaces/default';
  const role = { metadata: { name: 'bench' }, rules: [{ apiGroups: [''], resources: ['configmaps'], verbs: ['*'] }] };
  const binding = {
    metadata: { name: 'bench' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'bench' },
    subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'jane' }],
  };
  await admin.send({ method: 'POST', path: '/api/v1/namespaces', body: '{"metadata":{"name":"default"}}' });
  await admin.expect({ method: 'POST', path: `${rbac}/roles`, body: JSON.stringify(role) });
  await admin.expect({ method: 'POST', path: `${rbac}/rolebindings`, body: JSON.stringify(binding) });
}

/** One round to warm up, then the sides in turn; who is first changes with each round. */
async function measure(sides: readonly Side[], row: (typeof rows)[number]): Promise<void> {
  for (let round = -1; round < Number(values.rounds); round++) {
    for (let turn = 0; turn < sides.length; turn++) {
      const index = (turn + Math.abs(round)) % sides.length;
      const side = sides[index];
      if (side === undefined) continue;
      const slice = await load(side, row, round);
      if (round >= 0) measured.get(row.name)?.[index]?.push(slice);
    }
  }
}

async function load({ connections, pid }: Side, row: (typeof rows)[number], round: number): Promise<Slice> {
  const before = processorTime(pid);
  let requests = 0;
  const request = (index: number) => {
    requests++;
    return row.write
      ? connections.expect({
          method: 'POST',
          path: collection,
          body: configMapBody(`${row.name}-${round + 1}-${index}`, payload),
        })
      : connections.expect({ path: `${collection}/seed` });
  };
  const { value, figures } = await underLoad({ inFlight: row.inFlight, seconds: Number(values.seconds) }, request);
  if (figures?.errors !== undefined) throw new Error(`${row.name}: ${figures.errors} requests failed`);
  return { rate: value, cpu: ((processorTime(pid) - before) * 1e6) / requests };
}

function summary([bare = [], guarded = []]: Slice[][]) {
  const median = (slices: readonly Slice[], of: (slice: Slice) => number) => quantile(slices.map(of), 0.5);
  const rates = [bare, guarded].map((slices) => median(slices, ({ rate }) => rate));
  const cpu = [bare, guarded].map((slices) => median(slices, (slice) => slice.cpu));
  return { rates, cpu, cpuMore: more(cpu[1], cpu[0]), rateLess: more(rates[0], rates[1]) };
}

/** Per cent by which the first is more than the second. */
function more(first = Number.NaN, second = Number.NaN): number {
  return (first / second - 1) * 100;
}

function render(measured: ReadonlyArray<{ row: string } & ReturnType<typeof summary>>): string {
  const pair = (of: readonly number[]) => of.map((value) => value.toFixed(0).padStart(7)).join(' → ');
  const percent = (value: number) => `${value >= 0 ? '+' : ''}${value.toFixed(1)} %`.padStart(9);
  const lines = measured.map(
    ({ row, rates, cpu, cpuMore, rateLess }) =>
      `${row.padEnd(10)}${pair(cpu)} µs of processor time a request ${percent(cpuMore)}   ${pair(rates)} /s, time a request ${percent(rateLess)}`,
  );
  return ['bare → protected', ...lines].join('\n');
}
