/** kubectl's logs, exec and port-forward against containers of a simulated node, over WebSockets and over SPDY. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { get, type IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import test from 'ava';
import { WebSocket } from 'ws';
import { readKubeConfig } from '../../server/client/kube-config.ts';
import { type Portico, startPortico } from '../../server/cmd/start-portico.ts';
import { findOnPath } from '../kubectl-binaries.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const kubectl = findOnPath('kubectl');
const claim = kubectl === undefined ? test.serial.skip : test.serial;

let portico: Portico;
let kubeconfig = '';

interface Run {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

const wires = {
  websocket: { KUBECTL_REMOTE_COMMAND_WEBSOCKETS: 'true', KUBECTL_PORT_FORWARD_WEBSOCKETS: 'true' },
  spdy: { KUBECTL_REMOTE_COMMAND_WEBSOCKETS: 'false', KUBECTL_PORT_FORWARD_WEBSOCKETS: 'false' },
} as const;
type Wire = keyof typeof wires;

function start(args: readonly string[], wire: Wire) {
  const env = { ...process.env, ...wires[wire], KUBECONFIG: kubeconfig };
  return spawn(kubectl ?? '', args, { env, stdio: ['pipe', 'pipe', 'pipe'] });
}

async function run(
  args: readonly string[],
  { wire = 'websocket', input }: { wire?: Wire; input?: string } = {},
): Promise<Run> {
  const child = start(args, wire);
  child.stdin.end(input);
  const [out, err, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close') as Promise<[number]>,
  ]);
  return { code, out, err };
}

test.before(async () => {
  if (kubectl === undefined) return;
  portico = await startPortico({ storage: 'memory:', nodes: 1, disableAdmissionPlugins: 'ServiceAccount' });
  kubeconfig = join(await temporaryFolder('portico-streams'), 'kubeconfig');
  await writeFile(kubeconfig, portico.kubeConfig, { mode: 0o600 });
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'p' },
    spec: { nodeName: 'node-1', containers: [{ name: 'c', image: 'i', ports: [{ containerPort: 80 }] }] },
  };
  await run(['create', '-f', '-'], { input: JSON.stringify(pod) });
  const { code, err } = await run(['wait', '--for=condition=Ready', 'pod/p', '--timeout=60s']);
  if (code !== 0) throw new Error(err);
});
test.after.always(() => portico?.stop());

claim('logs show what a container has printed, or the end of it', async (t) => {
  const { out } = await run(['logs', 'p']);
  t.regex(out, /^Simulated: .*\n$/);
  const { out: stamped } = await run(['logs', 'p', '--tail=1', '--timestamps']);
  t.regex(stamped, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z Simulated: .*\n$/);
  const previous = await run(['logs', 'p', '--previous']);
  t.is(previous.code, 1);
  t.regex(previous.err, /previous terminated container "c" in pod "p" not found/);
});

claim('HEAD asks what is behind a proxy, and nothing else', async (t) => {
  const { server, authority: ca, certificate: cert, key } = await readKubeConfig(kubeconfig);
  const head = async (path: string) => {
    const asked = request(`${server}${path}`, { method: 'HEAD', ca, cert, key, agent: false }).end();
    const [answer] = (await once(asked, 'response')) as [IncomingMessage];
    answer.resume();
    return answer.statusCode;
  };
  t.is(await head('/api/v1/nodes/node-1/proxy/healthz'), 200);
  t.is(await head('/api/v1/nodes/node-1'), 405);
});

for (const [protocol, read] of [
  ['binary.k8s.io', (data: Buffer) => data],
  ['base64.binary.k8s.io', (data: Buffer) => Buffer.from(data.toString(), 'base64')],
] as const) {
  claim(`logs come over a WebSocket as ${protocol}`, async (t) => {
    const { server, authority: ca, certificate: cert, key } = await readKubeConfig(kubeconfig);
    const address = `${server.replace('https', 'wss')}/api/v1/namespaces/default/pods/p/log`;
    const client = new WebSocket(address, [protocol], { ca, cert, key });
    const pieces: Buffer[] = [];
    client.on('message', (data: Buffer) => pieces.push(read(data)));
    const [code] = (await once(client, 'close')) as [number];
    t.is(code, 1000);
    t.regex(Buffer.concat(pieces).toString(), /^Simulated: .*\n$/);
  });
}

claim('logs --follow goes on until the container ends', async (t) => {
  const spec = { nodeName: 'node-1', terminationGracePeriodSeconds: 0, containers: [{ name: 'c', image: 'i' }] };
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'followed' }, spec };
  await run(['create', '-f', '-'], { input: JSON.stringify(pod) });
  await run(['wait', '--for=condition=Ready', 'pod/followed', '--timeout=60s']);
  const follower = start(['logs', '-f', 'followed'], 'websocket');
  await once(follower.stdout, 'data');
  const closed = once(follower, 'close') as Promise<[number]>;
  follower.stderr.resume();
  await run(['delete', 'pod', 'followed', '--now']);
  t.deepEqual((await closed)[0], 0);
});

for (const wire of Object.keys(wires) as Wire[]) {
  claim(`exec over ${wire} gives output, errors and exit codes`, async (t) => {
    const { code, out, err } = await run(['exec', 'p', '--', 'sh', '-c', 'echo said; echo failed >&2; exit 7'], {
      wire,
    });
    t.is(out, 'said\n');
    t.regex(err, /^failed\n/);
    t.regex(err, /command terminated with exit code 7/);
    t.is(code, 7);
  });

  claim(`exec -i over ${wire} passes input to its end`, async (t) => {
    const input = 'x'.repeat(999_999);
    const { code, out } = await run(['exec', '-i', 'p', '--', 'wc', '-c'], { wire, input });
    t.deepEqual([code, out.trim()], [0, '999999']);
  });

  claim(`a container that is not there cannot run anything over ${wire}`, async (t) => {
    const { code, err } = await run(['exec', 'p', '-c', 'other', '--', 'true'], { wire });
    t.is(code, 1);
    t.regex(err, /container other is not valid for pod p/);
  });

  claim(`port-forward over ${wire} leads to the container's port`, async (t) => {
    const child = start(['port-forward', 'p', ':80'], wire);
    child.stderr.resume();
    const printed = await new Promise<string>((resolve) => {
      let said = '';
      // It goes on talking: whoever stops listening ends it.
      child.stdout.on('data', (chunk: Buffer) => {
        said += chunk.toString();
        if (said.includes('127.0.0.1:')) resolve(said);
      });
    });
    const port = Number(/127\.0\.0\.1:(\d+)/.exec(printed)?.[1]);
    const bodies = await Promise.all(
      [1, 2, 3].map(
        () =>
          new Promise<string>((resolve, reject) => {
            get({ host: '127.0.0.1', port, path: '/', agent: false }, (res) => void text(res).then(resolve, reject)).on(
              'error',
              reject,
            );
          }),
      ),
    );
    for (const body of bodies) t.regex(body, /^Simulated: pod p answers on port 80/);
    const closed = once(child, 'close');
    child.kill();
    await closed;
  });
}

claim('nodes say over the API server what their pods use', async (t) => {
  const { out } = await run(['get', '--raw', '/api/v1/nodes/node-1/proxy/stats/summary']);
  const summary = JSON.parse(out) as { node: { nodeName: string }; pods: { podRef: { name: string } }[] };
  t.is(summary.node.nodeName, 'node-1');
  t.true(summary.pods.some(({ podRef }) => podRef.name === 'p'));
  const metrics = await run(['get', '--raw', '/api/v1/nodes/node-1/proxy/metrics/resource']);
  t.regex(metrics.out, /^container_memory_working_set_bytes\{container="c",namespace="default",pod="p"\} \d+ \d+$/m);
});
