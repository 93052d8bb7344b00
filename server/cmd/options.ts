/** Options of a server, under the names that upstream gives its flags; one table feeds flags, config file and library. */
import { DurationError, parseGoDurationMilliseconds } from '../apimachinery/duration/go-duration.ts';

export interface PorticoOptions {
  /** postgres://… | embedded:FOLDER | memory: ; default: embedded in the data folder. */
  readonly storage?: string;
  /** Keeps certificates, kubeconfig and the embedded database; unset (library use): nothing outlives the server. */
  readonly dataDirectory?: string;
  /** 0 or unset in library use: chosen by the system. */
  readonly securePort?: number;
  readonly bindAddress?: string;
  /** Address that clients are told; default: the bind address, or 127.0.0.1 for 0.0.0.0. */
  readonly advertiseAddress?: string;
  readonly clientCaFile?: string;
  readonly tokenAuthFile?: string;
  /** Requests without a credential are those of system:anonymous; false: they get 401. */
  readonly anonymousAuth?: boolean;
  /** In the order in which they are asked: Node, RBAC, AlwaysAllow, AlwaysDeny. */
  readonly authorizationMode?: string;
  /** Its certificates are those of front proxies, which name users in the headers below. */
  readonly requestheaderClientCaFile?: string;
  /** Each separated by commas. */
  readonly requestheaderAllowedNames?: string;
  readonly requestheaderUsernameHeaders?: string;
  readonly requestheaderUidHeaders?: string;
  readonly requestheaderGroupHeaders?: string;
  readonly requestheaderExtraHeadersPrefix?: string;
  /** Files of keys that service account tokens may be signed with, separated by commas. */
  readonly serviceAccountKeyFile?: string;
  /** Default: a key of our own, kept as pki/sa.key in the data folder. */
  readonly serviceAccountSigningKeyFile?: string;
  /** The first signs, the others are accepted too; separated by commas. */
  readonly serviceAccountIssuer?: string;
  readonly serviceAccountJwksUri?: string;
  /** Seconds. */
  readonly serviceAccountMaxTokenExpiration?: number;
  readonly serviceAccountExtendTokenExpiration?: boolean;
  /** Separated by commas; default: the issuer. */
  readonly apiAudiences?: string;
  readonly enableBootstrapTokenAuth?: boolean;
  readonly tlsCertFile?: string;
  readonly tlsPrivateKeyFile?: string;
  readonly serviceClusterIpRange?: string;
  readonly runtimeConfig?: string;
  /** Names, with commas. */
  readonly enableAdmissionPlugins?: string;
  readonly disableAdmissionPlugins?: string;
  /** An AdmissionConfiguration. */
  readonly admissionControlConfigFile?: string;
  readonly defaultNotReadyTolerationSeconds?: number;
  readonly defaultUnreachableTolerationSeconds?: number;
  /** Seconds that events live after their last write; 0: for ever. */
  readonly eventTtl?: number;
  readonly maxRequestsInflight?: number;
  readonly maxMutatingRequestsInflight?: number;
  /** Seconds. */
  readonly requestTimeout?: number;
  /** Seconds. */
  readonly minRequestTimeout?: number;
  /** Seconds that a stop waits for running requests. */
  readonly shutdownGracePeriod?: number;
  /** Seconds between the moment /readyz begins to fail and the moment connections are closed. */
  readonly shutdownDelayDuration?: number;
  /** Seconds between compactions of history. */
  readonly compactionInterval?: number;
  /** Told what happens, a line each. */
  readonly log?: (event: { readonly level: string; readonly message: string; readonly error?: unknown }) => void;
  readonly signal?: AbortSignal;
}

export interface FlagDefinition {
  readonly option: keyof PorticoOptions;
  /** As commander reads it. */
  readonly flag: string;
  readonly help: string;
  readonly parse?: (text: string) => number | boolean;
  readonly default?: string | number;
  /** May be given more than once; the values are then separated by commas. */
  readonly isList?: true;
}

/** Of a flag that takes several values. */
export function splitList(text = ''): string[] {
  return text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

/** @throws Error that says what a value must be */
function wholeNumber(text: string, { min = 0, max = Number.MAX_SAFE_INTEGER } = {}): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= min && value <= max)) {
    const bounds = max === Number.MAX_SAFE_INTEGER ? (min === 0 ? '' : ` from ${min}`) : ` from ${min} to ${max}`;
    throw new Error(`expected a whole number${bounds}`);
  }
  return value;
}

/** Seconds, from upstream's way of writing them ("1m0s") or a plain number. */
function seconds(text: string): number {
  if (/^\d+$/.test(text)) return wholeNumber(text);
  try {
    const value = parseGoDurationMilliseconds(text) / 1000;
    if (value >= 0) return value;
  } catch (error) {
    if (!(error instanceof DurationError)) throw error;
  }
  throw new Error('expected a duration such as 90s, 1m30s or a number of seconds');
}

function trueOrFalse(text: string): boolean {
  if (text === 'true' || text === 'false') return text === 'true';
  throw new Error('expected true or false');
}

const port = (text: string) => wholeNumber(text, { max: 65_535 });
const count = (text: string) => wholeNumber(text);

/** Source of names and defaults: kube-apiserver 1.36's flags. */
export const flagDefinitions: readonly FlagDefinition[] = [
  {
    option: 'storage',
    flag: '--storage <url>',
    help: 'where the state lives: postgres://user@host/database, embedded:FOLDER or memory:',
  },
  {
    option: 'securePort',
    flag: '--secure-port <port>',
    help: 'port of the HTTPS server; 0: chosen by the system',
    parse: port,
    default: 6443,
  },
  {
    option: 'bindAddress',
    flag: '--bind-address <address>',
    help: 'address to listen on; 0.0.0.0 opens it to the network',
    default: '127.0.0.1',
  },
  {
    option: 'advertiseAddress',
    flag: '--advertise-address <address>',
    help: 'address that clients are told (default: the bind address)',
  },
  {
    option: 'clientCaFile',
    flag: '--client-ca-file <file>',
    help: 'client certificates signed by these authorities identify users (CN, O), beside our own',
  },
  {
    option: 'tokenAuthFile',
    flag: '--token-auth-file <file>',
    help: 'static tokens, a line each: token,user,uid,"group1,group2"',
  },
  {
    option: 'requestheaderClientCaFile',
    flag: '--requestheader-client-ca-file <file>',
    help: 'who shows a certificate of these authorities is a front proxy, and says in headers for whom it asks',
  },
  {
    option: 'requestheaderAllowedNames',
    flag: '--requestheader-allowed-names <list>',
    help: 'common names of front proxies (default: any)',
    isList: true,
  },
  {
    option: 'requestheaderUsernameHeaders',
    flag: '--requestheader-username-headers <list>',
    help: 'headers with the user name (default: X-Remote-User)',
    isList: true,
  },
  {
    option: 'requestheaderUidHeaders',
    flag: '--requestheader-uid-headers <list>',
    help: 'headers with the uid (default: X-Remote-Uid)',
    isList: true,
  },
  {
    option: 'requestheaderGroupHeaders',
    flag: '--requestheader-group-headers <list>',
    help: 'headers with groups (default: X-Remote-Group)',
    isList: true,
  },
  {
    option: 'requestheaderExtraHeadersPrefix',
    flag: '--requestheader-extra-headers-prefix <list>',
    help: 'beginnings of headers with extra fields (default: X-Remote-Extra-)',
    isList: true,
  },
  {
    option: 'anonymousAuth',
    flag: '--anonymous-auth <bool>',
    help: 'requests without a credential are those of system:anonymous; false: they are refused',
    parse: trueOrFalse,
    default: 'true',
  },
  {
    option: 'authorizationMode',
    flag: '--authorization-mode <list>',
    help: 'who decides what users may do, in order: Node, RBAC, AlwaysAllow, AlwaysDeny',
    default: 'Node,RBAC',
  },
  {
    option: 'serviceAccountKeyFile',
    flag: '--service-account-key-file <file>',
    help: 'keys that service account tokens may be signed with, PEM; may be given more than once',
    isList: true,
  },
  {
    option: 'serviceAccountSigningKeyFile',
    flag: '--service-account-signing-key-file <file>',
    help: 'key that signs service account tokens (default: one of our own, pki/sa.key in the data folder)',
  },
  {
    option: 'serviceAccountIssuer',
    flag: '--service-account-issuer <url>',
    help: 'name of the issuer in tokens; further ones are accepted (default: https://kubernetes.default.svc.cluster.local)',
    isList: true,
  },
  {
    option: 'serviceAccountJwksUri',
    flag: '--service-account-jwks-uri <url>',
    help: 'where others find the keys of tokens (default: at this server)',
  },
  {
    option: 'serviceAccountMaxTokenExpiration',
    flag: '--service-account-max-token-expiration <duration>',
    help: 'tokens that are asked for longer live this long',
    parse: seconds,
  },
  {
    option: 'serviceAccountExtendTokenExpiration',
    flag: '--service-account-extend-token-expiration <bool>',
    help: 'tokens of pods that are meant to be renewed each hour live for a year',
    parse: trueOrFalse,
    default: 'true',
  },
  {
    option: 'apiAudiences',
    flag: '--api-audiences <list>',
    help: 'who this server is to those who make tokens (default: the issuer)',
    isList: true,
  },
  {
    option: 'enableBootstrapTokenAuth',
    flag: '--enable-bootstrap-token-auth <bool>',
    help: 'Secrets of type bootstrap.kubernetes.io/token in kube-system are tokens',
    parse: trueOrFalse,
    default: 'false',
  },
  {
    option: 'tlsCertFile',
    flag: '--tls-cert-file <file>',
    help: 'serving certificate, PEM (default: one signed by our own authority)',
  },
  { option: 'tlsPrivateKeyFile', flag: '--tls-private-key-file <file>', help: 'key of --tls-cert-file' },
  {
    option: 'serviceClusterIpRange',
    flag: '--service-cluster-ip-range <cidr>',
    help: 'addresses of services',
    default: '10.0.0.0/24',
  },
  {
    option: 'runtimeConfig',
    flag: '--runtime-config <list>',
    help: 'versions to switch on or off: api/beta=true,resource.k8s.io/v1beta1=true',
  },
  {
    option: 'enableAdmissionPlugins',
    flag: '--enable-admission-plugins <list>',
    help: 'admission plugins to run beside those that run by default: AlwaysPullImages,ServiceAccount',
  },
  {
    option: 'disableAdmissionPlugins',
    flag: '--disable-admission-plugins <list>',
    help: 'admission plugins not to run although they would by default',
  },
  {
    option: 'admissionControlConfigFile',
    flag: '--admission-control-config-file <file>',
    help: 'an AdmissionConfiguration: settings of PodSecurity and EventRateLimit',
  },
  {
    option: 'defaultNotReadyTolerationSeconds',
    flag: '--default-not-ready-toleration-seconds <seconds>',
    help: 'how long pods stay on a node that is not ready, unless they say otherwise',
    parse: count,
    default: 300,
  },
  {
    option: 'defaultUnreachableTolerationSeconds',
    flag: '--default-unreachable-toleration-seconds <seconds>',
    help: 'how long pods stay on a node that is unreachable, unless they say otherwise',
    parse: count,
    default: 300,
  },
  {
    option: 'eventTtl',
    flag: '--event-ttl <duration>',
    help: 'how long events are kept after they were last seen; 0: for ever',
    parse: seconds,
    default: '1h0m0s',
  },
  {
    option: 'maxRequestsInflight',
    flag: '--max-requests-inflight <n>',
    help: 'reads under way at once before 429; 0: no limit',
    parse: count,
    default: 400,
  },
  {
    option: 'maxMutatingRequestsInflight',
    flag: '--max-mutating-requests-inflight <n>',
    help: 'writes under way at once before 429; 0: no limit',
    parse: count,
    default: 200,
  },
  {
    option: 'requestTimeout',
    flag: '--request-timeout <duration>',
    help: 'a request that takes longer gets 504',
    parse: seconds,
    default: '1m0s',
  },
  {
    option: 'minRequestTimeout',
    flag: '--min-request-timeout <seconds>',
    help: 'a watch without timeoutSeconds lasts this long, up to twice',
    parse: count,
    default: 1800,
  },
  {
    option: 'shutdownGracePeriod',
    flag: '--shutdown-grace-period <duration>',
    help: 'how long a stop waits for running requests',
    parse: seconds,
    default: '10s',
  },
  {
    option: 'shutdownDelayDuration',
    flag: '--shutdown-delay-duration <duration>',
    help: 'how long a stop goes on serving while /readyz fails, so that load balancers notice',
    parse: seconds,
    default: '0s',
  },
  {
    option: 'compactionInterval',
    flag: '--etcd-compaction-interval <duration>',
    help: 'how long history is kept at least',
    parse: seconds,
    default: '5m0s',
  },
];
