/** What a Pod's row says of its state, worked out from spec, status and deletion as upstream's printer does. */
import type { JsonObject, JsonValue } from '../../../../apimachinery/json.ts';
import type { KubeObject } from '../../../../apimachinery/meta/object.ts';
import { timeOf } from './age.ts';
import { findCondition, isConditionTrue } from './conditions.ts';
import { digitsOf, fieldsOf, isMessage, itemsOf, numberOf, stringOf } from './json-reading.ts';

export interface PodState {
  readonly readyContainers: number;
  readonly totalContainers: number;
  /** "Running", "Init:0/1", "CrashLoopBackOff", "Terminating" … */
  readonly reason: string;
  readonly restarts: number;
  /** When a container last ended before it was restarted, milliseconds since the epoch. */
  readonly lastRestart: number | undefined;
}

interface Restarts {
  count: number;
  last: number | undefined;
}

interface InitState {
  readonly restarts: Restarts;
  readonly restartableRestarts: Restarts;
  readonly readyContainers: number;
  /** Why the Pod is still initializing; undefined where no init container holds it up. */
  readonly reason: string | undefined;
}

export function podState(pod: KubeObject): PodState {
  const spec = fieldsOf(pod.spec);
  const status = fieldsOf(pod.status);
  const restartable = restartableInitContainers(spec);
  const init = initState(spec, status, restartable);

  let readyContainers = init.readyContainers;
  let reason = init.reason ?? phaseReason(status);
  let restarts = init.restarts;
  if (init.reason === undefined || isConditionTrue(status.conditions, 'Initialized')) {
    // From here on only the init containers that go on running count.
    restarts = init.restartableRestarts;
    const main = mainState(status, restarts, reason);
    readyContainers += main.readyContainers;
    reason = main.reason;
  }
  return {
    readyContainers,
    totalContainers: itemsOf(spec.containers).length + restartable.count,
    reason: deletionReason(pod, status) ?? reason,
    restarts: restarts.count,
    lastRestart: restarts.last,
  };
}

function phaseReason(status: JsonObject): string {
  for (const item of itemsOf(status.conditions)) {
    const condition = fieldsOf(item);
    if (condition.type === 'PodScheduled' && condition.reason === 'SchedulingGated') return 'SchedulingGated';
  }
  return stringOf(status.reason) || stringOf(status.phase);
}

function deletionReason(pod: KubeObject, status: JsonObject): string | undefined {
  if (!pod.metadata?.deletionTimestamp) return undefined;
  if (status.reason === 'NodeLost') return 'Unknown';
  return status.phase === 'Failed' || status.phase === 'Succeeded' ? undefined : 'Terminating';
}

function restartableInitContainers(spec: JsonObject): { readonly names: ReadonlySet<string>; readonly count: number } {
  const names = new Set<string>();
  let count = 0;
  for (const item of itemsOf(spec.initContainers)) {
    const container = fieldsOf(item);
    const name = stringOf(container.name);
    if (container.restartPolicy === 'Always') {
      names.add(name);
      count++;
    } else {
      // Of two containers with one name the later counts.
      names.delete(name);
    }
  }
  return { names, count };
}

function initState(spec: JsonObject, status: JsonObject, restartable: { names: ReadonlySet<string> }): InitState {
  const restarts: Restarts = { count: 0, last: undefined };
  const restartableRestarts: Restarts = { count: 0, last: undefined };
  let readyContainers = 0;
  let reason: string | undefined;
  for (const [index, item] of itemsOf(status.initContainerStatuses).entries()) {
    const container = fieldsOf(item);
    const isRestartable = restartable.names.has(stringOf(container.name));
    addRestarts(restarts, container);
    if (isRestartable) addRestarts(restartableRestarts, container);

    const { waiting, terminated } = fieldsOf(container.state);
    if (isMessage(terminated) && numberOf(terminated.exitCode) === 0) continue;
    if (isRestartable && container.started === true) {
      if (container.ready === true) readyContainers++;
      continue;
    }
    if (isMessage(terminated)) {
      reason = `Init:${terminationReason(terminated)}`;
    } else {
      const waitingFor = stringOf(fieldsOf(waiting).reason);
      reason =
        waitingFor !== '' && waitingFor !== 'PodInitializing'
          ? `Init:${waitingFor}`
          : `Init:${index}/${itemsOf(spec.initContainers).length}`;
    }
    // The first init container that is not done holds up all that follow.
    break;
  }
  return { restarts, restartableRestarts, readyContainers, reason };
}

function mainState(
  status: JsonObject,
  restarts: Restarts,
  before: string,
): { readyContainers: number; reason: string } {
  let reason = before;
  let readyContainers = 0;
  let errorReason = '';
  // Backwards: of several containers in trouble the first one in the list has the last word.
  for (const item of itemsOf(status.containerStatuses).toReversed()) {
    const container = fieldsOf(item);
    addRestarts(restarts, container);
    const { waiting, terminated, running } = fieldsOf(container.state);
    const waitingFor = stringOf(fieldsOf(waiting).reason);
    if (waitingFor !== '') {
      reason = waitingFor;
    } else if (isMessage(terminated)) {
      reason = terminationReason(terminated);
      if (numberOf(terminated.exitCode) !== 0) errorReason = reason;
    } else if (container.ready === true && isMessage(running)) {
      readyContainers++;
    }
  }
  if (reason === 'Completed') {
    // One finished container does not make a Pod complete while another still runs.
    if (readyContainers > 0 && hasReadyCondition(status.conditions)) reason = 'Running';
    else if (errorReason !== '') reason = errorReason;
    else if (readyContainers > 0) reason = 'NotReady';
  }
  return { readyContainers, reason };
}

function terminationReason(terminated: JsonObject): string {
  const reason = stringOf(terminated.reason);
  if (reason !== '') return reason;
  return numberOf(terminated.signal) !== 0
    ? `Signal:${digitsOf(terminated.signal)}`
    : `ExitCode:${digitsOf(terminated.exitCode)}`;
}

function addRestarts(restarts: Restarts, container: JsonObject): void {
  restarts.count += numberOf(container.restartCount);
  const finished = timeOf(fieldsOf(fieldsOf(container.lastState).terminated).finishedAt);
  if (finished !== undefined && (restarts.last === undefined || restarts.last < finished)) restarts.last = finished;
}

/** Any Ready condition that is True counts, not the first one only. */
function hasReadyCondition(conditions: JsonValue | undefined): boolean {
  return itemsOf(conditions).some((item) => fieldsOf(item).type === 'Ready' && fieldsOf(item).status === 'True');
}

/** "1/2": readiness gates whose condition is True; undefined for a Pod without gates. */
export function readinessGates(pod: KubeObject): string | undefined {
  const gates = itemsOf(fieldsOf(pod.spec).readinessGates);
  if (gates.length === 0) return undefined;
  const { conditions } = fieldsOf(pod.status);
  const open = gates.filter((gate) => {
    const type = stringOf(fieldsOf(gate).conditionType);
    return findCondition(conditions, type)?.status === 'True';
  });
  return `${open.length}/${gates.length}`;
}
