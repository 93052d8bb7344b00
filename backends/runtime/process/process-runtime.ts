/** A runtime whose containers are processes of this machine, over its own system: real output, real exit codes, no images. */
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect as connectTo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '../clock.ts';
import { RuntimeError } from '../errors.ts';
import { NodeImages } from '../node-images.ts';
import type {
  Connection,
  ContainerConfig,
  ContainerEvent,
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
} from '../interface.ts';
import { type ImageContent, imageContent } from './image-folder.ts';
import { isolationProblem } from './isolation.ts';
import { describeMachine, usageOf } from './machine.ts';
import { type PodAddresses, podAddresses } from './pod-addresses.ts';
import { probeNetwork } from './probes.ts';
import { ProcessContainer } from './process-container.ts';
import { bindMounts } from './volumes.ts';

interface Sandbox extends PodSandbox {
  readonly config: PodSandboxConfig;
  readonly folder: string;
  readonly containers: Set<ProcessContainer>;
}

export interface ProcessRuntimeOptions {
  readonly clock: Clock;
  /** Folder of images (image-folder.ts); unset: none. */
  readonly images?: string | undefined;
  /** Block that pods get addresses of (pod-addresses.ts); unset: of the loopback. */
  readonly podBlock?: string | undefined;
}

/** Of the machine, given back when the runtime closes. */
interface Taken {
  readonly folder: string;
  readonly addresses: PodAddresses;
}

export class ProcessRuntime implements Runtime {
  readonly name = 'process';
  readonly version = '1.0.0';
  readonly #clock: Clock;
  readonly #folder: string;
  readonly #imageFolder: string | undefined;
  readonly #images = new NodeImages();
  readonly #sandboxes = new Map<string, Sandbox>();
  readonly #containers = new Map<string, ProcessContainer>();
  readonly #listeners = new Set<(event: ContainerEvent) => void>();
  readonly #node: NodeDescription;
  readonly #addresses: PodAddresses;

  private constructor({ clock, images }: ProcessRuntimeOptions, { folder, addresses }: Taken) {
    this.#addresses = addresses;
    this.#clock = clock;
    this.#imageFolder = images;
    this.#folder = folder;
    this.#node = describeMachine(folder);
  }

  /** @throws Error that says what this machine lacks */
  static async open(options: ProcessRuntimeOptions): Promise<ProcessRuntime> {
    const problem = isolationProblem();
    if (problem !== undefined) throw new Error(problem);
    const addresses = podAddresses(options.podBlock);
    return new ProcessRuntime(options, { addresses, folder: await mkdtemp(join(tmpdir(), 'portico-pods-')) });
  }

  describeNode(): NodeDescription {
    return this.#node;
  }

  async runPodSandbox(config: PodSandboxConfig): Promise<PodSandbox> {
    const id = randomBytes(32).toString('hex');
    const folder = join(this.#folder, id);
    await mkdir(folder, { recursive: true, mode: 0o755 });
    const ips = config.hostNetwork ? [] : [this.#addresses.take()];
    const sandbox: Sandbox = { id, ips, config, folder, containers: new Set() };
    this.#sandboxes.set(id, sandbox);
    return sandbox;
  }

  async removePodSandbox(sandboxId: string): Promise<void> {
    const sandbox = this.#sandboxes.get(sandboxId);
    if (sandbox === undefined) return;
    this.#sandboxes.delete(sandboxId);
    for (const container of sandbox.containers) this.#containers.delete(container.id);
    await Promise.all(
      [...sandbox.containers].map((container) => {
        container.kill();
        return container.ended();
      }),
    );
    await rm(sandbox.folder, { recursive: true, force: true });
    for (const address of sandbox.ips) this.#addresses.release(address);
  }

  imageStatus(node: string, image: string): Image | undefined {
    return this.#images.get(node, image);
  }

  /** There is nothing to fetch: every image is this machine. */
  async pullImage({ node, image }: PullRequest): Promise<Image> {
    return this.#images.pulled(node, image);
  }

  listImages(node: string): readonly Image[] {
    return this.#images.list(node);
  }

  async startContainer(sandboxId: string, config: ContainerConfig): Promise<ContainerStatus> {
    const sandbox = this.#sandbox(sandboxId);
    const image = await imageContent(this.#imageFolder, config.image);
    const command = commandOf(config, image);
    if (command.length === 0) {
      const why =
        `container ${config.name} must say its command: there is no image ${config.image} on this machine that could` +
        ' (--process-images)';
      throw new RuntimeError(why, 'CreateContainerError');
    }
    const id = randomBytes(32).toString('hex');
    const folder = join(sandbox.folder, id);
    const terminationFile = join(folder, 'termination-log');
    await mkdir(folder, { mode: 0o755 });
    await writeFile(terminationFile, '', { mode: 0o666 });
    const paths = await bindMounts(join(sandbox.folder, 'volumes'), config.mounts);
    const message = { source: terminationFile, target: config.terminationMessagePath, readOnly: false };
    const container = await ProcessContainer.start({
      id,
      sandboxId,
      config,
      terminationFile,
      clock: this.#clock,
      isolated: {
        folder,
        hostname: sandbox.config.hostname,
        paths: config.terminationMessagePath === '' ? paths : [...paths, message],
        env: [...image.env, ...config.env],
        directory: config.workingDirectory === '' ? image.workingDirectory : config.workingDirectory,
        user: config.runAsUser,
        group: config.runAsGroup,
        command,
        image: image.root,
      },
      onExit: (ended) => this.#exited(ended),
    });
    if (!this.#sandboxes.has(sandboxId)) {
      container.kill();
      throw new RuntimeError(`sandbox ${sandboxId} is gone`);
    }
    this.#containers.set(id, container);
    sandbox.containers.add(container);
    // It may have ended before anybody could know of it.
    if (!container.isRunning) this.#exited(container);
    return container.status;
  }

  async stopContainer(containerId: string, graceSeconds: number): Promise<void> {
    const container = this.#containers.get(containerId);
    if (container?.isRunning === true) await container.stop(graceSeconds);
  }

  async removeContainer(containerId: string): Promise<void> {
    const container = this.#containers.get(containerId);
    if (container === undefined) return;
    this.#containers.delete(containerId);
    const sandbox = this.#sandboxes.get(container.sandboxId);
    sandbox?.containers.delete(container);
    container.kill();
    await container.ended();
    if (sandbox !== undefined) await rm(join(sandbox.folder, containerId), { recursive: true, force: true });
  }

  containerStatus(containerId: string): ContainerStatus | undefined {
    return this.#containers.get(containerId)?.status;
  }

  async probe(containerId: string, probe: Probe): Promise<ProbeOutcome> {
    const container = this.#containers.get(containerId);
    if (container?.isRunning !== true) return { success: false, output: 'container is not running' };
    const late = new AbortController();
    const cancel = this.#clock.after(probe.timeoutSeconds * 1000, () => late.abort());
    try {
      if (probe.type === 'exec') return await this.#probeByCommand(container, probe, late.signal);
      const host = this.#sandboxes.get(container.sandboxId)?.ips[0] ?? '127.0.0.1';
      return await probeNetwork(probe, host, late.signal);
    } finally {
      cancel();
    }
  }

  async exec(containerId: string, request: ExecRequest): Promise<number> {
    return this.#running(containerId).exec(request);
  }

  async attach(containerId: string, streams: Streams): Promise<void> {
    await this.#running(containerId).attach(streams);
  }

  async connect(sandboxId: string, port: number): Promise<Connection> {
    const [own = '127.0.0.1'] = this.#sandbox(sandboxId).ips;
    // What listens on localhost alone is reached there, as within a pod.
    const socket = await open(own, port).catch(() => open('127.0.0.1', port));
    socket.on('error', () => socket.destroy());
    return {
      read: socket,
      write: (chunk) => void socket.write(chunk),
      end: () => void socket.end(),
    };
  }

  async *logs(containerId: string, { follow, signal }: LogRequest): AsyncIterable<LogLine> {
    const container = this.#containers.get(containerId);
    if (container === undefined) throw new RuntimeError(`container ${containerId} is gone`);
    yield* container.log.read({ follow, signal });
  }

  stats(containerId: string): ContainerStats | undefined {
    const container = this.#containers.get(containerId);
    const first = container?.firstProcess;
    return container === undefined || first === undefined
      ? undefined
      : usageOf(first, this.#clock.now() - container.status.startedAt);
  }

  subscribe(listener: (event: ContainerEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async close(): Promise<void> {
    this.#listeners.clear();
    await Promise.all([...this.#sandboxes.keys()].map((id) => this.removePodSandbox(id)));
    await rm(this.#folder, { recursive: true, force: true });
    this.#addresses.close();
  }

  async #probeByCommand(
    container: ProcessContainer,
    { command, timeoutSeconds }: Extract<Probe, { readonly type: 'exec' }>,
    signal: AbortSignal,
  ): Promise<ProbeOutcome> {
    let output = '';
    const hear = (chunk: Uint8Array) => {
      output += Buffer.from(chunk).toString();
    };
    const request = { command, stdin: undefined, stdout: hear, stderr: hear, tty: false, resize: undefined, signal };
    try {
      const code = await container.exec(request);
      const text = JSON.stringify(command.join(' '));
      return signal.aborted
        ? { success: false, output: `command timed out: ${text} timed out after ${timeoutSeconds}s` }
        : { success: code === 0, output };
    } catch (error) {
      return { success: false, output: error instanceof Error ? error.message : String(error) };
    }
  }

  /** Told once, and only of containers that are known. */
  #exited(container: ProcessContainer): void {
    const { id, sandboxId } = container;
    if (this.#containers.get(id) !== container) return;
    for (const listener of [...this.#listeners]) listener({ type: 'exited', containerId: id, sandboxId });
  }

  #sandbox(id: string): Sandbox {
    const sandbox = this.#sandboxes.get(id);
    if (sandbox === undefined) throw new RuntimeError(`sandbox ${id} does not exist`);
    return sandbox;
  }

  #running(id: string): ProcessContainer {
    const container = this.#containers.get(id);
    if (container?.isRunning === true) return container;
    throw new RuntimeError(`container ${id} is not running`);
  }
}

/** A command takes the place of all that the image says, arguments alone of its arguments. */
function commandOf({ command, args }: ContainerConfig, image: ImageContent): string[] {
  if (command.length > 0) return [...command, ...args];
  return [...image.entrypoint, ...(args.length > 0 ? args : image.command)];
}

function open(host: string, port: number): Promise<ReturnType<typeof connectTo>> {
  return new Promise((resolve, reject) => {
    const socket = connectTo({ host, port, allowHalfOpen: true });
    socket.once('connect', () => resolve(socket));
    socket.once('error', (error: NodeJS.ErrnoException) => {
      const why = error.code === 'ECONNREFUSED' ? 'connect: connection refused' : error.message;
      reject(new RuntimeError(`failed to connect to localhost:${port}: ${why}`));
    });
  });
}
