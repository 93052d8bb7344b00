/** Keeps managedFields over a write: who wrote, through which endpoint, and what of it is theirs from now on. */
import type { KubeObject } from '../../apimachinery/meta/object.ts';
import { FIELD_MANAGER_MAX_LENGTH, isPrintable } from '../../apimachinery/validation/managed-fields.ts';
import { fieldManagerOf } from '../field-manager/endpoint-field-manager.ts';
import { setManagedFields } from '../field-manager/managed-fields.ts';
import { type ResourceScope, toRequestVersion, whenConverted } from '../registry/resource-scope.ts';
import type { ApiContext } from '../request-context.ts';
import type { HandlerEnvironment } from './handler-environment.ts';

export interface TrackedWrite {
  readonly ctx: ApiContext;
  readonly scope: ResourceScope;
  readonly environment: HandlerEnvironment;
  /** Of the request's options; "": named after the client's user agent. */
  readonly fieldManager: string;
}

/** Both objects are in the storage version. Mutates `next`. @param old undefined: it is created */
export async function trackFields(
  { ctx, scope, environment, fieldManager }: TrackedWrite,
  next: KubeObject,
  old: KubeObject | undefined,
): Promise<void> {
  const manager = fieldManagerOf(scope, ctx.state.info.subresource, environment);
  const live = old === undefined ? undefined : toRequestVersion(scope, old);
  const name = managerName(ctx, fieldManager);
  setManagedFields(next, await whenConverted(() => manager.update(live, toRequestVersion(scope, next), name)));
}

/** What stands before the first slash of the user agent, without what cannot be printed. */
export function managerName(ctx: ApiContext, fieldManager: string): string {
  if (fieldManager !== '') return fieldManager;
  const agent = ctx.req.headers['user-agent'] ?? '';
  const known = namesOfAgents.get(agent);
  if (known !== undefined) return known;
  // Node reads headers as Latin-1; clients write UTF-8.
  const name = nameOfAgent(Buffer.from(agent, 'latin1').toString());
  if (namesOfAgents.size >= MAX_AGENTS) namesOfAgents.clear();
  namesOfAgents.set(agent, name);
  return name;
}

/** User agents whose names are remembered. */
const MAX_AGENTS = 256;
const namesOfAgents = new Map<string, string>();

function nameOfAgent(agent: string): string {
  let name = '';
  let bytes = 0;
  for (const char of agent.split('/', 1)[0] ?? '') {
    if (!isPrintable(char)) continue;
    bytes += Buffer.byteLength(char);
    if (bytes > FIELD_MANAGER_MAX_LENGTH) break;
    name += char;
  }
  return name;
}
