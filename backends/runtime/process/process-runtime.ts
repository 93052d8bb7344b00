/** A runtime whose containers are processes of this machine, over its own system: real output, real exit codes, no images. */
import { randomBytes } from 'node:crypto';
import { chmod, mkdir, rm, writeFile } from 'node:fs/promises';
import { connect as connectTo } from 'node:net';
import { join } from 'node:path';
import type { Clock } from '../clock.ts';
import { RuntimeError } from '../errors.ts';
import { fullName, NodeImages } from '../node-images.ts';
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
} from '../interface.ts';
import { AddressPool } from './address-block.ts';
import { type ImageContent, imageContent } from './image-folder.ts';
import { identityOf } from './identity.ts';
import { isolationProblem } from './isolation.ts';
import { describeMachine, usageOf } from './machine.ts';
import { BridgeNetwork } from './pod-network.ts';
import { probeNetwork } from './probes.ts';
import { ProcessContainer } from './process-container.ts';
import { ProcessGroups } from './process-groups.ts';
import { makeRuntimeFolder } from './runtime-folder.ts';
import { Sandbox } from './sandbox.ts';

export interface ProcessRuntimeOptions {
  readonly clock: Clock;
  /** Folder of images (image-folder.ts); unset: none. */
  readonly images?: string | undefined;
  /** Block of a network of the pods' own (pod-network.ts); unset: they share the machine's, with addresses of its loopback. */
  readonly podBlock?: string | undefined;
}

/** Of the machine, given back when the runtime closes. */
interface Taken {
  readonly folder: string;
  readonly network: BridgeNetwork | undefined;
}

/** Addresses of pods that share the machine's network: no rights are needed, but services may not have them as endpoints. */
const LOOPBACK = { text: '127.128.0.0/9', start: 0x7f_80_00_00, end: 0x80_00_00_00, bits: 9 };
/** Milliseconds: what timers take. */
const LONGEST_TIMER = 2 ** 31 - 1;

export class ProcessRuntime implements Runtime {
  readonly name = 'process';
  readonly version = '1.0.0';
  readonly #clock: Clock;
  readonly #folder: string;
  readonly #imageFolder: string | undefined;
  readonly #images = new NodeImages();
  /** Of images that were pulled, by their whole names. */
  readonly #users = new Map<string, string>();
  readonly #sandboxes = new Map<string, Sandbox>();
  readonly #containers = new Map<string, ProcessContainer>();
  readonly #listeners = new Set<(event: ContainerEvent) => void>();
  readonly #node: NodeDescription;
  readonly network: BridgeNetwork | undefined;
  readonly #groups = ProcessGroups.open();
  readonly #loopback = new AddressPool(LOOPBACK, 1);

  private constructor({ clock, images }: ProcessRuntimeOptions, { folder, network }: Taken) {
    this.network = network;
    this.#clock = clock;
    this.#imageFolder = images;
    this.#folder = folder;
    const machine = describeMachine(folder);
    this.#node = network === undefined ? machine : { ...machine, internalIp: network.gateway };
  }

  /** @throws Error that says what this machine lacks */
  static async open(options: ProcessRuntimeOptions): Promise<ProcessRuntime> {
    const problem = isolationProblem();
    if (problem !== undefined) throw new Error(problem);
    const { podBlock, clock } = options;
    const network = podBlock === undefined ? undefined : await BridgeNetwork.open(podBlock, clock);
    return new ProcessRuntime(options, { network, folder: await makeRuntimeFolder() });
  }

  describeNode(): NodeDescription {
    return this.#node;
  }

  async runPodSandbox(config: PodSandboxConfig): Promise<PodSandbox> {
    const id = randomBytes(32).toString('hex');
    const network = config.hostNetwork ? undefined : this.network;
    const address = config.hostNetwork || network !== undefined ? undefined : this.#loopback.take();
    try {
      const sandbox = await Sandbox.start({
        id,
        config,
        folder: join(this.#folder, id),
        sharedFolder: join(this.#folder, 'shared'),
        network,
        address,
        imageRoot: (image) => this.#imageRoot(image),
      });
      this.#sandboxes.set(id, sandbox);
      return sandbox;
    } catch (error) {
      if (address !== undefined) this.#loopback.release(address);
      throw error;
    }
  }

  async removePodSandbox(sandboxId: string): Promise<void> {
    const sandbox = this.#sandboxes.get(sandboxId);
    if (sandbox === undefined) return;
    this.#sandboxes.delete(sandboxId);
    for (const container of sandbox.containers) this.#containers.delete(container.id);
    await sandbox.stop();
    this.#groups?.removePod(sandbox.config.uid);
    for (const address of sandbox.ips) this.#loopback.release(address);
  }

  imageStatus(node: string, image: string): Image | undefined {
    const present = this.#images.get(node, image);
    const user = this.#users.get(fullName(image)) ?? '';
    return present === undefined || user === '' ? present : { ...present, user };
  }

  /** There is nothing to fetch: images are in a folder, or this machine. */
  async pullImage({ node, image }: PullRequest): Promise<Image> {
    const pulled = this.#images.pulled(node, image);
    this.#users.set(fullName(image), (await imageContent(this.#imageFolder, image)).user);
    return this.imageStatus(node, image) ?? pulled;
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
    await writeFile(terminationFile, '');
    // Whoever the container is.
    await chmod(terminationFile, 0o666);
    const paths = [...(await sandbox.volumes.bind(config.mounts))];
    if (config.terminationMessagePath !== '') {
      paths.push({ source: terminationFile, target: config.terminationMessagePath, readOnly: false });
    }
    const isMounted = (target: string) => config.mounts.some(({ path }) => path === target);
    paths.unshift(...sandbox.etcFiles().filter(({ target }) => !isMounted(target)));
    const directory = config.workingDirectory === '' ? image.workingDirectory : config.workingDirectory;
    const { privileges } = config;
    const identity = await identityOf(image, config);
    const groups = this.#groups;
    const group = groups?.container(sandbox.config.uid, id, config.resources);
    const container = await ProcessContainer.start({
      id,
      sandboxId,
      config,
      terminationFile,
      clock: this.#clock,
      among: config.target === undefined ? undefined : this.#containers.get(config.target)?.firstProcess,
      enter: sandbox.holder.enter(),
      outOfMemoryKills: () => (group === undefined ? 0 : (groups?.outOfMemoryKills(group) ?? 0)),
      root: {
        folder,
        image: image.root,
        isWhole: image.isWhole,
        readOnly: config.readOnlyRoot,
        privileged: privileges.privileged,
        group,
        oomScore: config.oomScore,
        directory,
        paths,
      },
      command: {
        root: join(folder, 'root'),
        env: [...image.env, ...config.env],
        directory,
        ...identity,
        groups: [...identity.groups, ...config.supplementalGroups],
        privileges,
        tty: config.tty,
        joins: [],
        command,
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
    if (container.group !== undefined) this.#groups?.remove(container.group);
    if (sandbox !== undefined) await rm(join(sandbox.folder, containerId), { recursive: true, force: true });
  }

  async updateContainer(containerId: string, resources: ContainerResources): Promise<void> {
    const { group } = this.#running(containerId);
    try {
      if (group !== undefined) this.#groups?.limit(group, resources);
    } catch (error) {
      throw new RuntimeError(`cannot resize the container: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  containerStatus(containerId: string): ContainerStatus | undefined {
    return this.#containers.get(containerId)?.status;
  }

  async refreshVolumes(sandboxId: string): Promise<void> {
    await this.#sandboxes.get(sandboxId)?.volumes.refresh();
  }

  async probe(containerId: string, probe: Probe): Promise<ProbeOutcome> {
    const container = this.#containers.get(containerId);
    if (container?.isRunning !== true) return { success: false, output: 'container is not running' };
    const late = new AbortController();
    const cancel = this.#clock.after(Math.min(probe.timeoutSeconds * 1000, LONGEST_TIMER), () => late.abort());
    try {
      if (probe.type === 'exec') return await this.#probeByCommand(container, probe, late.signal);
      const host = this.#sandboxes.get(container.sandboxId)?.ips[0] ?? '127.0.0.1';
      return await probeNetwork(probe, { host, now: this.#clock.now(), signal: late.signal });
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
    await this.network?.close();
    this.#groups?.close();
  }

  async #imageRoot(image: string): Promise<string> {
    const { root } = await imageContent(this.#imageFolder, image);
    if (root !== undefined) return root;
    throw new RuntimeError(`there is no image ${image} on this machine (--process-images)`, 'CreateContainerError');
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
