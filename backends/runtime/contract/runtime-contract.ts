/** What every runtime must do, one named case each. Run it against a new one: it is done when it passes. */
import type { ExecutionContext } from 'ava';
import { RuntimeError } from '../errors.ts';
import type { ContainerConfig, ContainerEvent, PodSandbox, PodSandboxConfig, Runtime, Streams } from '../interface.ts';

type DefineTest = (claim: string, check: (t: ExecutionContext) => Promise<void>) => void;

export interface RuntimeUnderTest {
  readonly runtime: Runtime;
  /** Lets time pass until nothing more happens within `milliseconds`. */
  settle(milliseconds: number): Promise<void>;
}

const node = 'node-1';

export function containerConfig(given: Partial<ContainerConfig> = {}): ContainerConfig {
  return {
    name: 'main',
    image: 'busybox',
    imageId: '',
    command: ['sh', '-c', 'sleep 3600'],
    args: [],
    workingDirectory: '',
    env: [],
    mounts: [],
    ports: [],
    attempt: 0,
    tty: false,
    stdin: false,
    isInit: false,
    runAsUser: 0,
    runAsGroup: 0,
    supplementalGroups: [],
    privileges: { privileged: false, noNewPrivileges: false, add: [], drop: [] },
    terminationMessagePath: '/dev/termination-log',
    readOnlyRoot: false,
    resources: { cpuRequest: 0, cpuLimit: 0, memoryLimit: 0 },
    oomScore: 0,
    ...given,
  };
}

/** `make` returns a runtime of its own each time; the suite closes it. */
export function runtimeContract(test: DefineTest, name: string, make: () => Promise<RuntimeUnderTest>): void {
  const runtimeTest = (
    claim: string,
    check: (
      t: ExecutionContext,
      parts: RuntimeUnderTest & { readonly events: ContainerEvent[]; readonly sandbox: PodSandbox },
    ) => Promise<void>,
  ) =>
    test(`${name}: ${claim}`, async (t) => {
      const made = await make();
      const events: ContainerEvent[] = [];
      made.runtime.subscribe((event) => events.push(event));
      try {
        await check(t, { ...made, events, sandbox: await runSandbox(made.runtime, 'pod') });
      } finally {
        await made.runtime.close();
      }
    });
  const start = async ({ runtime, settle }: RuntimeUnderTest, sandbox: PodSandbox, config: ContainerConfig) => {
    const started = runtime.startContainer(sandbox.id, config);
    await settle(1000);
    return started;
  };
  const linesOf = async (runtime: Runtime, id: string, of = 'stdout'): Promise<string[]> => {
    const lines: string[] = [];
    for await (const { text, stream } of runtime.logs(id, { follow: false, signal: AbortSignal.timeout(5000) }))
      if (stream === of) lines.push(text);
    return lines;
  };

  runtimeTest('a node says what it has and where it is', (t, { runtime }) => {
    const { capacity, internalIp, architecture } = runtime.describeNode(node);
    t.regex(capacity.cpu ?? '', /^\d+/);
    t.truthy(capacity.memory);
    t.truthy(capacity.pods);
    t.truthy(internalIp);
    t.truthy(architecture);
    t.deepEqual(runtime.describeNode(node), runtime.describeNode(node));
    return Promise.resolve();
  });

  runtimeTest('sandboxes have addresses of their own', async (t, { runtime, sandbox }) => {
    const other = await runSandbox(runtime, 'other');
    t.not(sandbox.id, other.id);
    t.truthy(sandbox.ips[0]);
    t.not(sandbox.ips[0], other.ips[0]);
  });

  runtimeTest('an image is there after it was pulled, under any of its names', async (t, { runtime, settle }) => {
    t.is(runtime.imageStatus(node, 'busybox'), undefined);
    const pulling = runtime.pullImage({ node, image: 'busybox', annotations: {} });
    await settle(5000);
    const image = await pulling;
    t.true(image.sizeBytes > 0);
    t.is(runtime.imageStatus(node, 'docker.io/library/busybox:latest')?.id, image.id);
    t.deepEqual(runtime.listImages(node), [image]);
  });

  runtimeTest('a container runs until it is stopped, and says so', async (t, under) => {
    const { runtime, sandbox, settle, events } = under;
    const { id, state } = await start(under, sandbox, containerConfig());
    t.is(state, 'running');
    t.is(runtime.containerStatus(id)?.state, 'running');
    t.true((runtime.containerStatus(id)?.startedAt ?? 0) > 0);
    const stopping = runtime.stopContainer(id, 30);
    await settle(31_000);
    await stopping;
    t.is(runtime.containerStatus(id)?.state, 'exited');
    t.deepEqual(events, [{ type: 'exited', containerId: id, sandboxId: sandbox.id }]);
  });

  runtimeTest('a container that ends has its exit code, reason and times', async (t, under) => {
    const { runtime, sandbox, settle, events } = under;
    const good = await start(under, sandbox, containerConfig({ name: 'good', command: ['sh', '-c', 'exit 0'] }));
    const bad = await start(under, sandbox, containerConfig({ name: 'bad', command: ['sh', '-c', 'exit 7'] }));
    await settle(1000);
    const [first, second] = [runtime.containerStatus(good.id), runtime.containerStatus(bad.id)];
    t.like(first, { state: 'exited', exitCode: 0, reason: 'Completed' });
    t.like(second, { state: 'exited', exitCode: 7, reason: 'Error' });
    t.true((second?.finishedAt ?? 0) >= (second?.startedAt ?? 1));
    t.deepEqual(events.map(({ containerId }) => containerId).toSorted(), [good.id, bad.id].toSorted());
  });

  runtimeTest('a stopped container that ended before stays as it was', async (t, under) => {
    const { runtime, sandbox, settle } = under;
    const { id } = await start(under, sandbox, containerConfig({ command: ['sh', '-c', 'exit 3'] }));
    await settle(1000);
    await runtime.stopContainer(id, 1);
    t.is(runtime.containerStatus(id)?.exitCode, 3);
    await runtime.stopContainer('never-there', 1);
  });

  runtimeTest('what a container prints is its log, also after its end', async (t, under) => {
    const { runtime, sandbox, settle } = under;
    const command = ['sh', '-c', 'echo one; echo two >&2; echo "$NAME"'];
    const { id } = await start(under, sandbox, containerConfig({ command, env: [['NAME', 'three']] }));
    await settle(1000);
    // Between two pipes there is no order.
    t.deepEqual(await linesOf(runtime, id), ['one', 'three']);
    t.deepEqual(await linesOf(runtime, id, 'stderr'), ['two']);
  });

  runtimeTest('exec runs beside the container, with its own streams and exit code', async (t, under) => {
    const { runtime, sandbox } = under;
    const { id } = await start(under, sandbox, containerConfig({ env: [['COLOUR', 'blue']] }));
    const { streams, written } = recorded();
    t.is(await runtime.exec(id, { ...streams, command: ['sh', '-c', 'echo $COLOUR; exit 4'] }), 4);
    t.is(written.stdout, 'blue\n');
    t.is(runtime.containerStatus(id)?.state, 'running');
  });

  runtimeTest('exec in a container that has ended is refused', async (t, under) => {
    const { runtime, sandbox, settle } = under;
    const { id } = await start(under, sandbox, containerConfig({ command: ['true'] }));
    await settle(1000);
    await t.throwsAsync(async () => runtime.exec(id, { ...recorded().streams, command: ['true'] }), {
      instanceOf: RuntimeError,
    });
  });

  runtimeTest('exec probes follow the exit code', async (t, under) => {
    const { runtime, sandbox } = under;
    const { id } = await start(under, sandbox, containerConfig());
    const probe = (command: string) =>
      runtime.probe(id, { type: 'exec', command: ['sh', '-c', command], kind: 'liveness', timeoutSeconds: 1 });
    t.true((await probe('exit 0')).success);
    t.false((await probe('exit 1')).success);
  });

  runtimeTest('the containers of a pod share its volumes', async (t, under) => {
    const { runtime, sandbox, settle } = under;
    const mounts = [
      { name: 'room', path: '/room', subPath: '', readOnly: false, volume: { name: 'room', sharedBy: 'pod' as const } },
    ];
    await start(
      under,
      sandbox,
      containerConfig({ name: 'writer', command: ['sh', '-c', 'echo hello > /room/greeting'], mounts }),
    );
    await settle(1000);
    const { id } = await start(
      under,
      sandbox,
      containerConfig({ name: 'reader', command: ['cat', '/room/greeting'], mounts }),
    );
    await settle(1000);
    t.deepEqual(await linesOf(runtime, id), ['hello']);
  });

  runtimeTest('what is written to the termination log is the termination message', async (t, under) => {
    const { runtime, sandbox, settle } = under;
    const command = ['sh', '-c', 'printf done > /dev/termination-log'];
    const { id } = await start(under, sandbox, containerConfig({ command }));
    await settle(1000);
    t.is(runtime.containerStatus(id)?.terminationMessage, 'done');
  });

  runtimeTest('a removed sandbox takes its containers along', async (t, under) => {
    const { runtime, sandbox } = under;
    const { id } = await start(under, sandbox, containerConfig());
    await runtime.removePodSandbox(sandbox.id);
    t.is(runtime.containerStatus(id), undefined);
    await t.throwsAsync(async () => runtime.startContainer(sandbox.id, containerConfig()), {
      instanceOf: RuntimeError,
    });
    await runtime.removePodSandbox(sandbox.id);
  });
}

export function sandboxConfig(name: string): PodSandboxConfig {
  return {
    node,
    namespace: 'default',
    name,
    uid: name,
    annotations: {},
    hostname: name,
    domain: '',
    hostNetwork: false,
    hostAliases: [],
    dns: undefined,
    portMappings: [],
    sysctls: [],
    fsGroup: undefined,
  };
}

function runSandbox(runtime: Runtime, name: string): Promise<PodSandbox> {
  return runtime.runPodSandbox(sandboxConfig(name));
}

function recorded(): { readonly streams: Streams; readonly written: { stdout: string; stderr: string } } {
  const written = { stdout: '', stderr: '' };
  const to = (stream: 'stdout' | 'stderr') => (chunk: Uint8Array) => {
    written[stream] += Buffer.from(chunk).toString('utf8');
  };
  return {
    written,
    streams: {
      stdin: undefined,
      stdout: to('stdout'),
      stderr: to('stderr'),
      tty: false,
      resize: undefined,
      signal: AbortSignal.timeout(5000),
    },
  };
}
