/** A pod on this machine: the process that holds its namespaces, its address, its folder, what all its containers see. */
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { OpenRelay, PodSandbox, PodSandboxConfig } from '../interface.ts';
import { hostsFile, resolvConf } from '../etc-files.ts';
import type { BoundPath } from './container-root.ts';
import { PodHolder } from './pod-holder.ts';
import type { BridgeNetwork } from './pod-network.ts';
import type { ProcessContainer } from './process-container.ts';
import { Volumes } from './volumes.ts';

export interface SandboxParts {
  readonly id: string;
  readonly config: PodSandboxConfig;
  readonly folder: string;
  readonly sharedFolder: string;
  /** Undefined: the pod has the machine's. */
  readonly network: BridgeNetwork | undefined;
  /** Without a network of pods: an address of the machine's own for the pod; undefined: it has none. */
  readonly address: string | undefined;
  readonly imageRoot: (image: string) => Promise<string>;
}

export class Sandbox implements PodSandbox {
  readonly id: string;
  readonly ips: readonly string[];
  readonly config: PodSandboxConfig;
  readonly folder: string;
  readonly holder: PodHolder;
  readonly volumes: Volumes;
  readonly containers = new Set<ProcessContainer>();
  readonly #network: BridgeNetwork | undefined;
  readonly #relays: OpenRelay[] = [];

  private constructor(parts: SandboxParts, holder: PodHolder, ips: readonly string[]) {
    const { id, config, folder, sharedFolder, network, imageRoot } = parts;
    this.id = id;
    this.ips = ips;
    this.config = config;
    this.folder = folder;
    this.holder = holder;
    this.#network = network;
    this.volumes = new Volumes({
      folder: join(folder, 'volumes'),
      sharedFolder,
      fsGroup: config.fsGroup,
      mountMemory: (place, options) => holder.run('mount', '-t', 'tmpfs', '-o', options, 'tmpfs', place),
      imageRoot,
    });
  }

  /** @throws RuntimeError; nothing is left then */
  static async start(parts: SandboxParts): Promise<Sandbox> {
    const { config, folder, network, address } = parts;
    const { hostname, sysctls } = config;
    await mkdir(folder, { recursive: true, mode: 0o755 });
    const holder = await PodHolder.start({ hostname, sysctls, hasNetwork: network !== undefined });
    try {
      const own = network === undefined ? address : await network.attach(holder.pid);
      const sandbox = new Sandbox(parts, holder, own === undefined ? [] : [own]);
      try {
        await sandbox.#mapPorts();
        await sandbox.#writeFiles();
        return sandbox;
      } catch (error) {
        await sandbox.stop();
        throw error;
      }
    } catch (error) {
      await holder.stop();
      throw error;
    }
  }

  /** Its hosts and resolv.conf, where its containers have them. */
  etcFiles(): BoundPath[] {
    const names = ['hosts', 'hostname', ...(this.config.dns === undefined ? [] : ['resolv.conf'])];
    return names.map((name) => ({ source: join(this.folder, name), target: `/etc/${name}`, readOnly: false }));
  }

  /** Everything of it ends, and nothing of it is left. */
  async stop(): Promise<void> {
    for (const relay of this.#relays) relay.close();
    await Promise.all(
      [...this.containers].map((container) => {
        container.kill();
        return container.ended();
      }),
    );
    await this.holder.stop();
    for (const address of this.ips) await this.#network?.detach(address);
    await rm(this.folder, { recursive: true, force: true });
  }

  async #mapPorts(): Promise<void> {
    const [address = ''] = this.ips;
    const network = this.#network;
    if (network === undefined) return;
    for (const { protocol, hostIp, hostPort, containerPort } of this.config.portMappings) {
      // Every address of the node: the one that pods see, and this machine's own.
      const everywhere = hostIp === '' || hostIp === '0.0.0.0';
      for (const from of everywhere ? [network.gateway, '127.0.0.1'] : [hostIp]) {
        const choose = () => ({ address, port: containerPort });
        this.#relays.push(await network.relay({ protocol, address: from, port: hostPort, choose }));
      }
    }
  }

  async #writeFiles(): Promise<void> {
    const { config, folder, ips } = this;
    const machine = (file: string) => readFile(join('/etc', file), 'utf8').catch(() => '');
    const write = (file: string, content: string) => writeFile(join(folder, file), content, { mode: 0o644 });
    await write('hosts', hostsFile(config, ips, config.hostNetwork ? await machine('hosts') : ''));
    await write('hostname', `${config.hostname}\n`);
    if (config.dns !== undefined) await write('resolv.conf', resolvConf(config.dns, await machine('resolv.conf')));
  }
}
