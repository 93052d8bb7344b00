/** Printed columns of events.k8s.io Events: those of the core Events that they are stored as. */
export { table } from '../../core/events/table.ts';
