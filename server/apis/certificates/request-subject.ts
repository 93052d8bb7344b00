/** The subject of a certificate request as objects carry it: PEM, in base64. */
import { CertificateRequestError, parseCertificateRequest } from './certificate-request.ts';
import { decodePem } from './pem.ts';

interface RequestSubject {
  readonly commonName: string;
  readonly organizations: readonly string[];
}

/** Undefined: it cannot be read, which validation refuses. */
export function subjectOf(request: string): RequestSubject | undefined {
  const [block] = decodePem(Buffer.from(request, 'base64').toString());
  if (block === undefined) return undefined;
  try {
    const { subject } = parseCertificateRequest(block.der);
    return { commonName: subject('commonName')[0] ?? '', organizations: subject('organization') };
  } catch (error) {
    if (error instanceof CertificateRequestError) return undefined;
    throw error;
  }
}
