/** podcertificaterequests.certificates.k8s.io: names, versions and subresources. */
import { asObject, asText } from '../../../../apimachinery/json-access.ts';
import { unsupportedFieldLabel } from '../../generic/field-label.ts';
import type { ResourceDefinition } from '../../generic/resource-definition.ts';
import { statusStrategy, strategy } from './strategy.ts';
import { table } from './table.ts';

export const podCertificateRequests: ResourceDefinition = {
  group: 'certificates.k8s.io',
  resource: 'podcertificaterequests',
  singular: 'podcertificaterequest',
  kind: 'PodCertificateRequest',
  namespaced: true,
  versions: [
    {
      version: 'v1beta1',
      type: 'io.k8s.api.certificates.v1beta1.PodCertificateRequest',
      storage: true,
      servedByDefault: false,
    },
  ],
  strategy,
  table,
  selectableFields: {
    'spec.signerName': (request) => asText(asObject(request.spec).signerName),
    'spec.podName': (request) => asText(asObject(request.spec).podName),
    'spec.nodeName': (request) => asText(asObject(request.spec).nodeName),
  },
  selectableNamespace: false,
  unknownFieldLabel: unsupportedFieldLabel,
  subresources: [{ name: 'status', verbs: ['get', 'patch', 'update'], served: 'status', strategy: statusStrategy }],
  storagePrefix: 'podcertificaterequests',
};
