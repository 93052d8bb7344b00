/** The conditions of a pod that the kubelet owns. */
import type { PodSpec, PodStatus } from '../client/api-types.ts';
import type { ContainerStatus } from './container-status.ts';

type PodCondition = NonNullable<PodStatus['conditions']>[number];
type Judgement = Pick<PodCondition, 'status' | 'reason' | 'message'>;

export interface ConditionParts {
  readonly spec: PodSpec | undefined;
  readonly generation: number | undefined;
  /** That resizes are of. */
  readonly newestGeneration?: number | undefined;
  readonly isResizing?: boolean;
  readonly deferral?: string | undefined;
  readonly phase: string;
  readonly initStatuses: readonly ContainerStatus[];
  readonly statuses: readonly ContainerStatus[];
  readonly hasSandbox: boolean;
  /** Those of others among them: readiness gates look at them. */
  readonly before: readonly PodCondition[];
  /** As a time of the API. */
  readonly now: string;
}

const [pending, inProgress] = ['PodResizePending', 'PodResizeInProgress'];
/** Those that are there only while they hold. */
export const passingConditions: readonly string[] = [pending, inProgress];

function deferred(message: string): Judgement {
  return { status: 'True', reason: 'Deferred', message };
}

/** In upstream's order; a condition that says the same as before keeps its time. */
export function podConditions(parts: ConditionParts): PodCondition[] {
  const containersReady = judgeContainers(parts);
  const judged: [string, Judgement][] = [
    ['PodReadyToStartContainers', { status: parts.hasSandbox ? 'True' : 'False' }],
    ['Initialized', judgeInitialized(parts)],
    ['Ready', containersReady.status === 'True' ? judgeGates(parts) : containersReady],
    ['ContainersReady', containersReady],
    ['PodScheduled', { status: 'True' }],
    ...(parts.deferral === undefined ? [] : [[pending, deferred(parts.deferral)] as [string, Judgement]]),
    ...(parts.isResizing === true ? [[inProgress, { status: 'True' }] as [string, Judgement]] : []),
  ];
  return judged.map(([type, judgement]) => {
    const before = parts.before.find((condition) => condition.type === type);
    const generation = passingConditions.includes(type) ? parts.newestGeneration : parts.generation;
    const lastTransitionTime = before?.status === judgement.status ? before.lastTransitionTime : parts.now;
    return {
      type,
      ...(generation === undefined ? {} : { observedGeneration: generation }),
      status: judgement.status,
      lastProbeTime: null as unknown as string,
      lastTransitionTime: lastTransitionTime ?? parts.now,
      ...(judgement.reason === undefined ? {} : { reason: judgement.reason }),
      ...(judgement.message === undefined ? {} : { message: judgement.message }),
    };
  });
}

function judgeContainers({ spec, phase, initStatuses, statuses }: ConditionParts): Judgement {
  const sidecars = (spec?.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always');
  const all = [...initStatuses, ...statuses];
  const unknown: string[] = [];
  const unready: string[] = [];
  for (const { name } of [...sidecars, ...(spec?.containers ?? [])]) {
    const status = all.find((candidate) => candidate.name === name);
    if (status === undefined) unknown.push(name);
    else if (!status.ready) unready.push(name);
  }
  if (phase === 'Succeeded' && unknown.length === 0) return { status: 'False', reason: 'PodCompleted' };
  if (phase === 'Failed') return { status: 'False', reason: 'PodFailed' };
  return listed(unknown, unready, 'unready', 'ContainersNotReady');
}

function judgeInitialized({ spec, phase, initStatuses, statuses }: ConditionParts): Judgement {
  const unknown: string[] = [];
  const incomplete: string[] = [];
  for (const { name, restartPolicy } of spec?.initContainers ?? []) {
    const status = initStatuses.find((candidate) => candidate.name === name);
    if (status === undefined) unknown.push(name);
    else if (restartPolicy === 'Always' ? status.started !== true : !status.ready) incomplete.push(name);
  }
  if (phase === 'Succeeded' && unknown.length === 0) return { status: 'True', reason: 'PodCompleted' };
  const hasBegun = statuses.some(
    ({ state, lastState }) => (state?.running ?? state?.terminated ?? lastState?.terminated) !== undefined,
  );
  if (hasBegun) return { status: 'True' };
  return listed(unknown, incomplete, 'incomplete', 'ContainersNotInitialized');
}

function judgeGates({ spec, before }: ConditionParts): Judgement {
  const messages: string[] = [];
  for (const { conditionType } of spec?.readinessGates ?? []) {
    const condition = before.find(({ type }) => type === conditionType);
    if (condition === undefined) {
      messages.push(`corresponding condition of pod readiness gate ${JSON.stringify(conditionType)} does not exist.`);
    } else if (condition.status !== 'True') {
      messages.push(
        `the status of pod readiness gate ${JSON.stringify(conditionType)} is not "True", but ${condition.status}`,
      );
    }
  }
  if (messages.length === 0) return { status: 'True' };
  return { status: 'False', reason: 'ReadinessGatesNotReady', message: messages.join(', ') };
}

function listed(unknown: readonly string[], others: readonly string[], what: string, reason: string): Judgement {
  const messages: string[] = [];
  if (unknown.length > 0) messages.push(`containers with unknown status: [${unknown.join(' ')}]`);
  if (others.length > 0) messages.push(`containers with ${what} status: [${others.join(' ')}]`);
  return messages.length === 0 ? { status: 'True' } : { status: 'False', reason, message: messages.join(', ') };
}
