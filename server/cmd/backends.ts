/** The only place that names concrete backends: from --storage to a store. */
import type { ProfileSettings, SchedulerBackend } from '../../backends/scheduler/interface.ts';
import type { Runtime } from '../../backends/runtime/interface.ts';
import { DEFAULT_COMPACTION_INTERVAL_MS } from '../../backends/storage/compaction-schedule.ts';
import { createEmbeddedStorage } from '../../backends/storage/embedded/embedded-storage.ts';
import type { Storage } from '../../backends/storage/interface.ts';
import { createMemoryStorage } from '../../backends/storage/memory/memory-storage.ts';
import { bumpEpoch } from '../../backends/storage/postgres/epoch.ts';
import { createPostgresStorage } from '../../backends/storage/postgres/postgres-storage.ts';
import { type Clock, systemClock } from '../apimachinery/clock/clock.ts';
import type { Random } from '../apimachinery/clock/random.ts';

export interface OpenStorageOptions {
  /** postgres://… | embedded:FOLDER | memory: */
  readonly url: string;
  readonly onEvent: (event: { readonly level: string; readonly message: string; readonly error?: unknown }) => void;
  /** Milliseconds between compactions; unset: the backend's default. */
  readonly compactionInterval: number | undefined;
}

export interface OpenStorage {
  readonly storage: Storage;
  /** For a person: "PostgreSQL 18 (embedded), /path". */
  readonly description: string;
  /** Process of a database that was started for this server. */
  readonly processId: number | undefined;
  /** Other servers may be on it at the same time. */
  readonly shared: boolean;
}

/** @throws Error that says what is wrong with the URL, StorageError when the store cannot be opened. */
export async function openStorage({ url, onEvent, compactionInterval }: OpenStorageOptions): Promise<OpenStorage> {
  const interval = compactionInterval === undefined ? {} : { compactionInterval };
  if (url === 'memory:') {
    const storage = createMemoryStorage({ compactionInterval: compactionInterval ?? DEFAULT_COMPACTION_INTERVAL_MS });
    return { storage, description: 'memory (nothing is kept)', processId: undefined, shared: false };
  }
  if (url.startsWith('embedded:')) {
    const dataDirectory = url.slice('embedded:'.length);
    if (dataDirectory === '') throw new Error('--storage embedded: needs a folder, as in embedded:/var/lib/portico');
    const storage = await createEmbeddedStorage({ dataDirectory, onEvent, ...interval });
    return {
      storage,
      description: `embedded PostgreSQL in ${dataDirectory}`,
      processId: storage.server.pid,
      shared: false,
    };
  }
  if (url.startsWith('postgres://') || url.startsWith('postgresql://')) {
    const place = placeOf(url);
    const storage = await createPostgresStorage({ connectionString: url, onEvent, ...interval }).catch(
      (error: unknown) => {
        const why = error instanceof Error ? error.message : String(error);
        throw new Error(
          `--storage: no database at ${place} (${why}): is PostgreSQL running there, and is the URL right?`,
          { cause: error },
        );
      },
    );
    return { storage, description: `PostgreSQL at ${place}`, processId: undefined, shared: true };
  }
  throw new Error(`--storage ${url.split(':')[0] ?? ''}: expected postgres://…, embedded:FOLDER or memory:`);
}

/** Loaded when there is something to schedule. */
export async function openScheduler({
  random,
  profiles,
}: {
  readonly random: () => number;
  /** Default: one, with upstream's defaults. */
  readonly profiles?: readonly ProfileSettings[] | undefined;
}): Promise<SchedulerBackend> {
  const { defaultScheduler } = await import('../../backends/scheduler/default/default-scheduler.ts');
  return defaultScheduler(profiles === undefined ? { random } : { random, profiles });
}

/** What can run the containers of nodes. */
export const runtimeNames = ['simulated', 'process'] as const;
export type RuntimeName = (typeof runtimeNames)[number];

export interface OpenRuntimeOptions {
  readonly name: RuntimeName;
  /** Of the simulation. */
  readonly seed: number;
  /** Of the simulation; default: the real one. */
  readonly clock?: Clock;
  /** Folder of what processes have for images; unset: they have none. */
  readonly images?: string | undefined;
  /** Block of a network of their pods' own, or "none"; unset: as root the usual one, if nothing is in the way. */
  readonly podBlock?: string | undefined;
  readonly onError: (error: unknown, what: string) => void;
}

/** What most clusters have. */
const usualPodBlock = '10.244.0.0/16';

/** Loaded when there are nodes. @throws Error that says what this machine lacks */
export async function openRuntime(options: OpenRuntimeOptions): Promise<Runtime> {
  const { name, seed, clock = systemClock, images, podBlock, onError } = options;
  if (name === 'process') {
    const { ProcessRuntime } = await import('../../backends/runtime/process/process-runtime.ts');
    const open = (block: string) =>
      ProcessRuntime.open({ clock: systemClock, images, podBlock: block === 'none' ? undefined : block });
    if (podBlock !== undefined) return open(podBlock);
    if (process.getuid?.() !== 0) return open('none');
    return open(usualPodBlock).catch((error: unknown) => {
      onError(error, "pods share the machine's network");
      return open('none');
    });
  }
  const { SimulatedRuntime } = await import('../../backends/runtime/simulated/simulated-runtime.ts');
  return new SimulatedRuntime({ clock, seed });
}

/** For simulations: a store whose only time is theirs, and chance from a seed. */
export async function openSimulated({ clock, seed }: { readonly clock: Clock; readonly seed: number }): Promise<{
  readonly storage: Storage;
  readonly random: Random;
}> {
  const { SeededRandom } = await import('../../backends/runtime/simulated/seeded-random.ts');
  const numbers = new SeededRandom(seed, 'cluster');
  const bytes = (count: number) => Uint8Array.from({ length: count }, () => numbers.between(0, 255));
  const storage = createMemoryStorage({ compactionInterval: DEFAULT_COMPACTION_INTERVAL_MS, clock });
  return { storage, random: { bytes, fraction: () => numbers.fraction(), uuid: () => uuidOf(bytes(16)) } };
}

/** Of version 4. */
function uuidOf(bytes: Uint8Array): string {
  const marked = bytes.map((byte, at) => (at === 6 ? (byte & 0x0f) | 0x40 : at === 8 ? (byte & 0x3f) | 0x80 : byte));
  return Buffer.from(marked)
    .toString('hex')
    .replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

/** See bumpEpoch: what a restored database needs before it is served. @throws Error */
export async function bumpEpochOf(url: string): Promise<number> {
  if (!url.startsWith('postgres://') && !url.startsWith('postgresql://')) {
    throw new Error('bump-epoch: --storage must be postgres://…, the database that was restored');
  }
  return bumpEpoch({ connectionString: url });
}

/** For messages: without user and password. libpq also takes URLs without a host, which are none to WHATWG. */
function placeOf(url: string): string {
  return url.replace(/^\w+:\/\/(?:[^@/?]*@)?/, '').replace(/\?.*$/, '');
}
