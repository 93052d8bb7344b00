/** Signs what clients of the cluster ask for with the cluster's own authority. */
import type { CertificateSigner, RequestedCertificate } from '../controllers/certificates/signer.ts';
import { type KeyPair, loadX509, serial, signingKey } from './certificate-authority.ts';

const extendedUsages: Readonly<Record<string, string>> = {
  'server auth': '1.3.6.1.5.5.7.3.1',
  'client auth': '1.3.6.1.5.5.7.3.2',
  'code signing': '1.3.6.1.5.5.7.3.3',
  'email protection': '1.3.6.1.5.5.7.3.4',
  timestamping: '1.3.6.1.5.5.7.3.8',
  'ocsp signing': '1.3.6.1.5.5.7.3.9',
};
/** The extension of names beside the subject. */
const alternativeNames = '2.5.29.17';
/** Milliseconds by which clocks of others may be behind. */
const backdate = 5 * 60_000;

export function newCertificateSigner(authority: KeyPair, now: () => number): CertificateSigner {
  return {
    async read(request) {
      const x509 = await loadX509();
      const csr = new x509.Pkcs10CertificateRequest(request);
      const names = (found: object | null) =>
        found instanceof x509.SubjectAlternativeNameExtension ? found.names.items : [];
      const alternatives = names(csr.getExtension(alternativeNames));
      const of = (type: string) => alternatives.filter((name) => name.type === type).map(({ value }) => value);
      return {
        commonName: csr.subjectName.getField('CN')[0] ?? '',
        organizations: csr.subjectName.getField('O'),
        dnsNames: of('dns'),
        ipAddresses: of('ip'),
        emailAddresses: of('email'),
        uris: of('url'),
      } satisfies RequestedCertificate;
    },
    async sign(request, { usages, notAfter }) {
      const x509 = await loadX509();
      const csr = new x509.Pkcs10CertificateRequest(request);
      const issuer = new x509.X509Certificate(authority.certificate);
      const alternatives = csr.getExtension(alternativeNames);
      const extended = usages.flatMap((usage) =>
        Object.hasOwn(extendedUsages, usage) ? [extendedUsages[usage] ?? ''] : [],
      );
      let flags = 0;
      if (usages.includes('digital signature') || usages.includes('signing'))
        flags |= x509.KeyUsageFlags.digitalSignature;
      if (usages.includes('key encipherment')) flags |= x509.KeyUsageFlags.keyEncipherment;
      if (usages.includes('data encipherment')) flags |= x509.KeyUsageFlags.dataEncipherment;
      if (usages.includes('key agreement')) flags |= x509.KeyUsageFlags.keyAgreement;
      const certificate = await x509.X509CertificateGenerator.create({
        serialNumber: serial(),
        // The name as it stands in the request: read as text and written again it might become another one's.
        subject: csr.subjectName,
        issuer: issuer.subjectName,
        notBefore: new Date(now() - backdate),
        notAfter: new Date(Math.min(notAfter, issuer.notAfter.getTime())),
        signingKey: await signingKey(authority.key),
        publicKey: csr.publicKey,
        signingAlgorithm: { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' },
        extensions: [
          new x509.BasicConstraintsExtension(false, undefined, true),
          ...(flags === 0 ? [] : [new x509.KeyUsagesExtension(flags, true)]),
          ...(extended.length === 0 ? [] : [new x509.ExtendedKeyUsageExtension(extended)]),
          await x509.AuthorityKeyIdentifierExtension.create(await issuer.publicKey.export()),
          ...(alternatives === null ? [] : [alternatives]),
        ],
      });
      return `${certificate.toString('pem')}\n`;
    },
  };
}
