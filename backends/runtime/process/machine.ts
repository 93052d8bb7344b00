/** The machine as a node, and what its processes use. */
import { readdirSync, readFileSync, statfsSync } from 'node:fs';
import { arch, availableParallelism, networkInterfaces, release, totalmem } from 'node:os';
import type { ContainerStats, NodeDescription } from '../interface.ts';

const POD_COUNT = '110';

export function describeMachine(folder: string): NodeDescription {
  const { bsize, blocks } = statfsSync(folder);
  const id = read('/etc/machine-id').trim();
  return {
    capacity: {
      cpu: String(availableParallelism()),
      'ephemeral-storage': `${Math.floor((bsize * blocks) / 1024)}Ki`,
      memory: `${Math.floor(totalmem() / 1024)}Ki`,
      pods: POD_COUNT,
    },
    operatingSystem: 'linux',
    architecture: arch() === 'x64' ? 'amd64' : arch(),
    osImage: /^PRETTY_NAME="?(.*?)"?$/m.exec(read('/etc/os-release'))?.[1] ?? 'Linux',
    kernelVersion: release(),
    machineId: id,
    systemUuid: id,
    bootId: read('/proc/sys/kernel/random/boot_id').trim(),
    internalIp: ownAddress(),
  };
}

function ownAddress(): string {
  const all = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  return all.find(({ internal, family }) => !internal && family === 'IPv4')?.address ?? '127.0.0.1';
}

/** Nanoseconds of one clock tick: Linux counts processor time in hundredths of a second. */
const TICK = 10_000_000;
const PAGE_BYTES = 4096;

/** Of a process and all that it has started. `age`: milliseconds. */
export function usageOf(firstProcess: number, age: number): ContainerStats {
  const processes = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const stats = new Map(processes.map((pid) => [Number(pid), statOf(Number(pid))]));
  let cpuNanoSeconds = 0;
  let memoryBytes = 0;
  for (const [pid, own] of stats) {
    if (own === undefined || !isBelow(pid, firstProcess, stats)) continue;
    cpuNanoSeconds += own.ticks * TICK;
    memoryBytes += own.pages * PAGE_BYTES;
  }
  return { cpuNanoSeconds, memoryBytes, cpuNanoCores: age <= 0 ? 0 : Math.round((cpuNanoSeconds / age) * 1000) };
}

/** Clock ticks from the machine's start to that of a process; 0: there is none. */
export function startOf(pid: number): number {
  return statOf(pid)?.start ?? 0;
}

interface ProcessStat {
  readonly parent: number;
  readonly start: number;
  readonly ticks: number;
  readonly pages: number;
}

/** Source: proc(5); the name in parentheses may hold anything. */
function statOf(pid: number): ProcessStat | undefined {
  const line = read(`/proc/${pid}/stat`);
  const fields = line
    .slice(line.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  const [, parent = 0] = fields;
  return line === ''
    ? undefined
    : {
        parent,
        start: fields[19] ?? 0,
        ticks: (fields[11] ?? 0) + (fields[12] ?? 0),
        pages: fields[21] ?? 0,
      };
}

function isBelow(pid: number, ancestor: number, stats: ReadonlyMap<number, ProcessStat | undefined>): boolean {
  for (let at = pid; at > 1; at = stats.get(at)?.parent ?? 0) if (at === ancestor) return true;
  return false;
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
