/** kubectl's verbs that reach into containers: logs, exec, attach, cp, port-forward, debug and top, over both of its wires. */
import { once } from 'node:events';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { type Portico, startPortico } from '../../server/cmd/start-portico.ts';
import { Kubectl } from '../kubectl/kubectl.ts';
import { findOnPath } from '../kubectl-binaries.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const binary = process.env.KUBECTL || findOnPath('kubectl');
const claim = binary === undefined ? test.skip : test;

let portico: Portico;
let folder: string;
let kubectl: Kubectl;

const labels = { app: 'talk' };
const say = (text: string) => ['sh', '-c', `echo ${text} begins; echo ${text} goes on >&2; sleep 1d`];
const containers = ['one', 'two'].map((name) => ({ name, image: 'busybox', command: say(name) }));
const ports = [{ name: 'http', containerPort: 8080 }];
const objects = [
  { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'talk', labels }, spec: { containers } },
  {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'fails', labels: { app: 'fails' } },
    spec: { containers: [{ name: 'main', image: 'busybox', command: ['sh', '-c', 'echo tried; exit 3'] }] },
  },
  {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web' },
    spec: {
      selector: { matchLabels: { app: 'web' } },
      template: {
        metadata: { labels: { app: 'web' } },
        spec: { containers: [{ name: 'main', image: 'registry.example.com/web:1', ports }] },
      },
    },
  },
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web' },
    spec: { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 'http' }] },
  },
];

test.before(async () => {
  if (binary === undefined) return;
  folder = await temporaryFolder('portico-in-pods');
  portico = await startPortico({ storage: 'memory:', nodes: 1, scheduler: true, controllers: '*' });
  const kubeconfig = join(folder, 'kubeconfig');
  await writeFile(kubeconfig, portico.kubeConfig, { mode: 0o600 });
  kubectl = new Kubectl({ binary, kubeconfig, home: join(folder, 'home'), namespace: 'default' });
  await kubectl.run({ line: 'create -f -', stdin: JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }) });
  for (const line of ['rollout status deployment/web', 'wait pod/talk --for=condition=Ready --timeout=60s']) {
    const { exit, stdout, stderr } = await kubectl.run({ line });
    if (exit !== 0) throw new Error(`kubectl ${line}: ${stdout}${stderr}`);
  }
});
test.after.always(async () => {
  await portico?.stop();
  if (folder !== undefined) await rm(folder, { recursive: true, force: true });
});

/** What it prints on both streams, once it has ended as it should. */
async function run(t: ExecutionContext, line: string, { stdin = '', exits = 0 } = {}): Promise<string> {
  const { exit, stdout, stderr } = await kubectl.run({ line, stdin });
  t.is(exit, exits, `kubectl ${line}: ${stdout}${stderr}`);
  return stdout + stderr;
}

/** Reads until the pattern is there, then ends it. */
async function until(line: string, pattern: RegExp, act: (found: RegExpExecArray) => Promise<void>): Promise<void> {
  const child = kubectl.start(line);
  const closed = once(child, 'close');
  child.stderr.resume();
  let said = '';
  try {
    for await (const chunk of child.stdout.iterator({ destroyOnReturn: false })) {
      said += String(chunk);
      const found = pattern.exec(said);
      if (found === null) continue;
      child.stdout.resume();
      await act(found);
      return;
    }
    throw new Error(`kubectl ${line} ended without ${pattern}: ${said}`);
  } finally {
    child.kill();
    await closed;
  }
}

claim('logs of one container, of all, of all pods with a label, in part, with times and with names', async (t) => {
  t.is(await run(t, 'logs talk -c two'), 'two begins\ntwo goes on\n');
  t.regex(await run(t, 'logs talk'), /^one begins\none goes on\nDefaulted container "one" out of: one, two\n$/);
  t.is(await run(t, 'logs talk --all-containers'), 'one begins\none goes on\ntwo begins\ntwo goes on\n');
  // kubectl takes them in the random order of Go's maps.
  const prefixed = await run(t, 'logs -l app=talk --all-containers --prefix --tail=1');
  t.deepEqual(prefixed.trim().split('\n').toSorted(), ['[pod/talk/one] one goes on', '[pod/talk/two] two goes on']);
  t.is(await run(t, 'logs talk -c one --tail=1 --since=1h'), 'one goes on\n');
  t.regex(await run(t, 'logs talk -c one --timestamps'), /^\d{4}-\d\d-\d\dT[\d:.]+Z one begins\n\d{4}-/);
  t.is(await run(t, 'logs talk -c one --limit-bytes=5'), 'one b');
  t.regex(await run(t, 'logs talk -c none', { exits: 1 }), /container none is not valid for pod talk/);
  t.regex(await run(t, 'logs deployment/web'), /^Simulated: /);
});

claim('logs --previous are those of the container that failed before', async (t) => {
  await run(t, 'wait pod/fails --for=jsonpath={.status.containerStatuses[0].restartCount}=1 --timeout=60s');
  t.is(await run(t, 'logs fails --previous'), 'tried\n');
  t.regex(await run(t, 'get pod fails -o jsonpath={.status.containerStatuses[0].lastState}'), /"exitCode":3/);
});

claim('logs -f and attach go on with what a container prints', async (t) => {
  const command = ['sh', '-c', 'while true; do echo again; sleep 0.1; done'];
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'again' } };
  const spec = { terminationGracePeriodSeconds: 0, containers: [{ name: 'main', image: 'busybox', command }] };
  await run(t, 'create -f -', { stdin: JSON.stringify({ ...pod, spec }) });
  await run(t, 'wait pod/again --for=condition=Ready --timeout=60s');
  for (const line of ['logs -f again', 'logs -f -l app=talk --all-containers --prefix', 'attach again'])
    await until(line, /again\nagain\n|\[pod\/talk\/one\] one goes on\n/, async () => undefined);
  await run(t, 'delete pod again');
  t.pass();
});

claim('exec in a container of choice, in a pod of a deployment, with input and with the exit code', async (t) => {
  t.is(await run(t, 'exec talk -c two -- hostname'), 'talk\n');
  t.regex(await run(t, 'exec deployment/web -- hostname'), /^web-[a-z0-9-]+\n$/);
  t.is(await run(t, 'exec -i talk -c one -- cat', { stdin: 'in and out\n' }), 'in and out\n');
  t.is(await run(t, 'exec -i talk -c one -- sh', { stdin: 'cd /tmp\npwd\n' }), '/tmp\n');
  t.regex(await run(t, "exec talk -c one -- sh -c 'exit 4'", { exits: 4 }), /exit code 4/);
  t.regex(await run(t, 'exec talk -c one -- nonsense', { exits: 127 }), /not found/);
});

claim('cp carries folders and any bytes both ways', async (t) => {
  const bytes = Uint8Array.from({ length: 70_000 }, (_, index) => (index * 31 + (index >> 8)) & 255);
  const long = `${'deep/'.repeat(25)}é and 😀.txt`;
  const files: Record<string, Uint8Array> = { 'bytes.bin': bytes, 'text.txt': Buffer.from('text\n'), [long]: bytes };
  const at = (name: string) => join(folder, 'out', name);
  await mkdir(join(folder, 'out', 'deep/'.repeat(25)), { recursive: true });
  for (const [name, content] of Object.entries(files)) await writeFile(at(name), content);
  await run(t, 'exec talk -c one -- mkdir /srv');
  await run(t, `cp ${folder}/out talk:/srv/in -c one`);
  t.is(await run(t, 'exec talk -c one -- wc -c /srv/in/bytes.bin'), '70000 /srv/in/bytes.bin\n');
  t.is(await run(t, 'exec talk -c one -- cat /srv/in/text.txt'), 'text\n');
  t.regex(await run(t, 'exec talk -c two -- ls /srv/in', { exits: 1 }), /No such file/);
  await run(t, `cp talk:/srv/in ${folder}/back -c one`);
  for (const [name, content] of Object.entries(files))
    t.deepEqual(await readFile(join(folder, 'back', name)), Buffer.from(content), name);
  await run(t, `cp talk:/srv/in/text.txt ${folder}/one.txt -c one`);
  t.is(await readFile(join(folder, 'one.txt'), 'utf8'), 'text\n');
  await run(t, `cp ${folder}/one.txt talk:/tmp -c two`);
  t.is(await run(t, 'exec talk -c two -- cat /tmp/one.txt'), 'text\n');
  t.regex(await run(t, 'exec talk -c one -- tar cf - /none', { exits: 1 }), /tar: \/none: No such file/);
});

for (const target of ['pod/talk 0:8080', 'deployment/web 0:8080', 'service/web 0:80'])
  claim(`port-forward to ${target} answers`, (t) =>
    until(`port-forward ${target}`, /127\.0\.0\.1:(\d+) -> 8080/, async ([, port = '']) => {
      const answer = await fetch(`http://127.0.0.1:${port}/`);
      t.regex(await answer.text(), /^Simulated: pod (?:talk|web-\S+) answers on port 8080/);
    }),
  );

claim('debug starts a container in a pod, a copy of a pod, and a pod on a node', async (t) => {
  const { spec } = objects[0] ?? {};
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'ill' }, spec };
  await run(t, 'create -f -', { stdin: JSON.stringify(pod) });
  await run(t, 'wait pod/ill --for=condition=Ready --timeout=60s');
  await run(t, `debug ill --image=busybox -c helper --target=one -- sh -c 'echo helped; sleep 1d'`);
  await run(t, 'wait pod/ill --for=jsonpath={.status.ephemeralContainerStatuses[0].name}=helper --timeout=60s');
  // As upstream's kubelet has it, which asks no probes of such containers.
  t.regex(await run(t, 'get pod ill -o jsonpath={.status.ephemeralContainerStatuses[0]}'), /"ready":false/);
  await until('logs -f ill -c helper', /helped\n/, async () => undefined);
  await run(t, `debug ill --image=busybox -c tool --copy-to=copy -- sh -c 'echo copied; sleep 1d'`);
  await run(t, 'wait pod/copy --for=condition=Ready --timeout=60s');
  t.is(await run(t, 'logs copy -c tool'), 'copied\n');
  await run(t, `debug node/node-1 --image=busybox -- sh -c 'echo on the node; sleep 1d'`);
  const name = /node-debugger-node-1-\w+/.exec(await run(t, 'get pods -o name'))?.[0] ?? '';
  await run(t, `wait pod/${name} --for=condition=Ready --timeout=60s`);
  t.is(await run(t, `logs ${name}`), 'on the node\n');
});
