/**
 * The certificates of a cluster: an authority, the serving certificate, the administrator's, and two for kubelets. Kept in a folder; those that the
 * authority signed are made anew at a start when they are about to expire or do not name every host.
 */
import { createPrivateKey, randomUUID, X509Certificate } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { join } from 'node:path';
import { systemClock } from '../apimachinery/clock/clock.ts';
import { createAuthority, issueLeaf, type KeyPair, type LeafRequest } from './certificate-authority.ts';

export type { KeyPair } from './certificate-authority.ts';

export interface ClusterPki {
  readonly authority: KeyPair;
  readonly serving: KeyPair;
  readonly admin: KeyPair;
  /** What the server shows to kubelets. */
  readonly kubeletClient: KeyPair;
  /** Serves the kubelets of this process. */
  readonly kubelet: KeyPair;
  readonly frontProxy: FrontProxy;
}

/** Who passes requests on to extension servers: apart from users, so that none of them can pose as a front proxy. */
export interface FrontProxy {
  readonly authority: KeyPair;
  readonly client: KeyPair;
}

/** Common name of the server's own front-proxy certificate. */
export const FRONT_PROXY_NAME = 'front-proxy-client';

export interface PkiOptions {
  /** Kept here with mode 0600; unset: in memory only. */
  readonly folder: string | undefined;
  /** Names and addresses that clients may use. */
  readonly hosts: readonly string[];
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** Milliseconds before its end at which a certificate is replaced: a server that is started once a month never meets it. */
const renewBefore = 30 * 24 * 60 * 60 * 1000;

/** Where the kubelets of this process listen. */
const kubeletHosts = ['localhost', '127.0.0.1', '::1'];

export async function loadOrCreatePki({ folder, hosts, now }: PkiOptions): Promise<ClusterPki> {
  if (folder !== undefined) await mkdir(folder, { recursive: true, mode: 0o700 });
  const authorityOf = async (file: string, name: string): Promise<KeyPair> => {
    const kept = await read(folder, file);
    if (kept !== undefined) return kept;
    const made = await createAuthority(name, now);
    await keep(folder, file, made);
    return made;
  };
  const [authority, frontProxies] = await Promise.all([
    authorityOf('ca', 'portico-ca'),
    authorityOf('front-proxy-ca', 'portico-front-proxy-ca'),
  ]);
  const leaf = async (name: string, issuer: KeyPair, request: Omit<LeafRequest, 'now'>): Promise<KeyPair> => {
    const kept = await read(folder, name);
    if (kept !== undefined && isGood(kept, issuer, request, now)) return kept;
    const made = await issueLeaf(issuer, { ...request, now });
    await keep(folder, name, made);
    return made;
  };
  const client = (subject: LeafRequest['subject']) => ({ subject, usage: 'client' as const, hosts: [] });
  const server = (name: string, names: readonly string[]) => ({
    subject: [{ CN: [name] }],
    usage: 'server' as const,
    hosts: names,
  });
  const masters = { O: ['system:masters'] };
  const [serving, admin, kubeletClient, kubelet, frontProxy] = await Promise.all([
    leaf('apiserver', authority, server('portico-apiserver', hosts)),
    leaf('admin', authority, client([masters, { CN: ['portico-admin'] }])),
    leaf('apiserver-kubelet-client', authority, client([masters, { CN: ['kube-apiserver-kubelet-client'] }])),
    leaf('kubelet', authority, server('portico-kubelet', kubeletHosts)),
    leaf('front-proxy-client', frontProxies, client([{ CN: [FRONT_PROXY_NAME] }])),
  ]);
  const proxy = { authority: frontProxies, client: frontProxy };
  return { authority, serving, admin, kubeletClient, kubelet, frontProxy: proxy };
}

/** Undefined where there is none, or half of one. */
async function read(folder: string | undefined, name: string): Promise<KeyPair | undefined> {
  if (folder === undefined) return undefined;
  try {
    const [certificate, key] = await Promise.all([
      readFile(join(folder, `${name}.crt`), 'utf8'),
      readFile(join(folder, `${name}.key`), 'utf8'),
    ]);
    return { certificate, key };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return undefined;
  }
}

/** The certificate comes last: its presence says that its key is there. */
async function keep(folder: string | undefined, name: string, { certificate, key }: KeyPair): Promise<void> {
  if (folder === undefined) return;
  const write = async (file: string, text: string, mode: number) => {
    const path = join(folder, file);
    // Another process may be starting in the same folder.
    const draft = `${path}.${randomUUID()}`;
    await writeFile(draft, text, { mode });
    await rename(draft, path);
  };
  await write(`${name}.key`, key, 0o600);
  await write(`${name}.crt`, certificate, 0o644);
}

function isGood(kept: KeyPair, authority: KeyPair, { hosts }: Pick<LeafRequest, 'hosts'>, now: number): boolean {
  const issuer = new X509Certificate(authority.certificate);
  try {
    const certificate = new X509Certificate(kept.certificate);
    return (
      Date.parse(certificate.validTo) - now > renewBefore &&
      certificate.checkIssued(issuer) &&
      certificate.checkPrivateKey(createPrivateKey(kept.key)) &&
      hosts.every((host) => (isIP(host) === 0 ? certificate.checkHost(host) : certificate.checkIP(host)) !== undefined)
    );
  } catch {
    // What cannot be read is no certificate.
    return false;
  }
}

/** For a server of one's own: a certificate for these names, and the authority that vouches for it. Kept nowhere. */
export async function newServingCertificate(
  hosts: readonly string[],
): Promise<KeyPair & { readonly authority: string }> {
  const now = systemClock.now();
  const authority = await createAuthority('portico-serving-ca', now);
  const [name = ''] = hosts;
  const pair = await issueLeaf(authority, { subject: [{ CN: [name] }], usage: 'server', hosts, now });
  return { ...pair, authority: authority.certificate };
}
