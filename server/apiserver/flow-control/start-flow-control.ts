/** What flow control does by itself: its bootstrap objects are there, and conditions say which schemas lead nowhere. */
import { everyInterval } from '../bootstrap/interval.ts';
import { ensureBootstrapFlowControl } from './bootstrap/ensure-bootstrap.ts';
import { keepSchemaConditions, type SchemaConditionsOptions } from './schema-conditions.ts';

/** Milliseconds between two looks at the bootstrap objects. */
const ensureEvery = 60_000;

/** Resolves when they are there. */
export async function startFlowControl(options: SchemaConditionsOptions): Promise<void> {
  const { scopeOf, clock, random, signal, onTrouble } = options;
  const ensure = () => ensureBootstrapFlowControl({ scopeOf, clock, random });
  await ensure();
  keepSchemaConditions(options);
  everyInterval(ensure, { clock, interval: ensureEvery, signal, onTrouble });
}
