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
import { compared, inTurn, type Load, renderComparisons, type Slice } from './in-turn.ts';
import { configMapBody } from './objects.ts';

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

interface Side extends AsyncDisposable {
  readonly pid: number;
  readonly connections: Connections;
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
const measured = new Map<string, [Slice[], Slice[]]>(rows.map(({ name }) => [name, [[], []]]));
try {
  for (let pair = 1; pair <= Number(values.pairs); pair++) await measurePair(pair);
} finally {
  await rm(folder, { recursive: true, force: true });
}
const summaries = [...measured].map(([row, slices]) => compared(row, slices));
console.log(renderComparisons('bare → protected', summaries));
if (values.json !== undefined) await writeFile(values.json, `${JSON.stringify(summaries, undefined, 2)}\n`);

/** Two new servers: which code a process has compiled how is a matter of luck, and stays with it. */
async function measurePair(pair: number): Promise<void> {
  await using bare = await start(bareFlags(), 'admin');
  await using guarded = await start(await protectedFlags(pair), 'jane');
  for (const row of rows) {
    console.error(`${pair}/${values.pairs} ${row.name}`);
    const options = { rounds: Number(values.rounds), seconds: Number(values.seconds) };
    const slices = await inTurn([load(bare, row), load(guarded, row)], options);
    measured.get(row.name)?.forEach((all, side) => all.push(...(slices[side] ?? [])));
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
    async [Symbol.asyncDispose]() {
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

function load({ connections, pid }: Side, row: (typeof rows)[number]): Load {
  const name = ({ round, index }: { readonly round: number; readonly index: number }) =>
    `${row.name}-${round}-${index}`;
  return {
    pid,
    inFlight: row.inFlight,
    request: (at) =>
      row.write
        ? connections.expect({ method: 'POST', path: collection, body: configMapBody(name(at), payload) })
        : connections.expect({ path: `${collection}/seed` }),
  };
}
