/** Printed columns of Pods. */
import { humanDuration } from '../../../../apimachinery/duration/human-duration.ts';
import type { JsonValue } from '../../../../apimachinery/json.ts';
import type { KubeObject } from '../../../../apimachinery/meta/object.ts';
import type { RowContext, TableConvertor, TableRowCondition } from '../../generic/table-convertor.ts';
import { NONE, nonEmptyText } from '../../generic/table/cells.ts';
import { column, tableOf, wideColumn } from '../../generic/table/column.ts';
import { fieldsOf, itemsOf, stringOf } from '../../generic/table/json-reading.ts';
import { ageColumn, nameColumn } from '../../generic/table/metadata-columns.ts';
import { type PodState, podState, readinessGates } from '../../generic/table/pod-state.ts';

const succeeded = rowCompleted('Succeeded', 'The pod has completed successfully.');
const failed = rowCompleted('Failed', 'The pod failed.');

// Three cells come from one walk over the containers: the row is filled in after it, not cell by cell.
const placeholder = (): JsonValue => null;
const READY = 1;
const STATUS = 2;
const RESTARTS = 3;

const rows = tableOf([
  nameColumn,
  column('Ready', 'string', 'How many of its containers are ready.', placeholder),
  column('Status', 'string', 'State of the pod and its containers in one word.', placeholder),
  column('Restarts', 'string', 'How often its containers were restarted, and when last.', placeholder),
  ageColumn,
  wideColumn('IP', 'string', 'Address of the pod.', podIP),
  wideColumn('Node', 'string', 'Node that the pod is bound to.', nonEmptyText('spec.nodeName', NONE)),
  wideColumn(
    'Nominated Node',
    'string',
    'Node where the pod is to run once others have made room.',
    nonEmptyText('status.nominatedNodeName', NONE),
  ),
  wideColumn(
    'Readiness Gates',
    'string',
    'How many of its extra readiness conditions are true.',
    (pod) => readinessGates(pod) ?? NONE,
  ),
]);

export const table: TableConvertor = {
  columns: rows.columns,
  cells(pod, context) {
    const cells = rows.cells(pod, context);
    const state = podState(pod);
    cells[READY] = `${state.readyContainers}/${state.totalContainers}`;
    cells[STATUS] = state.reason;
    cells[RESTARTS] = restarts(state, context);
    return cells;
  },
  conditions(pod) {
    const { phase } = fieldsOf(pod.status);
    return phase === 'Succeeded' ? [succeeded] : phase === 'Failed' ? [failed] : [];
  },
};

function restarts(state: PodState, context: RowContext): string {
  if (state.restarts === 0 || state.lastRestart === undefined) return String(state.restarts);
  return `${state.restarts} (${humanDuration(context.now - state.lastRestart)} ago)`;
}

/** podIP wins over the list where they differ: old kubelets write it alone. */
function podIP(pod: KubeObject): string {
  const status = fieldsOf(pod.status);
  return stringOf(status.podIP) || stringOf(fieldsOf(itemsOf(status.podIPs)[0]).ip) || NONE;
}

function rowCompleted(reason: string, message: string): TableRowCondition {
  return { type: 'Completed', status: 'True', reason, message };
}
