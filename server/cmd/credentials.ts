/** Who a server is and whom it believes: its certificates, the files that flags name, the administrator's token. */
import { randomBytes, X509Certificate } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createSecureContext } from 'node:tls';
import { systemClock } from '../apimachinery/clock/clock.ts';
import { systemAuthenticated, systemMasters } from '../apimachinery/request/user-info.ts';
import type { AuthorityBundles } from '../apiserver/authentication/trusted-authorities.ts';
import { parseTokenFile, type StaticToken } from '../apiserver/authentication/token-file.ts';
import { type AuthenticationConfig, loadAuthenticationConfig } from './authentication-config.ts';
import { readFlagFile } from './flag-file.ts';
import type { PorticoOptions } from './options.ts';
import type { ReviewWebhook } from '../apiserver/remote/review-webhook.ts';
import { loadWebhook } from './webhook-file.ts';
import { type ClusterPki, type KeyPair, loadOrCreatePki } from './pki.ts';
import { loadServiceAccountKeys, type ServiceAccountKeys } from './service-account-keys.ts';

export interface Credentials {
  readonly pki: ClusterPki;
  readonly serving: KeyPair;
  readonly authorities: AuthorityBundles;
  /** PEM: whose serving certificates the administrator's kubeconfig trusts. */
  readonly servingAuthorities: string;
  readonly token: string;
  readonly staticTokens: readonly StaticToken[];
  readonly serviceAccountKeys: ServiceAccountKeys;
  readonly authentication: AuthenticationConfig;
  readonly tokenWebhook: ReviewWebhook | undefined;
  /** What extension servers are shown. */
  readonly proxyClient: KeyPair;
  /** Of the server's own making, and so to be published with its authority. */
  readonly ownFrontProxies: string | undefined;
}

/** @throws Error that names the flag and says what is wrong with its file */
export async function loadCredentials(options: PorticoOptions, addresses: readonly string[]): Promise<Credentials> {
  const { dataDirectory } = options;
  const names = [
    'localhost',
    'kubernetes',
    'kubernetes.default',
    'kubernetes.default.svc',
    'kubernetes.default.svc.cluster.local',
  ];
  const hosts = [...new Set([...names, '127.0.0.1', '::1', ...addresses])];
  const [given, listed, proxyClient] = await Promise.all([
    givenServing(options),
    givenTokens(options),
    givenProxyClient(options),
  ]);
  const folder = dataDirectory === undefined ? undefined : join(dataDirectory, 'pki');
  const pki = await loadOrCreatePki({ folder, hosts, now: systemClock.now() });
  const token = await adminToken(folder);
  const admin = {
    token,
    user: { name: 'portico-admin', uid: '', groups: [systemMasters, systemAuthenticated], extra: {} },
  };
  const own = pki.authority.certificate;
  return {
    pki,
    serving: given ?? pki.serving,
    authorities: await readAuthorities(options, own),
    // A certificate that the user brings vouches for itself, and its file may hold its authority.
    servingAuthorities: own + (given?.certificate ?? ''),
    token,
    staticTokens: [admin, ...listed],
    proxyClient: proxyClient ?? pki.frontProxy.client,
    ownFrontProxies: proxyClient === undefined ? pki.frontProxy.authority.certificate : undefined,
    serviceAccountKeys: await loadServiceAccountKeys(options, folder),
    authentication: await loadAuthenticationConfig(options),
    tokenWebhook:
      options.authenticationTokenWebhookConfigFile === undefined
        ? undefined
        : await loadWebhook('authentication-token-webhook-config-file', options.authenticationTokenWebhookConfigFile),
  };
}

function givenServing({ tlsCertFile, tlsPrivateKeyFile }: PorticoOptions): Promise<KeyPair | undefined> {
  return givenPair(['tls-cert-file', tlsCertFile], ['tls-private-key-file', tlsPrivateKeyFile]);
}

function givenProxyClient({ proxyClientCertFile, proxyClientKeyFile }: PorticoOptions): Promise<KeyPair | undefined> {
  return givenPair(['proxy-client-cert-file', proxyClientCertFile], ['proxy-client-key-file', proxyClientKeyFile]);
}

type FileFlag = readonly [flag: string, file: string | undefined];

async function givenPair(
  [certificateFlag, certificateFile]: FileFlag,
  [keyFlag, keyFile]: FileFlag,
): Promise<KeyPair | undefined> {
  if (certificateFile === undefined && keyFile === undefined) return undefined;
  if (certificateFile === undefined || keyFile === undefined) {
    throw new Error(`--${certificateFlag} and --${keyFlag} go together: give both, or neither`);
  }
  const certificate = await readFlagFile(certificateFlag, certificateFile);
  const key = await readFlagFile(keyFlag, keyFile);
  checkCertificate(certificateFlag, certificateFile, certificate);
  try {
    createSecureContext({ cert: certificate, key });
  } catch (error) {
    throw new Error(`--${keyFlag} ${keyFile} is no key for --${certificateFlag}: ${messageOf(error)}`, {
      cause: error,
    });
  }
  return { certificate, key };
}

/** '': the flag is not given. */
async function givenBundle(
  flag: 'client-ca-file' | 'requestheader-client-ca-file',
  file: string | undefined,
): Promise<string> {
  if (file === undefined) return '';
  const text = await readFlagFile(flag, file);
  checkCertificate(flag, file, text);
  return text;
}

/** The files of authorities, read again. @throws Error that names the flag */
export async function readAuthorities(options: PorticoOptions, own: string): Promise<AuthorityBundles> {
  const [extra, frontProxies] = await Promise.all([
    givenBundle('client-ca-file', options.clientCaFile),
    givenBundle('requestheader-client-ca-file', options.requestheaderClientCaFile),
  ]);
  return { clients: own + extra, frontProxies };
}

async function givenTokens({ tokenAuthFile }: PorticoOptions): Promise<ReturnType<typeof parseTokenFile>> {
  if (tokenAuthFile === undefined) return [];
  const text = await readFlagFile('token-auth-file', tokenAuthFile);
  try {
    return parseTokenFile(text);
  } catch (error) {
    throw new Error(`--token-auth-file ${tokenAuthFile}: ${messageOf(error)}`, { cause: error });
  }
}

function checkCertificate(flag: string, file: string, text: string): void {
  try {
    void new X509Certificate(text);
  } catch (error) {
    throw new Error(`--${flag} ${file} holds no certificate in PEM: ${messageOf(error)}`, { cause: error });
  }
}

async function adminToken(folder: string | undefined): Promise<string> {
  const path = folder === undefined ? undefined : join(folder, 'admin.token');
  if (path !== undefined && existsSync(path)) return (await readFile(path, 'utf8')).trim();
  const token = randomBytes(24).toString('base64url');
  if (path !== undefined) {
    await writeFile(path, `${token}\n`, { mode: 0o600 });
    await chmod(path, 0o600);
  }
  return token;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
