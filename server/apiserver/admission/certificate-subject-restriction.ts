/** CertificateSubjectRestriction: no certificate of this cluster's client signer makes its holder a system:masters. */
import { asObject, asText } from '../../apimachinery/json-access.ts';
import { systemMasters } from '../../apimachinery/request/user-info.ts';
import { parseCertificateRequest } from '../../apis/certificates/certificate-request.ts';
import { decodePem } from '../../apis/certificates/pem.ts';
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
    // Validation has found it to be one well-formed block.
    const [block] = decodePem(Buffer.from(asText(request), 'base64').toString());
    const organizations = block === undefined ? [] : parseCertificateRequest(block.der).organizations();
    if (!organizations.includes(systemMasters)) return;
    throw refusal(attributes, `use of ${clientSigner} signer with ${systemMasters} group is not allowed`);
  },
};
