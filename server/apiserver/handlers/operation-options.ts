/** The options of a write as admission is told of them: a meta.k8s.io/v1 object, with what the request said and no more. */
import type { JsonObject } from '../../apimachinery/json.ts';
import type { AdmissionOperation } from '../admission/admission.ts';
import type { ApiContext } from '../request-context.ts';
import type { ParsedDeleteOptions } from './delete-options.ts';

export interface RequestedWrite {
  readonly ctx: ApiContext;
  readonly operation: AdmissionOperation;
  readonly dryRun: boolean;
  /** Of a DELETE. */
  readonly deletion?: ParsedDeleteOptions;
}

const kinds = { CREATE: 'CreateOptions', UPDATE: 'UpdateOptions', DELETE: 'DeleteOptions' } as const;

/** Undefined: the operation has none. */
export function operationOptions({ ctx, operation, deletion, dryRun }: RequestedWrite): JsonObject | undefined {
  if (operation === 'CONNECT') return undefined;
  const options: JsonObject = { kind: kinds[operation], apiVersion: 'meta.k8s.io/v1' };
  if (deletion !== undefined) {
    const { gracePeriodSeconds, preconditions, orphanDependents, propagationPolicy } = deletion;
    if (gracePeriodSeconds !== undefined) options.gracePeriodSeconds = gracePeriodSeconds;
    if (preconditions !== undefined) options.preconditions = { ...preconditions };
    if (orphanDependents !== undefined) options.orphanDependents = orphanDependents;
    if (propagationPolicy !== undefined) options.propagationPolicy = propagationPolicy;
  }
  if (dryRun) options.dryRun = ['All'];
  const { query } = ctx.state;
  if (operation === 'DELETE' || query === undefined) return options;
  for (const name of ['fieldManager', 'fieldValidation']) {
    const value = query.get(name) ?? '';
    if (value !== '') options[name] = value;
  }
  return options;
}
