/** The certificates of a cluster: an authority, the serving certificate, and the administrator's. Made once, kept in a folder. */
import { webcrypto } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface KeyPair {
  /** PEM. */
  readonly certificate: string;
  readonly key: string;
}

export interface ClusterPki {
  readonly authority: KeyPair;
  readonly serving: KeyPair;
  readonly admin: KeyPair;
}

export interface PkiOptions {
  /** Kept here with mode 0600; unset: in memory only. */
  readonly folder: string | undefined;
  /** Names and addresses that clients may use. */
  readonly hosts: readonly string[];
  /** Milliseconds since the epoch. */
  readonly now: number;
}

const files = { authority: 'ca', serving: 'apiserver', admin: 'admin' } as const;

export async function loadOrCreatePki(options: PkiOptions): Promise<ClusterPki> {
  const { folder } = options;
  if (folder !== undefined && existsSync(join(folder, 'admin.key'))) return readPki(folder);
  const pki = await createPki(options);
  if (folder !== undefined) {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    // The administrator's key comes last: its presence says that all are there.
    for (const name of ['authority', 'serving', 'admin'] as const) {
      await writeFile(join(folder, `${files[name]}.crt`), pki[name].certificate, { mode: 0o644 });
      await writeFile(join(folder, `${files[name]}.key`), pki[name].key, { mode: 0o600 });
    }
  }
  return pki;
}

async function readPki(folder: string): Promise<ClusterPki> {
  const read = async (name: string): Promise<KeyPair> => {
    const [certificate, key] = await Promise.all([
      readFile(join(folder, `${name}.crt`), 'utf8'),
      readFile(join(folder, `${name}.key`), 'utf8'),
    ]);
    return { certificate, key };
  };
  const [authority, serving, admin] = await Promise.all([
    read(files.authority),
    read(files.serving),
    read(files.admin),
  ]);
  return { authority, serving, admin };
}

const day = 24 * 60 * 60 * 1000;
const authorityDays = 3650;
const leafDays = 365;
/** Clocks of clients may be a little behind. */
const backdate = 5 * 60 * 1000;

/** @peculiar/x509 is loaded only where certificates are made: it costs 75 ms and 20 MB. */
async function createPki({ hosts, now }: PkiOptions): Promise<ClusterPki> {
  await import('reflect-metadata');
  const x509 = await import('@peculiar/x509');
  const crypto = webcrypto;
  x509.cryptoProvider.set(crypto as unknown as Parameters<typeof x509.cryptoProvider.set>[0]);
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
  const newKeys = () => crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const period = (days: number) => ({ notBefore: new Date(now - backdate), notAfter: new Date(now + days * day) });
  const serial = () =>
    Buffer.from(crypto.getRandomValues(new Uint8Array(16)))
      .toString('hex')
      .replace(/^[89a-f]/, '4');
  const pem = async (
    certificate: { toString(format: 'pem'): string },
    keys: webcrypto.CryptoKeyPair,
  ): Promise<KeyPair> => {
    const der = Buffer.from(await crypto.subtle.exportKey('pkcs8', keys.privateKey));
    const body = der.toString('base64').replace(/.{64}/g, '$&\n').trimEnd();
    return {
      certificate: `${certificate.toString('pem')}\n`,
      key: `-----BEGIN PRIVATE KEY-----\n${body}\n-----END PRIVATE KEY-----\n`,
    };
  };

  const authorityKeys = await newKeys();
  const authority = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serial(),
    name: [{ CN: ['portico-ca'] }],
    ...period(authorityDays),
    signingAlgorithm: algorithm,
    keys: authorityKeys,
    extensions: [
      new x509.BasicConstraintsExtension(true, undefined, true),
      new x509.KeyUsagesExtension(
        x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign | x509.KeyUsageFlags.digitalSignature,
        true,
      ),
      await x509.SubjectKeyIdentifierExtension.create(authorityKeys.publicKey),
    ],
  });
  const leaf = async (
    subject: Array<Record<string, string[]>>,
    usage: string,
    names: readonly string[],
  ): Promise<KeyPair> => {
    const keys = await newKeys();
    const alternatives = names.map((value) => ({
      type: /^[\d.]+$|:/.test(value) ? ('ip' as const) : ('dns' as const),
      value,
    }));
    const certificate = await x509.X509CertificateGenerator.create({
      serialNumber: serial(),
      subject,
      issuer: authority.subjectName,
      ...period(leafDays),
      signingKey: authorityKeys.privateKey,
      publicKey: keys.publicKey,
      signingAlgorithm: algorithm,
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        new x509.ExtendedKeyUsageExtension([usage]),
        await x509.AuthorityKeyIdentifierExtension.create(authorityKeys.publicKey),
        ...(alternatives.length === 0 ? [] : [new x509.SubjectAlternativeNameExtension(alternatives)]),
      ],
    });
    return pem(certificate, keys);
  };
  const serverAuthentication = '1.3.6.1.5.5.7.3.1';
  const clientAuthentication = '1.3.6.1.5.5.7.3.2';
  const [serving, admin] = await Promise.all([
    leaf([{ CN: ['portico-apiserver'] }], serverAuthentication, hosts),
    leaf([{ O: ['system:masters'] }, { CN: ['portico-admin'] }], clientAuthentication, []),
  ]);
  return { authority: await pem(authority, authorityKeys), serving, admin };
}
