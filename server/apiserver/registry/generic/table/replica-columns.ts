/** Desired, current and ready replicas: ReplicaSets and ReplicationControllers. */
import { integer } from './cells.ts';
import { type Column, column } from './column.ts';

export const replicaColumns: readonly Column[] = [
  column('Desired', 'integer', 'Pods asked for.', integer('spec.replicas')),
  column('Current', 'integer', 'Pods that there are.', integer('status.replicas')),
  column('Ready', 'integer', 'Pods that are ready.', integer('status.readyReplicas')),
];
