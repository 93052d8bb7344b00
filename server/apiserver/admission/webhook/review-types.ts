/** AdmissionReview as answers are read: the type is served by nobody, so that the table of facts has none. */
import type { FieldFacts } from '../../../../openapi/type-facts.ts';
import { compileFacts } from '../../../apimachinery/schema/compile-facts.ts';
import type { StructSchema } from '../../../apimachinery/schema/type-schema.ts';

const text: FieldFacts = { t: 'string', omit: 'empty' };
const typeMeta = { kind: text, apiVersion: text };

const types = {
  AdmissionReview: {
    go: 'AdmissionReview',
    fields: { ...typeMeta, response: { t: '#AdmissionResponse', ptr: true, omit: 'empty' } },
  },
  AdmissionResponse: {
    go: 'AdmissionResponse',
    fields: {
      uid: { t: 'string', go: 'types.UID' },
      allowed: { t: 'bool' },
      status: { t: '#Status', ptr: true, omit: 'empty' },
      patch: { t: 'bytes', omit: 'empty' },
      patchType: { t: 'string', go: 'v1.PatchType', ptr: true, omit: 'empty' },
      auditAnnotations: { t: '{}string', omit: 'empty' },
      warnings: { t: '[]string', omit: 'empty' },
    },
  },
  Status: {
    go: 'Status',
    fields: {
      ...typeMeta,
      status: text,
      message: text,
      reason: { t: 'string', go: 'v1.StatusReason', omit: 'empty' },
      details: { t: '#StatusDetails', ptr: true, omit: 'empty' },
      code: { t: 'int32', omit: 'empty' },
    },
  },
  StatusDetails: {
    go: 'StatusDetails',
    fields: {
      name: text,
      group: text,
      kind: text,
      uid: { t: 'string', go: 'types.UID', omit: 'empty' },
      causes: { t: '[]#StatusCause', omit: 'empty' },
      retryAfterSeconds: { t: 'int32', omit: 'empty' },
    },
  },
  StatusCause: {
    go: 'StatusCause',
    fields: { reason: { t: 'string', go: 'v1.CauseType', omit: 'empty' }, message: text, field: text },
  },
} as const;

let compiled: StructSchema | undefined;

export function reviewSchema(): StructSchema {
  compiled ??= compileFacts({ kubernetes: '', types }).struct('AdmissionReview');
  return compiled;
}
