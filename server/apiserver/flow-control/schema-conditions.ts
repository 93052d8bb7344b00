/** Keeps the condition of every FlowSchema that says whether its priority level is there. */
import { asObject, asObjects, asText } from '../../apimachinery/json-access.ts';
import type { JsonObject } from '../../apimachinery/json.ts';
import type { KubeObject } from '../../apimachinery/meta/object.ts';
import { formatTime } from '../../apimachinery/meta/time.ts';
import { OwnObjects, type OwnObjectsOptions } from '../bootstrap/own-objects.ts';
import type { ParsedObjects } from '../cacher/parsed-objects.ts';

const fieldManager = 'api-priority-and-fairness-config-consumer-v1';

export interface SchemaConditionsOptions extends OwnObjectsOptions {
  readonly flowSchemas: ParsedObjects;
  readonly priorityLevels: ParsedObjects;
  readonly signal: AbortSignal;
  readonly onTrouble: (error: unknown) => void;
}

/** Milliseconds in which changes gather. */
const gathering = 20;
/** Milliseconds until a write that has failed is tried again. */
const retry = 1000;

/** Follows both resources until the signal aborts. */
export function keepSchemaConditions(options: SchemaConditionsOptions): void {
  const { clock, flowSchemas, priorityLevels, signal, onTrouble } = options;
  let cancel: (() => void) | undefined;
  const later = (milliseconds: number) => {
    if (!signal.aborted) cancel ??= clock.after(milliseconds, () => void run());
  };
  const run = async (): Promise<void> => {
    cancel = undefined;
    try {
      await writeConditions(options);
    } catch (error) {
      if (!signal.aborted) onTrouble(error);
      later(retry);
    }
  };
  const changed = () => later(gathering);
  const observer = { all: changed, present: changed, gone: changed };
  flowSchemas.observe(observer);
  priorityLevels.observe(observer);
  signal.addEventListener('abort', () => cancel?.(), { once: true });
}

async function writeConditions({ flowSchemas, priorityLevels, ...sources }: SchemaConditionsOptions): Promise<void> {
  const path = ['flowcontrol.apiserver.k8s.io', 'v1', 'flowschemas'] as const;
  const schemas = OwnObjects.of(path, { ...sources, fieldManager });
  if (schemas === undefined) return;
  const wanted = (schema: KubeObject) => {
    const levelName = asText(asObject(asObject(schema.spec).priorityLevelConfiguration).name);
    const isThere = priorityLevels.get('', levelName) !== undefined;
    return wantedStatus(schema, levelName, { isThere, now: formatTime(sources.clock.now()) });
  };
  const due = flowSchemas.list().filter((schema) => wanted(schema) !== undefined);
  await Promise.all(due.map((schema) => schemas.applyStatus(schema, wanted)));
}

/** The status to apply; undefined: it says so already. */
function wantedStatus(
  schema: KubeObject,
  levelName: string,
  { isThere, now }: { readonly isThere: boolean; readonly now: string },
): JsonObject | undefined {
  const referenced = `This FlowSchema references the PriorityLevelConfiguration object named ${JSON.stringify(levelName)}`;
  const wanted: JsonObject = isThere
    ? { type: 'Dangling', status: 'False', reason: 'Found', message: `${referenced} and it exists` }
    : { type: 'Dangling', status: 'True', reason: 'NotFound', message: `${referenced} but there is no such object` };
  const conditions = asObjects(asObject(schema.status).conditions);
  const present = conditions.find(({ type }) => type === wanted.type);
  if (present !== undefined && ['status', 'reason', 'message'].every((field) => present[field] === wanted[field])) {
    return undefined;
  }
  const isSameStatus = present?.status === wanted.status && asText(present?.lastTransitionTime) !== '';
  const lastTransitionTime = isSameStatus ? asText(present?.lastTransitionTime) : now;
  const { type, status, reason, message } = wanted;
  const condition: JsonObject = { type, status, lastTransitionTime, reason, message };
  return { conditions: [condition] };
}
