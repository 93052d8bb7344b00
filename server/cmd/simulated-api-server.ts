/** An API server that nobody outside its process reaches: no port, no certificates, nothing that chance outside a simulation decides. */
import type { Storage } from '../../backends/storage/interface.ts';
import { choosePlugins } from '../apiserver/admission/ordered-plugins.ts';
import { ApiServer } from '../apiserver/api-server.ts';
import type { Authentication } from '../apiserver/api-server-options.ts';
import type { InProcessUsers } from '../apiserver/authentication/in-process.ts';
import { TokenIssuer } from '../apiserver/authentication/service-account/token-issuer.ts';
import { unionTokenAuthenticator } from '../apiserver/authentication/token-authenticator.ts';
import { parsePortRange } from '../apiserver/registry/core/services/allocator/port-range.ts';
import { parseRuntimeConfig } from '../apiserver/registry/runtime-config.ts';
import { composeAuthorization } from './authorization.ts';
import { loadServiceAccountKeys } from './service-account-keys.ts';
import { parseServiceRanges } from './service-range.ts';
import { versionInfo } from './version.ts';
import type { World } from './world.ts';

export interface SimulatedApiServerParts {
  readonly world: World;
  readonly storage: Storage;
  readonly users: InProcessUsers;
  readonly onError: (error: unknown, what: string) => void;
}

const issuer = 'https://kubernetes.default.svc.cluster.local';
/** What the cluster says of where it is; nobody listens there. */
const ip = '192.0.2.1';
const address = { advertiseAddress: ip, shownAddress: ip, ownAddress: ip, port: 6443 };

/** With its caches filled and what a cluster starts with. */
export async function startSimulatedApiServer(parts: SimulatedApiServerParts): Promise<ApiServer> {
  const { world, storage, users, onError } = parts;
  const { clock, random } = world;
  const authorization = await composeAuthorization(
    { authorizationMode: 'Node,RBAC' },
    { clock, log: ({ error, message }) => onError(error ?? message, 'authorization') },
  );
  const authentication = await inProcessOnly(users);
  const server = new ApiServer({
    storage,
    clock,
    random,
    publishedTrust: () => ({}),
    authentication: () => authentication,
    allowsAnonymous: () => false,
    authorization: authorization.authorization,
    audit: undefined,
    kubelets: { tls: { insecure: true }, port: 10250, addressTypes: [], local: () => undefined },
    runtimeConfig: parseRuntimeConfig(''),
    serviceRanges: { ...parseServiceRanges('10.0.0.0/16'), nodePorts: parsePortRange('30000-32767') },
    admissionPlugins: choosePlugins({ enable: [], disable: [], configuration: new Map() }),
    tolerationSeconds: { notReady: 300, unreachable: 300 },
    compiledIn: [],
    proxyIdentity: () => undefined,
    routesByClusterIp: false,
    allowedOrigins: [],
    rejectsRedirects: true,
    eventTimeToLive: 3_600_000,
    inFlight: { reads: 400, writes: 200 },
    priorityAndFairness: true,
    requestTimeout: 60_000,
    minRequestTimeoutSeconds: 1800,
    cacheFolder: undefined,
    version: versionInfo(),
    onInternalError: onError,
  });
  await server.start(address);
  return server;
}

/** Tokens are made, since pods ask for theirs, and believed by nobody. */
async function inProcessOnly(users: InProcessUsers): Promise<Authentication> {
  const { signing, verifying: keys } = await loadServiceAccountKeys({}, undefined);
  const audiences = [issuer];
  return {
    authenticator: users,
    tokens: unionTokenAuthenticator([]),
    audiences,
    issuer: new TokenIssuer({
      issuer,
      signingKey: signing,
      keys,
      audiences,
      maxExpiration: undefined,
      extendsExpiration: true,
      keysUri: undefined,
    }),
  };
}
