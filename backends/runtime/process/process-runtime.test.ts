import { spawn, spawnSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { chmod, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type handleUnaryCall, Server, ServerCredentials, status } from '@grpc/grpc-js';
import test, { type ExecutionContext } from 'ava';
import { temporaryFolder } from '../../../conformance/temporary-folder.ts';
import { systemClock } from '../../../server/apimachinery/clock/clock.ts';
import { containerConfig, runtimeContract, sandboxConfig } from '../contract/runtime-contract.ts';
import type { ContainerConfig, Mount, PodSandboxConfig, VolumeContent } from '../interface.ts';
import { isolationProblem } from './isolation.ts';
import { ProcessGroups } from './process-groups.ts';
import { ProcessRuntime, type ProcessRuntimeOptions } from './process-runtime.ts';

const problem = isolationProblem();
const claim = problem === undefined ? test : test.skip;
if (problem !== undefined) console.log(`not tested here: ${problem}`);

runtimeContract(
  (name, check) => claim(name, check),
  'process',
  async () => {
    const runtime = await ProcessRuntime.open({ clock: systemClock });
    const started: string[] = [];
    const start = runtime.startContainer.bind(runtime);
    runtime.startContainer = async (sandboxId, config) => {
      const status = await start(sandboxId, config);
      if (![...config.command, ...config.args].join(' ').includes('sleep')) started.push(status.id);
      return status;
    };
    const isOver = (id: string) => runtime.containerStatus(id)?.state !== 'running';
    /** What does not sleep is over: time is real here, and nobody waits longer than that takes. */
    const settle = async () => {
      while (!started.every(isOver)) await new Promise((resolve) => setImmediate(resolve));
    };
    return { runtime, settle };
  },
);

claim('process: an image in a folder brings programs and says what runs', async (t) => {
  const images = await temporaryFolder('portico-images');
  t.teardown(() => rm(images, { recursive: true, force: true }));
  const place = join(images, 'registry.example.com/team/greeter');
  await mkdir(join(place, 'rootfs/app'), { recursive: true });
  const program = join(place, 'rootfs/app/greet');
  await writeFile(program, '#!/bin/sh\necho "$GREETING, $*, from $PWD"\n');
  await chmod(program, 0o755);
  await writeFile(join(place, 'rootfs/note'), 'this');
  await mkdir(join(place, 'rootfs/bin'));
  await writeFile(join(place, 'rootfs/bin/who'), '#!/bin/sh\necho nobody\n');
  await chmod(join(place, 'rootfs/bin/who'), 0o755);
  const config = { Entrypoint: ['/app/greet'], Cmd: ['world'], Env: ['GREETING=hello'], WorkingDir: '/app' };
  await writeFile(join(place, 'config.json'), JSON.stringify({ config }));

  const runtime = await ProcessRuntime.open({ clock: systemClock, images });
  t.teardown(() => runtime.close());
  const sandbox = await runtime.runPodSandbox(sandboxConfig('greeter'));
  const said = async (given: object) => {
    const image = 'registry.example.com/team/greeter:1';
    const { id } = await runtime.startContainer(sandbox.id, containerConfig({ image, command: [], ...given }));
    const lines: string[] = [];
    for await (const line of runtime.logs(id, { follow: true, signal: AbortSignal.timeout(30_000) }))
      lines.push(line.text);
    return lines.join();
  };
  t.is(await said({}), 'hello, world, from /app');
  t.is(await said({ args: ['moon'], env: [['GREETING', 'good night']] }), 'good night, moon, from /app');
  t.is(await said({ command: ['echo', 'other'] }), 'other');
  t.is(
    await said({
      command: ['sh', '-c', 'mv /app/greet /greet && mv /note /tmp && ls / | grep -c note; cat /tmp/note'],
    }),
    '0,this',
  );
  // Wherever the machine has its own, and whatever else is there.
  t.is(
    await said({ command: ['sh', '-c', 'who; test -e /usr/bin/env && cat /dev/null && echo and all else'] }),
    'nobody,and all else',
  );
  await t.throwsAsync(said({ image: 'registry.example.com/team/none' }), { message: /must say its command/ });
});

/** A pod whose containers run scripts, and what these print. */
async function podOf(runtime: ProcessRuntime, given: Partial<PodSandboxConfig> = {}) {
  const sandbox = await runtime.runPodSandbox({ ...sandboxConfig('pod'), ...given });
  const start = (script: string, config: Partial<ContainerConfig> = {}) =>
    runtime.startContainer(sandbox.id, containerConfig({ command: ['sh', '-c', script], ...config }));
  const say = async (script: string, config: Partial<ContainerConfig> = {}) => {
    const { id } = await start(script, config);
    const lines: string[] = [];
    for await (const line of runtime.logs(id, { follow: true, signal: AbortSignal.timeout(30_000) }))
      lines.push(line.text);
    return lines;
  };
  return { sandbox, start, say };
}

async function opened(t: ExecutionContext, options: Partial<ProcessRuntimeOptions> = {}): Promise<ProcessRuntime> {
  const runtime = await ProcessRuntime.open({ clock: systemClock, ...options });
  t.teardown(() => runtime.close());
  return runtime;
}

claim('process: what a container writes to its root is its own, and nothing where the root is read-only', async (t) => {
  const { say } = await podOf(await opened(t));
  const write = 'echo mine > /etc/portico-test && cat /etc/portico-test; touch /portico-test && echo written';
  t.deepEqual(await say(`${write}; rm /etc/portico-test /portico-test`), ['mine', 'written']);
  t.deepEqual(await say('ls /etc/portico-test /portico-test 2>/dev/null | wc -l'), ['0']);
  t.deepEqual(await say(`(${write}) 2>/dev/null; echo $?`, { readOnlyRoot: true }), ['1']);
  t.false(existsSync('/etc/portico-test'));
});

claim('process: a container knows its name, its hosts and whom to ask for others', async (t) => {
  const runtime = await opened(t);
  const { say, sandbox } = await podOf(runtime, {
    hostname: 'web-0',
    domain: 'web.default.svc.cluster.local',
    hostAliases: [{ ip: '192.0.2.9', hostnames: ['far', 'away'] }],
    dns: { servers: ['192.0.2.1'], searches: ['example.com'], options: ['ndots:2'], ofMachine: 'nothing' },
  });
  const [ip = ''] = sandbox.ips;
  t.deepEqual(await say('hostname; cat /etc/hostname'), ['web-0', 'web-0']);
  const hosts = await say('cat /etc/hosts');
  t.is(hosts[0], '# Kubernetes-managed hosts file.');
  t.true(hosts.includes(`${ip}\tweb-0.web.default.svc.cluster.local\tweb-0`));
  t.is(hosts.at(-1), '192.0.2.9\tfar\taway');
  t.deepEqual(await say('cat /etc/resolv.conf'), ['search example.com', 'nameserver 192.0.2.1', 'options ndots:2']);
});

const file = (text: string, mode = 0o644) => ({ content: Buffer.from(text), mode });
const mounted = (path: string, volume: Partial<VolumeContent>, given: Partial<Mount> = {}): Mount => ({
  name: 'v',
  path,
  subPath: '',
  readOnly: false,
  volume: { name: 'v', sharedBy: 'pod', ...volume },
  ...given,
});

claim('process: files that the API gives change all at once, also in containers that run', async (t) => {
  const runtime = await opened(t);
  const { say, start, sandbox } = await podOf(runtime);
  let files = new Map([
    ['a', file('one')],
    ['deep/b', file('secret', 0o400)],
  ]);
  const mounts = [mounted('/given', { files: () => Promise.resolve(files) })];
  t.deepEqual(await say('cat /given/a; echo; stat -Lc %a /given/a /given/deep/b; readlink /given/a', { mounts }), [
    'one',
    '644',
    '400',
    '..data/a',
  ]);
  const { id } = await start('sleep 3600', { mounts });
  files = new Map([['c', file('two')]]);
  await runtime.refreshVolumes(sandbox.id);
  const seen: string[] = [];
  const stdout = (chunk: Uint8Array) => void seen.push(Buffer.from(chunk).toString());
  const streams = { stdin: undefined, stdout, stderr: undefined, tty: false, resize: undefined };
  const signal = AbortSignal.timeout(30_000);
  await runtime.exec(id, { ...streams, signal, command: ['sh', '-c', 'ls /given; cat /given/c'] });
  t.is(seen.join(''), 'c\ntwo');
  t.deepEqual(
    await say('cat /part; touch /given/x 2>/dev/null || echo refused', {
      mounts: [...mounts, mounted('/part', { files: () => Promise.resolve(files) }, { subPath: 'c' })],
    }),
    ['tworefused'],
  );
});

claim('process: a path inside a volume does not lead out of it', async (t) => {
  const { say, start } = await podOf(await opened(t));
  await say('ln -s / /v/out', { mounts: [mounted('/v', {})] });
  const mounts = [mounted('/out', {}, { subPath: 'out/etc' })];
  await t.throwsAsync(start('true', { mounts }), { message: /failed to prepare subPath/ });
});

claim('process: a terminal is one to the command that runs in it', async (t) => {
  const runtime = await opened(t);
  const { start, say } = await podOf(runtime);
  const { id } = await start('sleep 3600');
  const seen: string[] = [];
  const stdout = (chunk: Uint8Array) => void seen.push(Buffer.from(chunk).toString());
  const streams = { stdin: undefined, stdout, stderr: undefined, resize: undefined };
  const signal = AbortSignal.timeout(30_000);
  const resize = (async function* () {
    yield { width: 123, height: 45 };
  })();
  const wait = 'until [ "$(stty size)" = "45 123" ]; do sleep 0.05; done';
  t.is(await runtime.exec(id, { ...streams, resize, tty: true, signal, command: ['sh', '-c', wait] }), 0);
  t.is(await runtime.exec(id, { ...streams, tty: true, signal, command: ['sh', '-c', 'tty; exit 3'] }), 3);
  t.regex(seen.join(''), /^\/dev\/pts\/\d+\r\n$/);
  t.regex((await say('tty', { tty: true })).join(), /^\/dev\/pts\/\d+/);
});

claim('process: gRPC probes ask how a service is', async (t) => {
  const bytes = (value: Buffer) => value;
  const check = {
    path: '/grpc.health.v1.Health/Check',
    requestStream: false,
    responseStream: false,
    requestSerialize: bytes,
    requestDeserialize: bytes,
    responseSerialize: bytes,
    responseDeserialize: bytes,
  } as const;
  const answers: Readonly<Record<string, Buffer>> = { '': Buffer.from([8, 1]), '\n\x04sick': Buffer.from([8, 2]) };
  const Check: handleUnaryCall<Buffer, Buffer> = ({ request }, reply) => {
    const answer = answers[request.toString()];
    if (answer === undefined) reply({ code: status.NOT_FOUND, details: 'unknown service' });
    else reply(null, answer);
  };
  const server = new Server();
  server.addService({ Check: check }, { Check });
  const port = await promisify(server.bindAsync.bind(server))('0.0.0.0:0', ServerCredentials.createInsecure());
  t.teardown(() => server.forceShutdown());
  const runtime = await opened(t);
  const { start } = await podOf(runtime);
  const { id } = await start('sleep 3600');
  const ask = (serviceName: string, at = port) =>
    runtime.probe(id, { type: 'grpc', port: at, serviceName, kind: 'liveness', timeoutSeconds: 2 });
  t.deepEqual(await ask(''), { success: true, output: 'service healthy' });
  t.deepEqual(await ask('sick'), { success: false, output: 'service unhealthy (responded with "NOT_SERVING")' });
  t.regex((await ask('other')).output, /code = NOT_FOUND desc = unknown service/);
  t.regex((await ask('', 1)).output, /^timeout: failed to connect service "127\.128\.\d+\.\d+:1" within 2s/);
});

claim('process: a container may be started among the processes of another one', async (t) => {
  const runtime = await opened(t);
  const { say, start } = await podOf(runtime);
  const { id } = await start('exec sleep 3600.197');
  const look = 'cat /proc/[0-9]*/cmdline | tr "\\0" " "';
  t.regex((await say(look, { target: id })).join(), /sleep 3600\.197/);
  t.notRegex((await say(look)).join(), /sleep 3600\.197/);
});

const isRoot = process.getuid?.() === 0;
const rootClaim = isRoot ? claim : test.skip;
if (!isRoot) console.log('not tested here: users, groups, capabilities and networks of pods, which need root');

rootClaim('process: a container is who its spec says, with no more than the usual rights of root', async (t) => {
  const { say } = await podOf(await opened(t), { fsGroup: 3000 });
  const inStatus = (field: string) => `sed -n 's/^${field}:\\s*//p' /proc/self/status`;
  const who = { runAsUser: 1000, runAsGroup: 2000, supplementalGroups: [3000, 4000] };
  t.deepEqual(await say('id -u; id -g; id -G', who), ['1000', '2000', '2000 3000 4000']);
  t.deepEqual(await say(inStatus('CapEff'), who), ['0000000000000000']);
  t.deepEqual(await say(`id -u; ${inStatus('CapEff')}`), ['0', '00000000a80425fb']);
  const privileges = { privileged: false, noNewPrivileges: true, add: ['NET_ADMIN'], drop: ['ALL'] };
  t.deepEqual(await say(`${inStatus('CapBnd')}; ${inStatus('NoNewPrivs')}`, { privileges }), ['0000000000001000', '1']);
  const volume = { isMemory: true, name: 'm' };
  t.deepEqual(
    await say("stat -c '%a %g' /v; stat -f -c %T /m; stat -c '%a %g' /m; touch /v/x && stat -c %g /v/x", {
      ...who,
      mounts: [mounted('/v', {}), mounted('/m', volume)],
    }),
    ['2777 3000', 'tmpfs', '2777 3000', '3000'],
  );
});

const groups = isRoot ? ProcessGroups.open() : undefined;
groups?.close();
if (isRoot && groups === undefined)
  console.log('not tested here: limits, for which this machine lets nobody make groups of processes');

(groups === undefined ? test.skip : claim)(
  'process: a container uses no more than its limits, which may change while it runs',
  async (t) => {
    const runtime = await opened(t);
    const { say, start } = await podOf(runtime);
    const resources = { cpuRequest: 100, cpuLimit: 250, memoryLimit: 64 * 2 ** 20 };
    const read =
      'cd /sys/fs/cgroup; cat cpu.max cpu/cpu.cfs_quota_us memory.max memory/memory.limit_in_bytes 2>/dev/null';
    t.regex((await say(read, { resources })).join(), /^25000( 100000)?,67108864$/);
    t.deepEqual(await say('cat /proc/self/oom_score_adj', { oomScore: 500 }), ['500']);
    const { id } = await start('sleep 3600', { resources });
    await runtime.updateContainer(id, { ...resources, cpuLimit: 0, memoryLimit: 128 * 2 ** 20 });
    const seen: string[] = [];
    const stdout = (chunk: Uint8Array) => void seen.push(Buffer.from(chunk).toString());
    const streams = { stdin: undefined, stdout, stderr: undefined, tty: false, resize: undefined };
    await runtime.exec(id, { ...streams, signal: AbortSignal.timeout(30_000), command: ['sh', '-c', read] });
    t.regex(seen.join(''), /^(max 100000|-1)\n134217728\n$/);
    // What takes more than there is: bytes, held in one variable.
    const greedy = 'x=$(head -c 200000000 /dev/zero | tr "\\0" x); echo survived';
    const { id: killed } = await start(greedy, { resources: { ...resources, cpuLimit: 0 } });
    for await (const _ of runtime.logs(killed, { follow: true, signal: AbortSignal.timeout(30_000) }));
    t.like(runtime.containerStatus(killed), { state: 'exited', exitCode: 137, reason: 'OOMKilled' });
  },
);

rootClaim('process: an image says as whom its containers run, where their spec does not', async (t) => {
  const images = await temporaryFolder('portico-images');
  t.teardown(() => rm(images, { recursive: true, force: true }));
  await mkdir(join(images, 'app/rootfs/etc'), { recursive: true });
  await writeFile(join(images, 'app/config.json'), JSON.stringify({ config: { User: 'worker' } }));
  await writeFile(
    join(images, 'app/rootfs/etc/passwd'),
    'root:x:0:0::/root:/bin/sh\nworker:x:1234:2345::/home/worker:/bin/sh\n',
  );
  await writeFile(join(images, 'app/rootfs/etc/group'), 'staff:x:2345:\nplugdev:x:3456:worker\n');
  const runtime = await opened(t, { images });
  const image = 'app';
  t.is((await runtime.pullImage({ node: 'n', image, annotations: {} })).user, 'worker');
  t.is(runtime.imageStatus('n', image)?.user, 'worker');
  const { say } = await podOf(runtime);
  const who = 'id -u; id -g; id -G; echo $HOME';
  t.deepEqual(await say(who, { image, runAsUser: undefined, runAsGroup: undefined }), [
    '1234',
    '2345',
    '2345 3456',
    '/home/worker',
  ]);
  t.deepEqual(await say(who, { image, runAsUser: 7, runAsGroup: undefined }), ['7', '0', '0', '/']);
});

const listen = `require('net').createServer((s) => s.end(require('os').hostname())).listen(80);
  const u = require('dgram').createSocket('udp4').bind(80, () => console.log('here'));
  u.on('message', (m, from) => u.send(m + ' heard', from.port, from.address));`;

rootClaim('process: pods of a network of their own are reached there, each with all its ports', async (t) => {
  // Networks for documentation: nobody has them.
  const podBlock = '198.51.100.0/28';
  const runtime = await opened(t, { podBlock });
  const { network } = runtime;
  if (network === undefined) return t.fail();
  t.is(runtime.describeNode().internalIp, '198.51.100.1');
  const node = mounted('/opt/node', { hostPath: { path: process.execPath, type: 'File' } });
  const pods = await Promise.all(
    ['a', 'b'].map((hostname, index) =>
      podOf(runtime, {
        hostname,
        portMappings: index === 0 ? [{ protocol: 'TCP', hostIp: '', hostPort: 18_080, containerPort: 80 }] : [],
      }),
    ),
  );
  for (const { start } of pods) {
    const { id } = await start('', { command: ['/opt/node', '-e', listen], mounts: [node] });
    for await (const { text: line } of runtime.logs(id, { follow: true, signal: AbortSignal.timeout(30_000) }))
      if (line === 'here') break;
  }
  const addresses = pods.flatMap(({ sandbox }) => sandbox.ips);
  t.deepEqual(addresses.toSorted(), ['198.51.100.2', '198.51.100.3']);
  const ask = (address: string, port = 80) => text(connect(port, address));
  t.deepEqual(await Promise.all(addresses.map((address) => ask(address))), ['a', 'b']);
  t.is(await ask('198.51.100.1', 18_080), 'a');
  t.is(await ask('127.0.0.1', 18_080), 'a');

  await network.ownAddresses('203.0.113.0/28');
  let turn = 0;
  const clients: string[] = [];
  const choose = (client: string) => {
    clients.push(client);
    return { address: addresses[turn++ % 2] ?? '', port: 80 };
  };
  const relay = { address: '203.0.113.4', port: 80, choose };
  await network.relay({ ...relay, protocol: 'TCP' });
  await network.relay({ ...relay, protocol: 'UDP' });
  await t.throwsAsync(network.relay({ ...relay, protocol: 'TCP' }), {
    message: /nobody can listen on TCP 203.0.113.4:80/,
  });
  t.deepEqual([await ask('203.0.113.4'), await ask('203.0.113.4')], ['a', 'b']);
  const inPod = `require('net').connect(80, '203.0.113.4').pipe(process.stdout)`;
  t.deepEqual(await pods[1]?.say('', { command: ['/opt/node', '-e', inPod], mounts: [node] }), ['a']);
  t.is(clients.at(-1), addresses[1]);
  const socket = createSocket('udp4');
  socket.send('word', 80, '203.0.113.4');
  const [heard] = (await once(socket, 'message')) as [Buffer];
  socket.close();
  t.is(heard.toString(), 'word heard');

  await runtime.close();
  t.false(spawnSync('ip', ['route', 'show', 'table', 'all'], { encoding: 'utf8' }).stdout.includes(podBlock));
  await t.throwsAsync(ProcessRuntime.open({ clock: systemClock, podBlock: '10.0.0.1/16' }), {
    message: /--process-pod-cidr 10\.0\.0\.1\/16: expected a block/,
  });
});

rootClaim('process: what a killed server left is taken away by the next one', async (t) => {
  const podBlock = '198.51.100.32/28';
  const program = `
    const { ProcessRuntime } = await import(${JSON.stringify(import.meta.resolve('./process-runtime.ts'))});
    const { systemClock } = await import(${JSON.stringify(import.meta.resolve('../../../server/apimachinery/clock/clock.ts'))});
    const { containerConfig, sandboxConfig } = await import(${JSON.stringify(import.meta.resolve('../contract/runtime-contract.ts'))});
    const runtime = await ProcessRuntime.open({ clock: systemClock, podBlock: '${podBlock}' });
    const { id } = await runtime.runPodSandbox(sandboxConfig('left'));
    await runtime.startContainer(id, containerConfig({ command: ['sleep', '3600.198'] }));
    console.log('started');
    setInterval(() => undefined, 1000);`;
  const server = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(server.stdout, 'data');
  await t.throwsAsync(ProcessRuntime.open({ clock: systemClock, podBlock }), {
    message: /it is the network of process/,
  });
  server.kill('SIGKILL');
  await once(server, 'close');
  await opened(t, { podBlock });
  t.not(spawnSync('pgrep', ['-f', 'sleep 3600[.]198']).status, 0);
});
