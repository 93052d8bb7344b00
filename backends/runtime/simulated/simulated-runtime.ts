/** A runtime without machines: pods get addresses, images are "pulled", containers count as running, as data and a clock say. */
import type { Clock } from '../clock.ts';
import { ImagePullError, RuntimeError } from '../errors.ts';
import type {
  Connection,
  ContainerConfig,
  ContainerEvent,
  ContainerResources,
  ContainerStats,
  ContainerStatus,
  ExecRequest,
  Image,
  LogLine,
  LogRequest,
  NodeDescription,
  PodSandbox,
  PodSandboxConfig,
  Probe,
  ProbeOutcome,
  PullRequest,
  Runtime,
  Streams,
  VolumeContent,
} from '../interface.ts';
import { nodeAddress, PodAddresses } from './addresses.ts';
import { behaviourOf } from './behaviour.ts';
import { chooseProgram, runCommand } from './choose-program.ts';
import type { TimeSpan } from './durations.ts';
import { NodeImages, usualPullTime } from '../node-images.ts';
import { illness, webRoot } from './known-images.ts';
import { PodFiles, type VolumeRoom } from './pod-files.ts';
import { SeededRandom } from './seeded-random.ts';
import { SimulatedContainer } from './simulated-container.ts';
import { bytesOf, textOf } from './shell/bytes-as-text.ts';
import { usageOf } from './usage.ts';

export interface SimulatedRuntimeOptions {
  readonly clock: Clock;
  readonly seed: number;
  /** Of each node. */
  readonly capacity?: Readonly<Record<string, string>>;
}

interface Sandbox extends PodSandbox {
  readonly config: PodSandboxConfig;
  readonly containers: Set<SimulatedContainer>;
  readonly volumes: Map<string, VolumeRoom>;
}

/** Milliseconds: what timers take. */
const LONGEST_TIMER = 2 ** 31 - 1;

export const usualCapacity = {
  cpu: '4',
  'ephemeral-storage': '100Gi',
  'hugepages-1Gi': '0',
  'hugepages-2Mi': '0',
  memory: '16Gi',
  pods: '110',
} as const;

export class SimulatedRuntime implements Runtime {
  readonly name = 'simulated';
  readonly version = '1.0.0';
  readonly #clock: Clock;
  readonly #seed: number;
  readonly #random: SeededRandom;
  readonly #capacity: Readonly<Record<string, string>>;
  readonly #images = new NodeImages();
  readonly #addresses = new PodAddresses();
  readonly #nodes = new Map<string, number>();
  readonly #sandboxes = new Map<string, Sandbox>();
  readonly #containers = new Map<string, SimulatedContainer>();
  /** Volumes that outlive a pod. */
  readonly #rooms = new Map<string, VolumeRoom>();
  readonly #listeners = new Set<(event: ContainerEvent) => void>();

  constructor({ clock, seed, capacity = usualCapacity }: SimulatedRuntimeOptions) {
    this.#clock = clock;
    this.#seed = seed;
    this.#random = new SeededRandom(seed, 'ids');
    this.#capacity = capacity;
  }

  describeNode(node: string): NodeDescription {
    let index = this.#nodes.get(node);
    if (index === undefined) this.#nodes.set(node, (index = this.#nodes.size));
    const random = new SeededRandom(this.#seed, node);
    const uuid = () => random.hex(32).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
    return {
      capacity: this.#capacity,
      operatingSystem: 'linux',
      architecture: 'amd64',
      osImage: 'Simulated Linux',
      kernelVersion: '6.1.0-simulated',
      machineId: random.hex(32),
      systemUuid: uuid(),
      bootId: uuid(),
      internalIp: nodeAddress(index),
    };
  }

  runPodSandbox(config: PodSandboxConfig): Promise<PodSandbox> {
    const id = this.#random.hex(64);
    const ips = config.hostNetwork ? [] : [this.#addresses.take()];
    this.#sandboxes.set(id, { id, ips, config, containers: new Set(), volumes: new Map() });
    return Promise.resolve({ id, ips });
  }

  removePodSandbox(sandboxId: string): Promise<void> {
    const sandbox = this.#sandboxes.get(sandboxId);
    this.#sandboxes.delete(sandboxId);
    for (const container of sandbox?.containers ?? []) {
      container.kill();
      this.#containers.delete(container.id);
    }
    for (const ip of sandbox?.ips ?? []) this.#addresses.giveBack(ip);
    return Promise.resolve();
  }

  imageStatus(node: string, image: string): Image | undefined {
    return this.#images.get(node, image);
  }

  async pullImage({ node, image, annotations }: PullRequest): Promise<Image> {
    const { pullTime, pullError } = behaviourOf(annotations, '');
    await this.#sleep(pullTime ?? usualPullTime(image));
    if (pullError !== undefined) throw new ImagePullError(pullError);
    return this.#images.pulled(node, image);
  }

  listImages(node: string): readonly Image[] {
    return this.#images.list(node);
  }

  async startContainer(sandboxId: string, config: ContainerConfig): Promise<ContainerStatus> {
    const sandbox = this.#sandbox(sandboxId);
    const behaviour = behaviourOf(sandbox.config.annotations, config.name);
    if (behaviour.startTime > 0) await this.#sleep(behaviour.startTime);
    if (behaviour.startError !== undefined) throw new RuntimeError(behaviour.startError);
    if (!this.#sandboxes.has(sandboxId)) throw new RuntimeError(`sandbox ${sandboxId} is gone`);
    const id = this.#random.hex(64);
    const random = new SeededRandom(this.#seed, id);
    const { hostname } = sandbox.config;
    const files = new PodFiles({
      config,
      sandbox: sandbox.config,
      ips: sandbox.ips,
      room: (volume) => this.#room(sandbox, volume),
      onTerminationMessage: (text) => this.#containers.get(id)?.setTerminationMessage(text),
    });
    const container = new SimulatedContainer({
      id,
      sandboxId,
      config,
      behaviour,
      program: chooseProgram(config),
      host: {
        config,
        hostname,
        ips: sandbox.ips,
        files,
        now: () => this.#clock.now(),
        sleep: (milliseconds, signal) => this.#sleep(milliseconds, signal),
        random: () => random.fraction(),
      },
      clock: this.#clock,
      onExit: (ended) => this.#tell({ type: 'exited', containerId: ended.id, sandboxId }),
    });
    this.#containers.set(id, container);
    sandbox.containers.add(container);
    return container.status;
  }

  async stopContainer(containerId: string, graceSeconds: number): Promise<void> {
    await this.#containers.get(containerId)?.stop(graceSeconds);
  }

  removeContainer(containerId: string): Promise<void> {
    const container = this.#containers.get(containerId);
    if (container !== undefined) {
      container.kill();
      this.#containers.delete(containerId);
      this.#sandboxes.get(container.sandboxId)?.containers.delete(container);
    }
    return Promise.resolve();
  }

  updateContainer(containerId: string, resources: ContainerResources): Promise<void> {
    const container = this.#containers.get(containerId);
    if (container !== undefined) container.resources = resources;
    return Promise.resolve();
  }

  containerStatus(containerId: string): ContainerStatus | undefined {
    return this.#containers.get(containerId)?.status;
  }

  async probe(containerId: string, probe: Probe): Promise<ProbeOutcome> {
    const container = this.#containers.get(containerId);
    if (container?.isRunning !== true) return { success: false, output: 'container is not running' };
    const { behaviour, age } = container;
    const fails = {
      startup: behaviour.startupFails,
      readiness: behaviour.readinessFails,
      liveness: behaviour.livenessFails.length > 0 ? behaviour.livenessFails : illness(container.config),
      hook: [],
    }[probe.kind];
    const isEarly = (probe.kind === 'startup' || probe.kind === 'readiness') && age < behaviour.readyAfter;
    if (isEarly || isWithin(fails, age)) return { success: false, output: failureOf(probe) };
    // Nobody listens in a simulation: what hooks ask counts as heard.
    if (probe.kind === 'hook' && probe.type !== 'exec') return { success: true, output: '' };
    if (probe.type === 'httpGet') return this.#probePage(container, probe.path);
    if (probe.type !== 'exec') return { success: true, output: '' };
    let output = '';
    const run = runCommand({ ...container.programHost(), signal: AbortSignal.any([]) }, probe.command, {
      input: '',
      output: (_stream, text) => {
        output += text;
      },
    });
    const timeout = this.#sleep(Math.min(probe.timeoutSeconds * 1000, LONGEST_TIMER)).then(() => undefined);
    const code = await Promise.race([run, timeout]);
    if (code === undefined)
      return {
        success: false,
        output: `command timed out: ${JSON.stringify(probe.command.join(' '))} timed out after ${probe.timeoutSeconds}s`,
      };
    // What the shell does not know, a real image might: it is believed to be well.
    return { success: code === 0 || code === 127, output };
  }

  async exec(containerId: string, request: ExecRequest): Promise<number> {
    const container = this.#running(containerId);
    const output = outputTo(request);
    const [name = '', ...args] = request.command;
    const isInteractive = /^(?:.*\/)?(?:sh|ash|bash|dash)$/.test(name) && !args.some((arg) => /^-[a-z]*c$/.test(arg));
    const host = { ...container.programHost(), signal: request.signal };
    if (isInteractive && request.stdin !== undefined) {
      const { runInteractive } = await import('./shell/interactive.ts');
      return runInteractive(host, { stdin: request.stdin, tty: request.tty, output });
    }
    const chunks: Uint8Array[] = [];
    if (request.stdin !== undefined) for await (const chunk of request.stdin) chunks.push(chunk);
    return runCommand(host, request.command, { input: textOf(Buffer.concat(chunks)), output });
  }

  async attach(containerId: string, streams: Streams): Promise<void> {
    const container = this.#running(containerId);
    for await (const { stream, text } of container.log.read({ follow: true, signal: streams.signal })) {
      outputTo(streams)(stream, `${text}\n`);
    }
  }

  async connect(sandboxId: string, port: number): Promise<Connection> {
    const { config } = this.#sandbox(sandboxId);
    const { simulatedConnection } = await import('./simulated-connection.ts');
    return simulatedConnection({ pod: config.name, port });
  }

  async *logs(containerId: string, { follow, signal }: LogRequest): AsyncIterable<LogLine> {
    const container = this.#containers.get(containerId);
    if (container === undefined) throw new RuntimeError(`container ${containerId} is gone`);
    yield* container.introduction();
    yield* container.log.read({ follow, signal });
  }

  stats(containerId: string): ContainerStats | undefined {
    const container = this.#containers.get(containerId);
    if (container?.isRunning !== true) return undefined;
    const { id, behaviour, resources, age } = container;
    return usageOf({ id, behaviour, resources, age });
  }

  subscribe(listener: (event: ContainerEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async close(): Promise<void> {
    this.#listeners.clear();
    for (const id of [...this.#sandboxes.keys()]) await this.removePodSandbox(id);
  }

  /** Web servers that are known to show files have only those that are there. */
  async #probePage(container: SimulatedContainer, path: string): Promise<ProbeOutcome> {
    const root = webRoot(container.config);
    if (root === undefined) return { success: true, output: '' };
    const file = path.endsWith('/') ? `${path}index.html` : path.replace(/\?.*$/, '');
    const found = await container.programHost().files.read(root + file);
    return found === undefined
      ? { success: false, output: 'HTTP probe failed with statuscode: 404' }
      : { success: true, output: '' };
  }

  #tell(event: ContainerEvent): void {
    for (const listener of [...this.#listeners]) listener(event);
  }

  #room(sandbox: Sandbox, { name, sharedBy }: VolumeContent): VolumeRoom {
    const rooms = sharedBy === 'pod' ? sandbox.volumes : this.#rooms;
    const key = sharedBy === 'node' ? `${sandbox.config.node}/${name}` : name;
    let room = rooms.get(key);
    if (room === undefined) rooms.set(key, (room = new Map()));
    return room;
  }

  #sandbox(id: string): Sandbox {
    const sandbox = this.#sandboxes.get(id);
    if (sandbox === undefined) throw new RuntimeError(`sandbox ${id} does not exist`);
    return sandbox;
  }

  #running(id: string): SimulatedContainer {
    const container = this.#containers.get(id);
    if (container?.isRunning === true) return container;
    throw new RuntimeError(`container ${id} is not running`);
  }

  #sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal?.aborted === true) {
        resolve();
        return;
      }
      const done = () => {
        cancel();
        signal?.removeEventListener('abort', done);
        resolve();
      };
      const cancel = this.#clock.after(milliseconds, done);
      signal?.addEventListener('abort', done, { once: true });
    });
  }
}

function isWithin(spans: readonly TimeSpan[], age: number): boolean {
  return spans.some(({ from, to }) => age >= from && age < to);
}

/** As the kubelet's own probes would put it. */
function failureOf(probe: Probe): string {
  switch (probe.type) {
    case 'httpGet':
      return 'HTTP probe failed with statuscode: 500';
    case 'tcpSocket':
      return `dial tcp ${probe.host}:${probe.port}: connect: connection refused`;
    case 'grpc':
      return 'service unhealthy (responded with "NOT_SERVING")';
    case 'exec':
      return 'simulated failure';
  }
}

function outputTo({ stdout, stderr, tty }: Streams): (stream: 'stdout' | 'stderr', text: string) => void {
  return (stream, text) => {
    // A terminal has one output, and begins lines by itself.
    const shown = bytesOf(tty ? text.replaceAll('\n', '\r\n') : text);
    if (stream === 'stdout' || tty) stdout?.(shown);
    else stderr?.(shown);
  };
}
