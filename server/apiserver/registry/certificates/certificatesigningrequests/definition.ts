/** certificatesigningrequests.certificates.k8s.io: names, versions and subresources. */
import { asObject, asText } from '../../../../apimachinery/json-access.ts';
import { unsupportedFieldLabel } from '../../generic/field-label.ts';
import type { ResourceDefinition } from '../../generic/resource-definition.ts';
import { approvalStrategy, statusStrategy, strategy } from './strategy.ts';
import { table } from './table.ts';

export const certificateSigningRequests: ResourceDefinition = {
  group: 'certificates.k8s.io',
  resource: 'certificatesigningrequests',
  singular: 'certificatesigningrequest',
  kind: 'CertificateSigningRequest',
  namespaced: false,
  shortNames: ['csr'],
  versions: [
    {
      version: 'v1',
      type: 'io.k8s.api.certificates.v1.CertificateSigningRequest',
      storage: true,
      servedByDefault: true,
    },
  ],
  strategy,
  table,
  selectableFields: {
    'spec.signerName': (request) => asText(asObject(request.spec).signerName),
  },
  selectableNamespace: false,
  unknownFieldLabel: unsupportedFieldLabel,
  subresources: [
    { name: 'approval', verbs: ['get', 'patch', 'update'], served: 'handler', strategy: approvalStrategy },
    { name: 'status', verbs: ['get', 'patch', 'update'], served: 'status', strategy: statusStrategy },
  ],
  storagePrefix: 'certificatesigningrequests',
};
