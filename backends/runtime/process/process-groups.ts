/**
 * Limits of processor time and memory: groups of processes of the kernel (cgroups), of version 2 or of version 1, for each pod and within it for
 * each container. What a killed process left of them goes when the next one begins.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ContainerResources } from '../interface.ts';
import { isOwned, ownMark } from './owner-mark.ts';

const MOUNTS = '/sys/fs/cgroup';
const PREFIX = 'portico-';
/** Microseconds in which a quota may be used up. */
const PERIOD = 100_000;
const MIN_QUOTA = 1000;
const MIN_SHARES = 2;
const MAX_SHARES = 262_144;

/** In this process, which may have several runtimes. */
let made = 0;

/** Where a group is: one folder, or one for each controller. */
export interface ProcessGroup {
  readonly folders: readonly string[];
  /** Files into which a process writes its ID to join. */
  readonly joins: readonly string[];
  /** What its members see of it: folders, and where below the container's own "cgroup" they are. */
  readonly views: readonly { readonly source: string; readonly name: string }[];
}

export class ProcessGroups {
  /** Of version 1; undefined: there is one hierarchy for all. */
  readonly #controllers: readonly string[] | undefined;
  readonly #name = `${PREFIX}${ownMark().replace(' ', '-')}-${++made}`;

  private constructor(controllers: readonly string[] | undefined) {
    this.#controllers = controllers;
  }

  /** Undefined: this machine, or this user, has none. */
  static open(): ProcessGroups | undefined {
    const isSecond = existsSync(join(MOUNTS, 'cgroup.controllers'));
    const groups = new ProcessGroups(isSecond ? undefined : ['cpu', 'memory']);
    try {
      groups.#removeLeftovers();
      groups.#make([]);
      return groups;
    } catch {
      groups.close();
      return undefined;
    }
  }

  /** @throws Error of the system */
  container(uid: string, id: string, resources: ContainerResources): ProcessGroup {
    const group = this.#make([`pod${uid}`, id]);
    this.limit(group, resources);
    return group;
  }

  /** @throws Error of the system: what is used already is more than the limit */
  limit({ folders }: ProcessGroup, { cpuRequest, cpuLimit, memoryLimit }: ContainerResources): void {
    const shares = sharesOf(cpuRequest === 0 ? cpuLimit : cpuRequest);
    const quota = cpuLimit === 0 ? undefined : Math.max(MIN_QUOTA, Math.round((cpuLimit * PERIOD) / 1000));
    const [first = '', memory = first] = folders;
    if (this.#controllers === undefined) {
      writeFileSync(join(first, 'cpu.weight'), String(weightOf(shares)));
      writeFileSync(join(first, 'cpu.max'), `${quota ?? 'max'} ${PERIOD}`);
      writeFileSync(join(first, 'memory.max'), memoryLimit === 0 ? 'max' : String(memoryLimit));
      return;
    }
    writeFileSync(join(first, 'cpu.shares'), String(shares));
    writeFileSync(join(first, 'cpu.cfs_period_us'), String(PERIOD));
    writeFileSync(join(first, 'cpu.cfs_quota_us'), String(quota ?? -1));
    writeFileSync(join(memory, 'memory.limit_in_bytes'), String(memoryLimit === 0 ? -1 : memoryLimit));
  }

  /** How many of its processes the kernel has ended because there was no memory left for them. */
  outOfMemoryKills({ folders }: ProcessGroup): number {
    const file = this.#controllers === undefined ? 'memory.events' : 'memory.oom_control';
    try {
      return Number(/^oom_kill (\d+)/m.exec(readFileSync(join(folders.at(-1) ?? '', file), 'utf8'))?.[1] ?? 0);
    } catch {
      return 0;
    }
  }

  /** With those in it. Members that still end keep it a little longer; it then goes with the runtime. */
  remove({ folders }: ProcessGroup): void {
    for (const folder of folders) removeGroup(folder);
  }

  removePod(uid: string): void {
    for (const root of this.#roots()) removeGroup(join(root, this.#name, `pod${uid}`));
  }

  close(): void {
    for (const root of this.#roots()) removeGroup(join(root, this.#name));
  }

  #roots(): string[] {
    return (this.#controllers ?? ['']).map((controller) => join(MOUNTS, controller));
  }

  /** A group in our own, and all above it. */
  #make(path: readonly string[]): ProcessGroup {
    const folders = this.#roots().map((root) => {
      let folder = root;
      for (const name of [this.#name, ...path]) {
        if (this.#controllers === undefined) writeFileSync(join(folder, 'cgroup.subtree_control'), '+cpu +memory');
        folder = join(folder, name);
        mkdirSync(folder, { recursive: true });
      }
      return folder;
    });
    const names = this.#controllers ?? [''];
    return {
      folders,
      joins: folders.map((folder) => join(folder, 'cgroup.procs')),
      views: folders.map((source, index) => ({ source, name: names[index] ?? '' })),
    };
  }

  #removeLeftovers(): void {
    for (const root of this.#roots()) {
      for (const name of readdirSync(root)) {
        if (name.startsWith(PREFIX) && !isOwned(name.slice(PREFIX.length).replaceAll('-', ' ')))
          removeGroup(join(root, name));
      }
    }
  }
}

/** Thousandths of a core. Source of this and the weight: upstream's kubelet and runc. */
function sharesOf(cpu: number): number {
  return Math.min(MAX_SHARES, Math.max(MIN_SHARES, Math.floor((cpu * 1024) / 1000)));
}

function weightOf(shares: number): number {
  if (shares <= MIN_SHARES) return 1;
  if (shares >= MAX_SHARES) return 10_000;
  const log = Math.log2(shares);
  return Math.ceil(10 ** ((log * log + 125 * log) / 612 - 7 / 34));
}

/** From the inside out; what is still in use stays. */
function removeGroup(folder: string): void {
  try {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      if (entry.isDirectory()) removeGroup(join(folder, entry.name));
    }
    rmdirSync(folder);
  } catch {
    // It is gone, or somebody is still in it.
  }
}
