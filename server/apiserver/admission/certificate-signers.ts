/** Who may approve, sign or attest for a signer: CertificateApproval, CertificateSigning and ClusterTrustBundleAttest ask the authorizer. */
import { goQuote } from '../../apimachinery/errors/field-error.ts';
import { asObject, asText } from '../../apimachinery/json-access.ts';
import { semanticallyEqual } from '../../apimachinery/validation/immutable-field.ts';
import { isCollectorsChange } from '../authorization/rbac/escalation.ts';
import type { Authorizer } from '../authorization/authorizer.ts';
import type { AdmissionAttributes, AdmissionPlugin } from './admission.ts';
import { refusal } from './refusal.ts';

const requests = 'certificatesigningrequests.certificates.k8s.io';

export function certificateApproval(authorizer: Authorizer): AdmissionPlugin {
  return {
    name: 'CertificateApproval',
    resources: [`${requests}/approval`],
    operations: ['UPDATE'],
    async validate(attributes) {
      const signer = asText(asObject(attributes.old?.spec).signerName);
      if (await mayActFor(signer, 'approve', attributes, authorizer)) return;
      throw refusal(attributes, `user not permitted to approve requests with signerName ${goQuote(signer)}`);
    },
  };
}

export function certificateSigning(authorizer: Authorizer): AdmissionPlugin {
  return {
    name: 'CertificateSigning',
    resources: [`${requests}/status`],
    operations: ['UPDATE'],
    async validate(attributes) {
      const [now, before] = [asObject(attributes.object?.status), asObject(attributes.old?.status)];
      const isSame = now.certificate === before.certificate && semanticallyEqual(now.conditions, before.conditions);
      if (isSame) return;
      const signer = asText(asObject(attributes.old?.spec).signerName);
      if (await mayActFor(signer, 'sign', attributes, authorizer)) return;
      throw refusal(attributes, `user not permitted to sign requests with signerName ${goQuote(signer)}`);
    },
  };
}

export function clusterTrustBundleAttest(authorizer: Authorizer): AdmissionPlugin {
  return {
    name: 'ClusterTrustBundleAttest',
    resources: ['clustertrustbundles.certificates.k8s.io'],
    operations: ['CREATE', 'UPDATE'],
    async validate(attributes) {
      const { object, old } = attributes;
      const signer = asText(asObject(object?.spec).signerName);
      if (signer === '' || object === undefined || isCollectorsChange(object, old)) return;
      if (await mayActFor(signer, 'attest', attributes, authorizer)) return;
      throw refusal(attributes, `user not permitted to attest for signerName ${goQuote(signer)}`);
    },
  };
}

/** "example.com/name" itself, or every signer of its domain. */
async function mayActFor(
  signer: string,
  verb: 'approve' | 'sign' | 'attest',
  { user }: AdmissionAttributes,
  authorizer: Authorizer,
): Promise<boolean> {
  const names = [signer, `${signer.split('/')[0] ?? ''}/*`];
  for (const name of names) {
    const info = {
      isResourceRequest: true,
      path: '',
      verb,
      apiPrefix: 'apis',
      group: 'certificates.k8s.io',
      version: '*',
      namespace: '',
      resource: 'signers',
      subresource: '',
      name,
      parts: ['signers', name],
    };
    const { decision } = await authorizer.authorize({ user, info });
    if (decision === 'allow') return true;
  }
  return false;
}
