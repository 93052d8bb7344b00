import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { text } from 'node:stream/consumers';
import { chmod, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { temporaryFolder } from '../../../conformance/temporary-folder.ts';
import { systemClock } from '../../../server/apimachinery/clock/clock.ts';
import { containerConfig, runtimeContract, sandboxConfig } from '../contract/runtime-contract.ts';
import { isolationProblem } from './isolation.ts';
import { ProcessRuntime } from './process-runtime.ts';

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
  await t.throwsAsync(said({ image: 'registry.example.com/team/none' }), { message: /must say its command/ });
});

const isRoot = process.getuid?.() === 0 && spawnSync('ip', ['route']).status === 0;
if (!isRoot) console.log('not tested here: addresses of another network, which need root and `ip`');

(isRoot ? claim : test.skip)('process: pods with addresses of another network are reached there', async (t) => {
  // A network for documentation: nobody has it.
  const podBlock = '198.51.100.0/29';
  const runtime = await ProcessRuntime.open({ clock: systemClock, podBlock });
  const sandboxes = await Promise.all(['a', 'b'].map((name) => runtime.runPodSandbox(sandboxConfig(name))));
  t.deepEqual(
    sandboxes.flatMap(({ ips }) => ips),
    ['198.51.100.1', '198.51.100.2'],
  );
  const server = createServer((socket) => socket.end('here')).listen(0, '198.51.100.2');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  t.is(await text(connect(port, '198.51.100.2')), 'here');
  server.close();
  await runtime.close();
  t.is(spawnSync('ip', ['route', 'show', 'table', 'local', podBlock], { encoding: 'utf8' }).stdout, '');
  await t.throwsAsync(ProcessRuntime.open({ clock: systemClock, podBlock: '10.0.0.1/16' }), {
    message: /--process-pod-cidr 10\.0\.0\.1\/16: expected a block/,
  });
});
