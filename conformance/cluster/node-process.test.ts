/** `portico node`: kubelets in a process of their own, which the API server reaches over the kubelet protocol. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { readKubeConfig } from '../../server/client/kube-config.ts';
import { certificateSigningRequests, nodes, pods, secrets } from '../../server/client/resource-types.ts';
import { type Portico, startPortico } from '../../server/cmd/start-portico.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { eventually } from './cluster-under-test.ts';

const main = fileURLToPath(new URL('../../server/cmd/main.ts', import.meta.url));
const namespace = 'default';
const processes: ChildProcess[] = [];
let portico: Portico;
let folder = '';

test.before(async () => {
  portico = await startPortico({ storage: 'memory:', scheduler: true, enableBootstrapTokenAuth: true });
  folder = await temporaryFolder('portico-node');
  await writeFile(join(folder, 'admin'), portico.kubeConfig, { mode: 0o600 });
});

test.after.always(async () => {
  for (const child of processes) {
    if (child.exitCode !== null) continue;
    child.kill('SIGTERM');
    await once(child, 'exit');
  }
  await portico?.stop();
});

function startNode(...flags: string[]): ChildProcess {
  const child = spawn(process.execPath, [main, 'node', ...flags], { stdio: ['ignore', 'ignore', 'inherit'] });
  processes.push(child);
  return child;
}

const isReady = async (name: string) => {
  const { items } = await portico.client.of(nodes).list();
  const node = items.find(({ metadata }) => metadata.name === name);
  return node?.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') === true && node;
};

async function runPod(name: string, nodeName: string, script: string): Promise<void> {
  const containers = [{ name: 'c', image: 'busybox', command: ['sh', '-c', script] }];
  await portico.client.of(pods).create({ metadata: { name, namespace }, spec: { nodeName, containers } });
  await eventually(async () => (await portico.client.of(pods).get(name, { namespace })).status?.phase === 'Running');
}

async function textOf(path: string): Promise<string> {
  return (await (await portico.client.open({ path })).body()).toString('utf8');
}

test('nodes of another process run pods, and their logs are read from where each node listens', async (t) => {
  startNode('--kubeconfig', join(folder, 'admin'), '--nodes', '2');
  const [first, second] = [await eventually(() => isReady('node-1')), await eventually(() => isReady('node-2'))];
  const ports = [first, second].map(({ status }) => status?.daemonEndpoints?.kubeletEndpoint?.Port);
  t.not(ports[0], ports[1]);
  for (const node of ['node-1', 'node-2']) {
    await runPod(`on-${node}`, node, `echo from ${node}; sleep 600`);
    t.is(await textOf(`/api/v1/namespaces/${namespace}/pods/on-${node}/log`), `from ${node}\n`);
  }
});

test('a node joins with a bootstrap token, and acts as itself from then on', async (t) => {
  const { client } = portico;
  await client.of(secrets).create({
    metadata: { name: 'bootstrap-token-abcdef', namespace: 'kube-system' },
    type: 'bootstrap.kubernetes.io/token',
    stringData: {
      'token-id': 'abcdef',
      'token-secret': '0123456789abcdef',
      'usage-bootstrap-authentication': 'true',
    },
  });
  const apiGroup = 'rbac.authorization.k8s.io';
  const binding = {
    metadata: { name: 'joining-nodes' },
    roleRef: { apiGroup, kind: 'ClusterRole', name: 'system:node-bootstrapper' },
    subjects: [{ apiGroup, kind: 'Group', name: 'system:bootstrappers' }],
  };
  const path = `/apis/${apiGroup}/v1/clusterrolebindings`;
  await client.request({ method: 'POST', path, body: JSON.stringify(binding) });
  const admin = await readKubeConfig(join(folder, 'admin'));
  const bootstrap = JSON.stringify({
    'current-context': 'b',
    contexts: [{ name: 'b', context: { cluster: 'c', user: 'u' } }],
    clusters: [
      {
        name: 'c',
        cluster: {
          server: admin.server,
          'certificate-authority-data': Buffer.from(admin.authority ?? '').toString('base64'),
        },
      },
    ],
    users: [{ name: 'u', user: { token: 'abcdef.0123456789abcdef' } }],
  });
  await writeFile(join(folder, 'bootstrap'), bootstrap, { mode: 0o600 });
  const own = join(folder, 'own');
  const seen = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .find(({ internal, family }) => !internal && family === 'IPv4');
  const nodeIp = seen?.address ?? '127.0.0.1';
  startNode(
    ...['--kubeconfig', own, '--bootstrap-kubeconfig', join(folder, 'bootstrap')],
    ...['--hostname-override', 'joined', '--node-runtime', 'simulated', '--node-ip', nodeIp],
  );
  const requests = client.of(certificateSigningRequests);
  const request = await eventually(async () =>
    (await requests.list()).items.find(({ metadata }) => metadata.name?.startsWith('node-csr-') === true),
  );
  t.is(request.spec.username, 'system:bootstrap:abcdef');
  t.false(await isReady('joined'));
  const approval = { type: 'Approved', status: 'True', reason: 'Test', message: 'known' };
  await requests.update({ ...request, status: { conditions: [approval] } }, { subresource: 'approval' });
  const node = await eventually(() => isReady('joined'));
  t.deepEqual(
    node.status?.addresses?.map(({ address }) => address),
    [nodeIp],
  );
  t.regex(await readFile(own, 'utf8'), /client-certificate-data/);
  await runPod('on-joined', 'joined', 'echo joined; sleep 600');
  t.is(await textOf(`/api/v1/namespaces/${namespace}/pods/on-joined/log`), 'joined\n');
  // Upstream, too, passes nothing on to an address of its own machine.
  if (seen !== undefined) t.regex(await textOf('/api/v1/nodes/joined/proxy/metrics'), /^kubelet_running_pods 1$/m);
});
