/** Errors of validation whose order upstream leaves to chance: compared as a set. */
import type { Json, JsonObject } from '../case.ts';

interface Cause {
  readonly field?: string;
  readonly message?: string;
}

/** The causes sorted, and the message without those that are in the causes. */
export function inAnyOrder(body: Json): Json {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return body;
  const { kind, details, message } = body;
  const { causes } = (details ?? {}) as JsonObject;
  if (kind !== 'Status' || !Array.isArray(causes) || typeof message !== 'string') return body;
  const sorted = causes.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  return {
    ...body,
    message: withoutCauses(message, causes as Cause[]),
    details: { ...(details as JsonObject), causes: sorted },
  };
}

function withoutCauses(message: string, causes: readonly Cause[]): string {
  const lines = new Set(causes.map((cause) => `${cause.field ?? ''}: ${cause.message ?? ''}`));
  const list = [...lines].join(', ');
  const end = lines.size > 1 ? `[${list}]` : list;
  return message.endsWith(end) ? `${message.slice(0, -end.length)}{causes}` : message;
}
