/** The status that a pod should have, from its containers: pure. */
import type { PodSandbox } from '../../backends/runtime/interface.ts';
import { formatTime } from '../apimachinery/meta/time.ts';
import type { Pod, PodStatus } from '../client/api-types.ts';
import type { ContainerRecord } from './container-record.ts';
import { containerStatus } from './container-status.ts';
import { podConditions } from './pod-conditions.ts';
import { podPhase } from './pod-phase.ts';

export interface PodStatusParts {
  readonly pod: Pod;
  /** What was written last; its times and phase go on. */
  readonly before: PodStatus;
  readonly records: readonly ContainerRecord[];
  readonly sandbox: PodSandbox | undefined;
  readonly runtime: string;
  readonly hostIp: string;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly now: number;
  /** Nothing of it will ever run again, and nothing runs. */
  readonly isTerminal: boolean;
  /** Containers do not have yet what the spec gives them: it is not acted on yet. */
  readonly isResizing?: boolean;
  /** Why they do not get it for now. */
  readonly deferral?: string | undefined;
  /** Why the kubelet ended it or never took it. */
  readonly failure: { readonly reason: string; readonly message: string } | undefined;
}

const terminalPhases: ReadonlySet<string | undefined> = new Set(['Failed', 'Succeeded']);

export function isTerminalPhase(phase: string | undefined): boolean {
  return terminalPhases.has(phase);
}

/** Only what the kubelet owns. */
export function podStatus(parts: PodStatusParts): PodStatus {
  const { pod, before, records, sandbox, runtime, hostIp, isTerminal, failure } = parts;
  const { spec } = pod;
  const waitingReason = (spec?.initContainers?.length ?? 0) > 0 ? 'PodInitializing' : 'ContainerCreating';
  const statusesOf = (...kinds: readonly string[]) =>
    records
      .filter(({ kind }) => kinds.includes(kind))
      .map((record) => containerStatus(record, { runtime, waitingReason }));
  const initStatuses = statusesOf('init', 'sidecar');
  const statuses = statusesOf('main');
  const ephemeral = statusesOf('ephemeral');
  const computed =
    failure !== undefined && isTerminal ? 'Failed' : podPhase({ spec, initStatuses, statuses, isTerminal });
  // Ended for good only when nothing of it runs any more, and then for ever.
  const phase = isTerminalPhase(before.phase)
    ? before.phase
    : isTerminalPhase(computed) && !isTerminal
      ? (before.phase ?? 'Pending')
      : computed;
  const generation = parts.isResizing === true ? before.observedGeneration : pod.metadata.generation;
  const podIp = spec?.hostNetwork === true && sandbox !== undefined ? hostIp : sandbox?.ips[0];
  const podIps = spec?.hostNetwork === true && sandbox !== undefined ? [hostIp] : (sandbox?.ips ?? []);
  const reason = failure !== undefined && phase === 'Failed' ? failure : undefined;
  return {
    ...(generation === undefined ? {} : { observedGeneration: generation }),
    phase,
    conditions: podConditions({
      spec,
      generation,
      newestGeneration: pod.metadata.generation,
      isResizing: parts.isResizing === true && !isTerminal,
      deferral: isTerminal ? undefined : parts.deferral,
      phase: phase ?? 'Pending',
      initStatuses,
      statuses,
      hasSandbox: sandbox !== undefined && !isTerminal,
      before: [...(before.conditions ?? []), ...(pod.status?.conditions ?? [])],
      now: formatTime(parts.now),
    }),
    ...reason,
    ...(hostIp === '' ? {} : { hostIP: hostIp, hostIPs: [{ ip: hostIp }] }),
    ...(podIp === undefined ? {} : { podIP: podIp, podIPs: podIps.map((ip) => ({ ip })) }),
    startTime: before.startTime ?? formatTime(parts.startedAt),
    ...(initStatuses.length === 0 ? {} : { initContainerStatuses: initStatuses }),
    containerStatuses: statuses,
    ...(ephemeral.length === 0 ? {} : { ephemeralContainerStatuses: ephemeral }),
  };
}
