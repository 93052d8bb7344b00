/** Printed columns of PodGroups. */
import type { KubeObject } from '../../../../apimachinery/meta/object.ts';
import { NONE } from '../../generic/table/cells.ts';
import { column, tableOf } from '../../generic/table/column.ts';
import { findLastCondition } from '../../generic/table/conditions.ts';
import { fieldsOf, isMessage, stringOf } from '../../generic/table/json-reading.ts';
import { ageColumn, nameColumn } from '../../generic/table/metadata-columns.ts';

export const table = tableOf([
  nameColumn,
  column('Policy', 'string', 'How its pods are scheduled: Basic or Gang.', policy),
  column('Workload', 'string', 'Workload that it is made from.', workload),
  column('Status', 'string', 'Whether it is scheduled.', status),
  ageColumn,
]);

function policy(group: KubeObject): string {
  return isMessage(fieldsOf(fieldsOf(group.spec).schedulingPolicy).gang) ? 'Gang' : 'Basic';
}

function workload(group: KubeObject): string {
  const template = fieldsOf(group.spec).podGroupTemplateRef;
  return isMessage(template) ? stringOf(fieldsOf(template.workload).workloadName) : NONE;
}

/** Why the group is to go comes before whether it was scheduled. */
function status(group: KubeObject): string {
  const { conditions } = fieldsOf(group.status);
  const disruption = findLastCondition(conditions, 'DisruptionTarget');
  if (disruption !== undefined) return stringOf(disruption.reason);
  const scheduled = findLastCondition(conditions, 'PodGroupScheduled');
  if (scheduled === undefined) return 'Pending';
  return scheduled.status === 'True' ? 'Scheduled' : 'Unschedulable';
}
