/** Printed columns of CertificateSigningRequests. */
import { humanDuration } from '../../../../apimachinery/duration/human-duration.ts';
import type { KubeObject } from '../../../../apimachinery/meta/object.ts';
import { NONE, nonEmptyText, text } from '../../generic/table/cells.ts';
import { column, tableOf } from '../../generic/table/column.ts';
import { findCondition } from '../../generic/table/conditions.ts';
import { fieldsOf, stringOf } from '../../generic/table/json-reading.ts';
import { ageColumn, nameColumn } from '../../generic/table/metadata-columns.ts';

export const table = tableOf([
  nameColumn,
  ageColumn,
  column('SignerName', 'string', 'Who is to sign.', nonEmptyText('spec.signerName', NONE)),
  column('Requestor', 'string', 'User who made the request.', text('spec.username')),
  column('RequestedDuration', 'string', 'How long the certificate is to be valid.', requestedDuration),
  column('Condition', 'string', 'How far the request has come.', condition),
]);

function requestedDuration(request: KubeObject): string {
  const { expirationSeconds } = fieldsOf(request.spec);
  return typeof expirationSeconds === 'number' ? humanDuration(expirationSeconds * 1000) : NONE;
}

/** "Approved,Issued". The condition's type says it all: its status is not asked. */
function condition(request: KubeObject): string {
  const { conditions, certificate } = fieldsOf(request.status);
  const has = (type: string): boolean => findCondition(conditions, type) !== undefined;
  const decision = has('Denied') ? 'Denied' : has('Approved') ? 'Approved' : 'Pending';
  return `${decision}${has('Failed') ? ',Failed' : ''}${stringOf(certificate) === '' ? '' : ',Issued'}`;
}
