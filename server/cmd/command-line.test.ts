import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { systemRandom } from '../apimachinery/clock/random.ts';
import { ManualClock } from '../apiserver/cacher/cacher-harness.ts';
import { nodes, pods } from '../client/resource-types.ts';
import { serverOptions } from './command-line.ts';
import { readConfigFile } from './config-file.ts';
import { flagDefinitions, flagKey } from './flags.ts';
import { LiveLine } from './live-line.ts';
import { showProgress } from './progress.ts';
import { startPortico } from './start-portico.ts';
import { seenAddress, serverAddresses } from './own-address.ts';

test('every flag reaches the option that it stands for', (t) => {
  for (const { flag, option } of flagDefinitions) {
    const options = serverOptions({ [flagKey(flag)]: 17 });
    t.is(options[option], 17, flag);
  }
});

test('so does what a configuration file says under the name of a flag', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'portico-flags-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, 'config.yaml');
  await writeFile(file, 'etcd-compaction-interval: 1m30s\nsecure-port: 0\n');
  t.like(serverOptions(readConfigFile(file)), { compactionInterval: 90, securePort: 0 });
});

test('a terminal has one line that is written again, and is clean for what comes between; elsewhere there are lines', (t) => {
  const written: string[] = [];
  const write = (text: string) => written.push(text);
  const live = new LiveLine({ isTTY: true, columns: 6, write });
  live.clear();
  live.show('1 node Ready');
  live.show('2');
  live.clear();
  live.clear();
  t.deepEqual(written.splice(0), ['\r\u001B[2K1 nod', '\r\u001B[2K2', '\r\u001B[2K']);
  const plain = new LiveLine({ write });
  plain.show('1 node Ready');
  plain.clear();
  t.deepEqual(written, ['1 node Ready\n']);
});

test('progress is told when something has changed, in one report for all changes of an interval, and never else', async (t) => {
  const clock = new ManualClock();
  // Nobody makes the service accounts that pods would get.
  const disableAdmissionPlugins = 'ServiceAccount';
  const portico = await startPortico({ storage: 'memory:', controllers: '', disableAdmissionPlugins });
  t.teardown(() => portico.stop());
  const stop = new AbortController();
  const reports: string[] = [];
  const progress = showProgress({
    client: portico.client,
    clock,
    random: systemRandom,
    signal: stop.signal,
    nodes: 2,
    interval: 5000,
    report: (text) => reports.push(text.replace(/[\d,]+(?= writes)/, 'N')),
    onError: (error, what) => t.fail(`${what}: ${String(error)}`),
  });
  const node = (name: string) => ({
    metadata: { name },
    status: { conditions: [{ type: 'Ready', status: 'True' }] },
  });
  const seen = async (after: number) => {
    // The watch has told it once a report is due.
    for (let tries = 0; clock.waiting === 0 && tries < 1000; tries++) await new Promise((go) => setTimeout(go, 5));
    clock.advance(after);
  };
  await portico.client.of(nodes).create(node('a'));
  await seen(500);
  t.deepEqual(reports, ['1 of 2 nodes Ready · no pods · N writes/s']);
  await portico.client.of(nodes).create(node('b'));
  await seen(4000);
  t.is(reports.length, 1, 'not before the interval is over');
  clock.advance(1000);
  const pod = { metadata: { name: 'p', namespace: 'default' }, spec: { containers: [{ name: 'c', image: 'i' }] } };
  await portico.client.of(pods).create(pod);
  await seen(5000);
  t.deepEqual(reports.slice(1), [
    '2 nodes Ready · no pods · N writes/s',
    '2 nodes Ready · pods: 1 Pending · N writes/s',
  ]);
  clock.advance(60_000);
  t.is(reports.length, 3);
  stop.abort();
  await progress;
});

test('endpoints have an address that others see, and the kubeconfig one at which the server listens', (t) => {
  t.deepEqual(serverAddresses({ bindAddress: '10.1.2.3' }), {
    url: '10.1.2.3',
    advertised: '10.1.2.3',
    own: '10.1.2.3',
  });
  t.deepEqual(serverAddresses({ bindAddress: '127.0.0.1', advertiseAddress: '10.1.2.3' }), {
    url: '127.0.0.1',
    advertised: '10.1.2.3',
    own: '127.0.0.1',
  });
  t.deepEqual(serverAddresses({ bindAddress: '0.0.0.0', advertiseAddress: '10.1.2.3' }), {
    url: '10.1.2.3',
    advertised: '10.1.2.3',
    own: '127.0.0.1',
  });
  const seen = seenAddress() ?? '127.0.0.1';
  t.deepEqual(serverAddresses({ bindAddress: '127.0.0.1' }), { url: '127.0.0.1', advertised: seen, own: '127.0.0.1' });
  t.deepEqual(serverAddresses({ bindAddress: '0.0.0.0' }), { url: '127.0.0.1', advertised: seen, own: '127.0.0.1' });
});
