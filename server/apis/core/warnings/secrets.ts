/** Warnings about secrets of type TLS whose key and certificate do not belong together, in the words of Go's TLS library. */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { asObject, asText } from '../../../apimachinery/json-access.ts';
import type { KubeObject } from '../../../apimachinery/meta/object.ts';
import { decodePem } from '../../certificates/pem.ts';

export function secretWarnings(secret: KubeObject): string[] {
  if (secret.type !== 'kubernetes.io/tls') return [];
  const data = asObject(secret.data);
  const problem = keyPairProblem(textOf(data['tls.crt']), textOf(data['tls.key']));
  return problem === undefined ? [] : [`tls: ${problem}`];
}

function textOf(base64: unknown): string {
  return Buffer.from(typeof base64 === 'string' ? asText(base64) : '', 'base64').toString('latin1');
}

function keyPairProblem(certificateText: string, keyText: string): string | undefined {
  const certificateBlocks = decodePem(certificateText);
  const certificate = certificateBlocks.find(({ type }) => type === 'CERTIFICATE');
  if (certificate === undefined) return missingCertificate(certificateBlocks.map(({ type }) => type));
  const keyBlocks = decodePem(keyText);
  const isKey = (type: string): boolean => type === 'PRIVATE KEY' || type.endsWith(' PRIVATE KEY');
  const key = keyBlocks.find(({ type }) => isKey(type));
  if (key === undefined) return missingKey(keyBlocks.map(({ type }) => type));
  let parsed: X509Certificate;
  try {
    parsed = new X509Certificate(certificate.der);
  } catch {
    return 'failed to parse certificate';
  }
  try {
    const armoured = `-----BEGIN ${key.type}-----\n${key.der.toString('base64')}\n-----END ${key.type}-----\n`;
    const privateKey = createPrivateKey(armoured);
    if (privateKey.asymmetricKeyType !== parsed.publicKey.asymmetricKeyType) {
      return 'private key type does not match public key type';
    }
    return parsed.checkPrivateKey(privateKey) ? undefined : 'private key does not match public key';
  } catch {
    return 'failed to parse private key';
  }
}

function missingCertificate(types: readonly string[]): string {
  if (types.length === 0) return 'failed to find any PEM data in certificate input';
  if (types.length === 1 && types[0]?.endsWith('PRIVATE KEY')) {
    return 'failed to find certificate PEM data in certificate input, but did find a private key; PEM inputs may have been switched';
  }
  const skipped = `after skipping PEM blocks of the following types: [${types.join(' ')}]`;
  return `failed to find "CERTIFICATE" PEM block in certificate input ${skipped}`;
}

function missingKey(types: readonly string[]): string {
  if (types.length === 0) return 'failed to find any PEM data in key input';
  if (types.length === 1 && types[0] === 'CERTIFICATE') {
    return 'found a certificate rather than a key in the PEM for the private key';
  }
  const skipped = `after skipping PEM blocks of the following types: [${types.join(' ')}]`;
  return `failed to find PEM block with type ending in "PRIVATE KEY" in key input ${skipped}`;
}
