/** Options of a server, under the names that upstream gives its flags; one table feeds flags, config file and library. */
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
  readonly tlsCertFile?: string;
  readonly tlsPrivateKeyFile?: string;
  readonly serviceClusterIpRange?: string;
  readonly runtimeConfig?: string;
  readonly maxRequestsInflight?: number;
  readonly maxMutatingRequestsInflight?: number;
  /** Seconds. */
  readonly requestTimeout?: number;
  /** Seconds. */
  readonly minRequestTimeout?: number;
  /** Seconds that a stop waits for running requests. */
  readonly shutdownGracePeriod?: number;
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
  readonly parse?: (text: string) => number;
  readonly default?: string | number;
}

export function parseWholeNumber(name: string): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!Number.isSafeInteger(value) || value < 0) throw new Error(`--${name}: ${text} is not a whole number`);
    return value;
  };
}

/** Source of names and defaults: kube-apiserver 1.36's flags. */
export const flagDefinitions: readonly FlagDefinition[] = [
  { option: 'storage', flag: '--storage <url>', help: 'where the state lives: postgres://user@host/database, embedded:FOLDER or memory:' },
  { option: 'securePort', flag: '--secure-port <port>', help: 'port of the HTTPS server; 0: chosen by the system', parse: parseWholeNumber('secure-port'), default: 6443 },
  { option: 'bindAddress', flag: '--bind-address <address>', help: 'address to listen on; 0.0.0.0 opens it to the network', default: '127.0.0.1' },
  { option: 'advertiseAddress', flag: '--advertise-address <address>', help: 'address that clients are told (default: the bind address)' },
  { option: 'clientCaFile', flag: '--client-ca-file <file>', help: 'client certificates signed by these authorities identify users (CN, O), beside our own' },
  { option: 'tokenAuthFile', flag: '--token-auth-file <file>', help: 'static tokens, a line each: token,user,uid,"group1,group2"' },
  { option: 'tlsCertFile', flag: '--tls-cert-file <file>', help: 'serving certificate, PEM (default: one signed by our own authority)' },
  { option: 'tlsPrivateKeyFile', flag: '--tls-private-key-file <file>', help: 'key of --tls-cert-file' },
  { option: 'serviceClusterIpRange', flag: '--service-cluster-ip-range <cidr>', help: 'addresses of services', default: '10.0.0.0/24' },
  { option: 'runtimeConfig', flag: '--runtime-config <list>', help: 'versions to switch on or off: api/beta=true,resource.k8s.io/v1beta1=true' },
  { option: 'maxRequestsInflight', flag: '--max-requests-inflight <n>', help: 'reads under way at once before 429; 0: no limit', parse: parseWholeNumber('max-requests-inflight'), default: 400 },
  { option: 'maxMutatingRequestsInflight', flag: '--max-mutating-requests-inflight <n>', help: 'writes under way at once before 429; 0: no limit', parse: parseWholeNumber('max-mutating-requests-inflight'), default: 200 },
  { option: 'requestTimeout', flag: '--request-timeout <seconds>', help: 'a request that takes longer gets 504', parse: parseWholeNumber('request-timeout'), default: 60 },
  { option: 'minRequestTimeout', flag: '--min-request-timeout <seconds>', help: 'a watch without timeoutSeconds lasts this long, up to twice', parse: parseWholeNumber('min-request-timeout'), default: 1800 },
  { option: 'shutdownGracePeriod', flag: '--shutdown-grace-period <seconds>', help: 'how long a stop waits for running requests', parse: parseWholeNumber('shutdown-grace-period'), default: 10 },
  { option: 'compactionInterval', flag: '--etcd-compaction-interval <seconds>', help: 'how long history is kept at least', parse: parseWholeNumber('etcd-compaction-interval'), default: 300 },
];
