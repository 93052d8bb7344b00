import { chmod, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { temporaryFolder } from '../../../conformance/temporary-folder.ts';
import { systemClock } from '../../../server/apimachinery/clock/clock.ts';
import { containerConfig, runtimeContract } from '../contract/runtime-contract.ts';
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
  const sandboxConfig = {
    node: 'n',
    namespace: 'default',
    name: 'greeter',
    uid: '1',
    attempt: 0,
    hostname: 'greeter',
    hostNetwork: false,
    annotations: {},
  };
  const sandbox = await runtime.runPodSandbox(sandboxConfig as never);
  const said = async (given: object) => {
    const image = 'registry.example.com/team/greeter:1';
    const { id } = await runtime.startContainer(sandbox.id, containerConfig({ image, command: [], ...given }));
    const lines: string[] = [];
    for await (const { text } of runtime.logs(id, { follow: true, signal: AbortSignal.timeout(30_000) }))
      lines.push(text);
    return lines.join();
  };
  t.is(await said({}), 'hello, world, from /app');
  t.is(await said({ args: ['moon'], env: [['GREETING', 'good night']] }), 'good night, moon, from /app');
  t.is(await said({ command: ['echo', 'other'] }), 'other');
  await t.throwsAsync(said({ image: 'registry.example.com/team/none' }), { message: /must say its command/ });
});
