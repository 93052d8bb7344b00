/** What a row of the table is: a name, and a measurement of one server. */
import type { Connections } from './connections.ts';
import type { ServerAccess } from '../conformance/differential/kubeconfig.ts';

export interface Row {
  readonly name: string;
  /** What is measured, for a person. */
  readonly what: string;
  /** Undefined if it cannot be measured here. */
  readonly measure: (server: ServerUnderLoad) => Promise<Measurement | undefined>;
}

export interface Measurement {
  readonly value: number;
  readonly unit: 'per second' | 'ms' | 'MiB';
  /** Beside the value: latencies in milliseconds, sizes, errors. */
  readonly figures?: Readonly<Record<string, number>>;
}

export interface ServerUnderLoad {
  readonly access: ServerAccess;
  readonly connections: Connections;
  /** "/api/v1/namespaces/portico-bench" */
  readonly namespacePath: string;
  /** Unique for each run, so that names never meet those of another one. */
  readonly run: string;
  readonly settings: Settings;
  /** Processes of the server and its database; empty: unknown. */
  readonly processes: readonly number[];
}

export interface Settings {
  /** Of one measurement under constant load. */
  readonly seconds: number;
  readonly objects: number;
  /** Of the JSON of a pod, without what the server adds. */
  readonly podBytes: number;
  readonly watchers: number;
  /** Sent to every watcher. */
  readonly events: number;
}
