/** `portico controllers`: controllers in a process of their own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { get } from 'node:https';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { configMaps, leases, resourceQuotas, serviceAccounts } from '../../server/client/resource-types.ts';
import { type Portico, startPortico } from '../../server/cmd/start-portico.ts';
import { freePort } from '../free-port.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { eventually, find } from './cluster-under-test.ts';

const main = fileURLToPath(new URL('../../server/cmd/main.ts', import.meta.url));
let child: ChildProcess | undefined;
let portico: Portico | undefined;

test.after.always(async () => {
  if (child !== undefined && child.exitCode === null) {
    child.kill('SIGTERM');
    await once(child, 'exit');
  }
  await portico?.stop();
});

/** The administrator's may read metrics. */
function metricsAt(port: number, token: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}` };
    get(
      { host: '127.0.0.1', port, path: '/metrics', headers, rejectUnauthorized: false },
      (answer) => void text(answer).then(resolve, reject),
    ).on('error', reject);
  });
}

test('controllers of another process act as their service accounts, and say what they do', async (t) => {
  const folder = await temporaryFolder('portico-controllers');
  const tokens = join(folder, 'tokens');
  await writeFile(tokens, 'secret,system:kube-controller-manager,1\nreader,reader,2,system:masters\n');
  const { client, kubeConfig } = (portico = await startPortico({
    storage: 'memory:',
    controllers: '',
    tokenAuthFile: tokens,
  }));
  const file = join(folder, 'kubeconfig');
  // As upstream's, which may do little more than make accounts and tokens.
  await writeFile(
    file,
    kubeConfig.replaceAll(/client-(certificate|key)-data:.*\n/g, '').replace(/token: .*/, 'token: secret'),
  );
  const port = await freePort();
  const flags = ['--use-service-account-credentials', 'true', '--leader-elect-resource-lock', 'leases'];
  child = spawn(
    process.execPath,
    [main, 'controllers', '--kubeconfig', file, '--secure-port', String(port), ...flags],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  );
  const namespace = 'default';
  await eventually(() => find(client, configMaps, { name: 'kube-root-ca.crt', namespace }));
  await client.of(resourceQuotas).create({ metadata: { name: 'q', namespace }, spec: { hard: { pods: '3' } } });
  await eventually(
    async () => (await find(client, resourceQuotas, { name: 'q', namespace }))?.status?.used !== undefined,
  );
  const account = { name: 'resourcequota-controller', namespace: 'kube-system' };
  t.not(await find(client, serviceAccounts, account), undefined);
  const lease = await find(client, leases, { name: 'kube-controller-manager', namespace: 'kube-system' });
  t.not(lease?.spec?.holderIdentity ?? '', '');
  const metrics = await metricsAt(port, 'reader');
  t.regex(metrics, /^leader_election_master_status\{name="kube-controller-manager"\} 1$/m);
  t.regex(
    metrics,
    /^running_managed_controllers\{manager="kube-controller-manager",name="resourcequota-controller"\} 1$/m,
  );
  t.regex(metrics, /^rest_client_requests_total\{code="201",host="127\.0\.0\.1:\d+",method="POST"\} \d+$/m);
  t.regex(metrics, /^workqueue_adds_total\{name="resourcequota_primary"\} \d+$/m);
});
