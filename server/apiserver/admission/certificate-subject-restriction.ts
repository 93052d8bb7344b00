/** CertificateSubjectRestriction: no certificate of this cluster's client signer makes its holder a system:masters. */
import { asObject, asText } from '../../apimachinery/json-access.ts';
import { systemMasters } from '../../apimachinery/request/user-info.ts';
import { subjectOf } from '../../apis/certificates/request-subject.ts';
import type { AdmissionPlugin } from './admission.ts';
import { refusal } from './refusal.ts';

const clientSigner = 'kubernetes.io/kube-apiserver-client';

export const certificateSubjectRestriction: AdmissionPlugin = {
  name: 'CertificateSubjectRestriction',
  resources: ['certificatesigningrequests.certificates.k8s.io'],
  operations: ['CREATE'],
  validate(attributes) {
    const { signerName, request } = asObject(attributes.object?.spec);
    if (signerName !== clientSigner) return;
    if (subjectOf(asText(request))?.organizations.includes(systemMasters) !== true) return;
    throw refusal(attributes, `use of ${clientSigner} signer with ${systemMasters} group is not allowed`);
  },
};
