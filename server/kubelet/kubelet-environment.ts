/** What all pods of a kubelet share. */
import type { Runtime } from '../../backends/runtime/interface.ts';
import type { Clock } from '../apimachinery/clock/clock.ts';
import type { Pod } from '../client/api-types.ts';
import type { Client } from '../client/client.ts';
import type { EventRecorder } from '../client/event-recorder.ts';
import type { References } from './references.ts';
import type { ClusterDns } from './sandbox-config.ts';
import type { StatusManager } from './status-manager.ts';

export interface KubeletEnvironment {
  readonly client: Client;
  readonly clock: Clock;
  readonly runtime: Runtime;
  readonly events: EventRecorder;
  readonly references: References;
  /** What the containers of a pod are told of services. */
  readonly serviceVariables: (pod: Pod) => Promise<ReadonlyMap<string, string>>;
  readonly clusterDns: ClusterDns;
  readonly status: StatusManager;
  readonly signal: AbortSignal;
  readonly onError: (error: unknown, what: string) => void;
  /** By sandbox: who is told that a container has ended. */
  readonly sandboxes: Map<string, { exited(containerId: string): void }>;
  /** Other pods of the same node that run or may. */
  readonly neighbours: (pod: Pod) => Iterable<Pod>;
  /** Of the node that a pod is on. */
  readonly allocatable: (node: string) => Readonly<Record<string, string>>;
}
