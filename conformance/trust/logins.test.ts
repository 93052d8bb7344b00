/** Every way in which client-node logs in: it is believed, and as whom. */
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { AuthenticationV1Api, CertificatesV1Api, CoreV1Api, KubeConfig } from '@kubernetes/client-node';
import test from 'ava';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { parse, stringify } from 'yaml';
import { loadX509 } from '../../server/cmd/certificate-authority.ts';
import { loadOrCreatePki } from '../../server/cmd/pki.ts';
import { type Portico, startPortico } from '../../server/cmd/start-portico.ts';
import { eventually } from '../hostile/raw-client.ts';
import { temporaryFolder } from '../temporary-folder.ts';

interface Kubeconfig {
  readonly clusters: ReadonlyArray<{ readonly cluster: Record<string, string> }>;
}

let folder: string;
let portico: Portico;
let issuer: Awaited<ReturnType<typeof startIssuer>>;

test.before(async () => {
  folder = await temporaryFolder('portico-logins');
  issuer = await startIssuer();
  const tokenAuthFile = join(folder, 'tokens.csv');
  await writeFile(tokenAuthFile, 'static-token,static,,crew\nfile-token,filed,,crew\nexec-token,executed,,crew\n');
  const authenticationConfig = join(folder, 'authentication.yaml');
  const jwt = {
    issuer: { url: issuer.url, audiences: ['portico'], certificateAuthority: issuer.authority },
    claimMappings: { username: { claim: 'sub', prefix: 'oidc:' } },
  };
  const kind = 'AuthenticationConfiguration';
  await writeFile(authenticationConfig, stringify({ apiVersion: 'apiserver.config.k8s.io/v1', kind, jwt: [jwt] }));
  portico = await startPortico({ storage: 'memory:', tokenAuthFile, authenticationConfig, controllers: '*' });
});

test.after.always(async () => {
  await portico?.stop();
  issuer?.stop();
});

/** Issues tokens for refresh tokens. */
async function startIssuer() {
  const pki = await loadOrCreatePki({ folder: undefined, hosts: ['localhost', '127.0.0.1'], now: Date.now() });
  const { publicKey, privateKey } = await generateKeyPair('RS256');
  const refreshed: string[] = [];
  let url = '';
  const idToken = (subject: string, expires: number) =>
    new SignJWT({ iss: url, sub: subject, aud: 'portico', exp: expires, iat: Math.floor(Date.now() / 1000) })
      .setProtectedHeader({ alg: 'RS256', kid: 'one' })
      .sign(privateKey);
  const answer = async (path: string, body: string): Promise<object> => {
    if (path === '/keys') return { keys: [{ ...(await exportJWK(publicKey)), kid: 'one', alg: 'RS256' }] };
    if (path !== '/token') {
      const endpoints = {
        authorization_endpoint: `${url}/auth`,
        token_endpoint: `${url}/token`,
        jwks_uri: `${url}/keys`,
      };
      return { issuer: url, ...endpoints, id_token_signing_alg_values_supported: ['RS256'] };
    }
    refreshed.push(new URLSearchParams(body).get('refresh_token') ?? '');
    const id = await idToken('renewed', Math.floor(Date.now() / 1000) + 600);
    return { access_token: 'a', token_type: 'bearer', expires_in: 600, id_token: id, refresh_token: 'second' };
  };
  const server = createServer({ cert: pki.serving.certificate, key: pki.serving.key }, (req, res) => {
    void text(req)
      .then((body) => answer((req.url ?? '').split('?')[0] ?? '', body))
      .then((found) => res.setHeader('content-type', 'application/json').end(JSON.stringify(found)));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    authority: pki.authority.certificate,
    refreshed,
    idToken,
    stop() {
      server.closeAllConnections();
      server.close();
    },
  };
}

function administrator(): KubeConfig {
  const config = new KubeConfig();
  config.loadFromString(portico.kubeConfig);
  return config;
}

/** A kubeconfig of this server with another user, as people write them. */
function configOf(user: object): KubeConfig {
  const { clusters } = parse(portico.kubeConfig) as Kubeconfig;
  const config = new KubeConfig();
  config.loadFromString(
    stringify({
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name: 'portico', cluster: clusters[0]?.cluster }],
      users: [{ name: 'me', user }],
      contexts: [{ name: 'portico', context: { cluster: 'portico', user: 'me' } }],
      'current-context': 'portico',
    }),
  );
  return config;
}

async function whoAmI(config: KubeConfig): Promise<string | undefined> {
  const reviews = config.makeApiClient(AuthenticationV1Api);
  return (await reviews.createSelfSubjectReview({ body: {} })).status?.userInfo?.username;
}

const executing = (status: object) => ({
  exec: {
    apiVersion: 'client.authentication.k8s.io/v1',
    command: process.execPath,
    args: ['-e', `console.log(${JSON.stringify(JSON.stringify({ status }))})`],
    interactiveMode: 'Never',
  },
});

test('by the client certificate of the kubeconfig that the server writes', async (t) => {
  t.is(await whoAmI(administrator()), 'portico-admin');
});

test('by a certificate that was asked for, approved and issued', async (t) => {
  const keys = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify']);
  const x509 = await loadX509();
  const request = await x509.Pkcs10CertificateRequestGenerator.create({
    name: 'CN=newcomer,O=crew',
    keys,
    signingAlgorithm: { name: 'ECDSA', hash: 'SHA-256' },
  });
  const certificates = administrator().makeApiClient(CertificatesV1Api);
  const name = 'newcomer';
  const signerName = 'kubernetes.io/kube-apiserver-client';
  const spec = {
    request: Buffer.from(request.toString('pem')).toString('base64'),
    signerName,
    usages: ['client auth'],
  };
  const made = await certificates.createCertificateSigningRequest({ body: { metadata: { name }, spec } });
  const approved = { type: 'Approved', status: 'True', reason: 'Known', message: 'known here' };
  await certificates.replaceCertificateSigningRequestApproval({
    name,
    body: { ...made, status: { conditions: [approved] } },
  });
  const issued = async () => (await certificates.readCertificateSigningRequest({ name })).status?.certificate;
  t.true(await eventually(async () => (await issued()) !== undefined));
  const key = Buffer.from(await crypto.subtle.exportKey('pkcs8', keys.privateKey)).toString('base64');
  const pem = `-----BEGIN PRIVATE KEY-----\n${key}\n-----END PRIVATE KEY-----\n`;
  const user = {
    'client-certificate-data': await issued(),
    'client-key-data': Buffer.from(pem).toString('base64'),
  };
  t.is(await whoAmI(configOf(user)), 'newcomer');
  t.is(
    await whoAmI(
      configOf(
        executing({
          clientCertificateData: Buffer.from((await issued()) ?? '', 'base64').toString(),
          clientKeyData: pem,
        }),
      ),
    ),
    'newcomer',
    'also where a plugin hands it out',
  );
});

test('by a token, in the kubeconfig, in a file, or from a plugin', async (t) => {
  t.is(await whoAmI(configOf({ token: 'static-token' })), 'static');
  const tokenFile = join(folder, 'token');
  await writeFile(tokenFile, 'file-token');
  t.is(await whoAmI(configOf({ 'auth-provider': { name: 'tokenFile', config: { tokenFile } } })), 'filed');
  t.is(await whoAmI(configOf(executing({ token: 'exec-token' }))), 'executed');
  await t.throwsAsync(whoAmI(configOf({ token: 'wrong' })), { message: /401/ });
  t.is(await whoAmI(configOf({ token: 'static-token', as: 'nobody' })).catch(() => 'refused'), 'refused');
});

test.serial('by the token of a service account, as in a pod', async (t) => {
  const core = administrator().makeApiClient(CoreV1Api);
  await core.createNamespacedServiceAccount({ namespace: 'default', body: { metadata: { name: 'worker' } } });
  const asked = await core.createNamespacedServiceAccountToken({
    namespace: 'default',
    name: 'worker',
    body: { spec: { audiences: [], expirationSeconds: 600 } },
  });
  const root = join(folder, 'pod');
  const mounted = join(root, 'var/run/secrets/kubernetes.io/serviceaccount');
  await mkdir(mounted, { recursive: true });
  const { clusters } = parse(portico.kubeConfig) as Kubeconfig;
  const authority = clusters[0]?.cluster['certificate-authority-data'] ?? '';
  await writeFile(join(mounted, 'ca.crt'), Buffer.from(authority, 'base64'));
  await writeFile(join(mounted, 'token'), asked.status?.token ?? '');
  await writeFile(join(mounted, 'namespace'), 'default');
  const { hostname, port } = new URL(portico.url);
  Object.assign(process.env, { KUBERNETES_SERVICE_HOST: hostname, KUBERNETES_SERVICE_PORT: port });
  t.teardown(() => {
    delete process.env.KUBERNETES_SERVICE_HOST;
    delete process.env.KUBERNETES_SERVICE_PORT;
  });
  const config = new KubeConfig();
  config.loadFromCluster(root);
  t.is(dirname(config.getCurrentCluster()?.caFile ?? ''), mounted);
  t.is(await whoAmI(config), 'system:serviceaccount:default:worker');
});

test.serial('by an OpenID token, which is renewed when it has ended', async (t) => {
  const now = Math.floor(Date.now() / 1000);
  const provider = (token: string) => ({
    'auth-provider': {
      name: 'oidc',
      config: {
        'client-id': 'portico',
        'client-secret': 'secret',
        'id-token': token,
        'refresh-token': 'first',
        'idp-issuer-url': issuer.url,
      },
    },
  });
  t.is(await whoAmI(configOf(provider(await issuer.idToken('ann', now + 600)))), 'oidc:ann');
  t.deepEqual(issuer.refreshed, []);
  const ended = configOf(provider(await issuer.idToken('ann', now - 600)));
  // client-node 2 hands the issuer on as it is, where a URL is wanted, and its way to other authorities makes no Response.
  const [user] = ended.users as ReadonlyArray<{ readonly authProvider: { readonly config: Record<string, unknown> } }>;
  if (user !== undefined) user.authProvider.config['idp-issuer-url'] = new URL(issuer.url);
  process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
  try {
    t.is(await whoAmI(ended), 'oidc:renewed');
  } finally {
    delete process.env.NODE_TLS_REJECT_UNAUTHORIZED;
  }
  t.deepEqual(issuer.refreshed, ['first']);
});

test('as somebody else, where that is allowed', async (t) => {
  const config = administrator();
  const user = config.getCurrentUser();
  config.users = config.users.map((each) => (each === user ? { ...each, impersonateUser: 'jane' } : each));
  t.is(await whoAmI(config), 'jane');
});
