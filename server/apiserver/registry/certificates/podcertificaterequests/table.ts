/** Printed columns of PodCertificateRequests. */
import type { KubeObject } from '../../../../apimachinery/meta/object.ts';
import { labels, text } from '../../generic/table/cells.ts';
import { column, tableOf } from '../../generic/table/column.ts';
import { fieldsOf, itemsOf, stringOf } from '../../generic/table/json-reading.ts';
import { nameColumn } from '../../generic/table/metadata-columns.ts';

const finalStates: ReadonlySet<string> = new Set(['Issued', 'Denied', 'Failed']);

export const table = tableOf([
  nameColumn,
  column('PodName', 'string', 'Pod that the certificate is for.', text('spec.podName')),
  column('ServiceAccountName', 'string', 'Service account of the pod.', text('spec.serviceAccountName')),
  column('NodeName', 'string', 'Node of the pod.', text('spec.nodeName')),
  column('SignerName', 'string', 'Who is to sign.', text('spec.signerName')),
  column('State', 'string', 'How far the request has come.', state),
  column(
    'UnverifiedUserAnnotations',
    'string',
    'What the pod asks the signer for, unchecked.',
    labels('spec.unverifiedUserAnnotations'),
  ),
]);

/** The last of the final conditions: they exclude each other. */
function state(request: KubeObject): string {
  const types = itemsOf(fieldsOf(request.status).conditions).map((item) => stringOf(fieldsOf(item).type));
  return types.findLast((type) => finalStates.has(type)) ?? 'Pending';
}
