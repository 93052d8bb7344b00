/** What apply says when it cannot: conflicts with other managers, and errors that upstream hands on as they are. */
import { goQuote } from '../../apimachinery/errors/field-error.ts';
import { failure, type StatusError } from '../../apimachinery/errors/status-error.ts';
import { type FieldSet, pathsOf, pathText } from '../../apimachinery/structured-merge/field-set.ts';
import { compareTexts, identifierOf, type ManagerEntry } from './managed-fields.ts';

export interface Conflict {
  readonly owner: ManagerEntry;
  readonly fields: FieldSet;
}

/** 409 with a cause for each field; clients and people read both. */
export function newApplyConflict(conflicts: readonly Conflict[]): StatusError {
  const sorted = conflicts.toSorted((a, b) => compareTexts(identifierOf(a.owner), identifierOf(b.owner)));
  const found = sorted.flatMap(({ owner, fields }) =>
    [...pathsOf(fields)].map((path) => ({ owner: ownerText(owner), field: pathText(path) })),
  );
  const causes = found.map(({ owner, field }) => ({
    reason: 'FieldManagerConflict',
    message: `conflict with ${owner}`,
    field,
  }));
  return failure({ code: 409, reason: 'Conflict', message: messageOf(sorted, found), details: { causes } });
}

function messageOf(conflicts: readonly Conflict[], found: readonly { owner: string; field: string }[]): string {
  const [only] = found;
  if (only !== undefined && found.length === 1) {
    return `Apply failed with 1 conflict: conflict with ${only.owner}: ${only.field}`;
  }
  const lines = conflicts.flatMap(({ owner, fields }) => [
    `conflicts with ${ownerText(owner)}:`,
    ...[...pathsOf(fields)].map((path) => `- ${pathText(path)}`),
  ]);
  return `Apply failed with ${found.length} conflicts: ${lines.join('\n')}`;
}

function ownerText({ manager, operation, apiVersion, subresource }: ManagerEntry): string {
  const name = subresource === '' ? goQuote(manager) : `${goQuote(manager)} with subresource ${goQuote(subresource)}`;
  return operation === 'Update' ? `${name} using ${apiVersion}` : name;
}
