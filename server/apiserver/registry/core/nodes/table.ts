/** Printed columns of Nodes. */
import type { KubeObject } from '../../../../apimachinery/meta/object.ts';
import { NONE, nonEmptyText, text, UNKNOWN } from '../../generic/table/cells.ts';
import { type Cell, column, tableOf, wideColumn } from '../../generic/table/column.ts';
import { findLastCondition } from '../../generic/table/conditions.ts';
import { fieldsOf, itemsOf, stringOf } from '../../generic/table/json-reading.ts';
import { ageColumn, nameColumn } from '../../generic/table/metadata-columns.ts';

const ROLE_LABEL_PREFIX = 'node-role.kubernetes.io/';
const ROLE_LABEL = 'kubernetes.io/role';

export const table = tableOf([
  nameColumn,
  column('Status', 'string', 'Whether the node is ready and takes new pods.', status),
  column('Roles', 'string', 'Roles that its labels give it.', roles),
  ageColumn,
  column('Version', 'string', 'Version of its kubelet.', text('status.nodeInfo.kubeletVersion')),
  wideColumn('Internal-IP', 'string', 'Address inside the cluster.', addressOf('InternalIP')),
  wideColumn('External-IP', 'string', 'Address that is reached from outside.', addressOf('ExternalIP')),
  wideColumn('OS-Image', 'string', 'Operating system.', nonEmptyText('status.nodeInfo.osImage', UNKNOWN)),
  wideColumn('Kernel-Version', 'string', 'Kernel and architecture.', kernel),
  wideColumn(
    'Container-Runtime',
    'string',
    'Container runtime and its version.',
    nonEmptyText('status.nodeInfo.containerRuntimeVersion', UNKNOWN),
  ),
]);

function status(node: KubeObject): string {
  const ready = findLastCondition(fieldsOf(node.status).conditions, 'Ready');
  const readiness = ready === undefined ? 'Unknown' : ready.status === 'True' ? 'Ready' : 'NotReady';
  return fieldsOf(node.spec).unschedulable === true ? `${readiness},SchedulingDisabled` : readiness;
}

/** Roles are named by label keys ("node-role.kubernetes.io/worker") or by the value of the one older label. */
function roles(node: KubeObject): string {
  const found = new Set<string>();
  for (const [key, value] of Object.entries(fieldsOf(node.metadata?.labels))) {
    const role = key.startsWith(ROLE_LABEL_PREFIX)
      ? key.slice(ROLE_LABEL_PREFIX.length)
      : key === ROLE_LABEL
        ? stringOf(value)
        : '';
    if (role !== '') found.add(role);
  }
  return [...found].sort().join(',') || NONE;
}

function addressOf(type: 'InternalIP' | 'ExternalIP'): Cell {
  return (node) => {
    const address = itemsOf(fieldsOf(node.status).addresses).find((item) => fieldsOf(item).type === type);
    return address === undefined ? NONE : stringOf(fieldsOf(address).address);
  };
}

function kernel(node: KubeObject): string {
  const info = fieldsOf(fieldsOf(node.status).nodeInfo);
  const version = stringOf(info.kernelVersion) || UNKNOWN;
  const architecture = stringOf(info.architecture);
  return architecture === '' ? version : `${version} (${architecture})`;
}
