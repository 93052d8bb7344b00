/** Keys of service account tokens: one signs, all of them verify; a key is named after itself, as upstream names it. */
import { createHash, createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';

export interface VerifyingKey {
  readonly id: string;
  readonly algorithm: string;
  readonly key: KeyObject;
}

/** Of a PEM text with any number of public or private keys and certificates. @throws Error for a text without one, or of another kind */
export function readVerifyingKeys(pem: string): VerifyingKey[] {
  const blocks = pem.match(/-----BEGIN ([^-]+)-----[\s\S]+?-----END \1-----/g) ?? [];
  const keys = blocks.filter((block) => !block.startsWith('-----BEGIN EC PARAMETERS'));
  if (keys.length === 0) throw new Error('no key in PEM');
  return keys.map((block) => verifyingKey(createPublicKey(block)));
}

/** @throws Error for anything but a private RSA or elliptic curve key */
export function readSigningKey(pem: string): VerifyingKey {
  const key = createPrivateKey(pem);
  const { id, algorithm } = verifyingKey(createPublicKey(key));
  return { id, algorithm, key };
}

function verifyingKey(key: KeyObject): VerifyingKey {
  const der = key.export({ type: 'spki', format: 'der' });
  return { id: createHash('sha256').update(der).digest('base64url'), algorithm: algorithmOf(key), key };
}

const algorithmOfCurve: ReadonlyMap<string | undefined, string> = new Map([
  ['prime256v1', 'ES256'],
  ['secp384r1', 'ES384'],
  ['secp521r1', 'ES512'],
]);

function algorithmOf(key: KeyObject): string {
  if (key.asymmetricKeyType === 'rsa') return 'RS256';
  const algorithm = algorithmOfCurve.get(key.asymmetricKeyDetails?.namedCurve);
  if (algorithm !== undefined) return algorithm;
  throw new Error(
    `a key of type ${key.asymmetricKeyType ?? 'unknown'} cannot sign tokens: RSA, P-256, P-384 or P-521 can`,
  );
}
