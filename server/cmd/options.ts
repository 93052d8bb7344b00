/** Options of a server, under the names that upstream gives its flags. */
import type { SchedulerBackend } from '../../backends/scheduler/interface.ts';
import type { DefinedResource } from '../extend/define-resource.ts';
import type { DefinedController } from '../extend/define-controller.ts';
import type { AuditOptions } from './audit-options.ts';
import type { RuntimeName } from './backends.ts';

export interface PorticoOptions extends AuditOptions {
  /** postgres://… | embedded:FOLDER | memory: ; default: embedded in the data folder. */
  readonly storage?: string;
  /** Keeps certificates, kubeconfig and the embedded database; unset (library use): nothing outlives the server. */
  readonly dataDirectory?: string;
  /** 0 or unset in library use: chosen by the system. */
  readonly securePort?: number;
  readonly bindAddress?: string;
  /** Endpoint of the kubernetes service, and where the bind address is none, the address of the kubeconfig; see own-address.ts. */
  readonly advertiseAddress?: string;
  /** EncryptionConfiguration: how the values of which resources are encrypted in the store. */
  readonly encryptionProviderConfig?: string;
  readonly encryptionProviderConfigAutomaticReload?: boolean;
  /** Flows and priority levels decide who is served when; false: the plain limits on what is under way. */
  readonly enablePriorityAndFairness?: boolean;
  /** VersionTLS12 or VersionTLS13. */
  readonly tlsMinVersion?: string;
  /** Suites of TLS 1.2, by Go's names. */
  readonly tlsCipherSuites?: string;
  readonly clientCaFile?: string;
  readonly tokenAuthFile?: string;
  /** Requests without a credential are those of system:anonymous; false: they get 401. */
  readonly anonymousAuth?: boolean;
  /** AuthenticationConfiguration: tokens of other issuers, and who may stay anonymous. */
  readonly authenticationConfig?: string;
  readonly oidcIssuerUrl?: string;
  readonly oidcClientId?: string;
  readonly oidcCaFile?: string;
  readonly oidcUsernameClaim?: string;
  readonly oidcUsernamePrefix?: string;
  readonly oidcGroupsClaim?: string;
  readonly oidcGroupsPrefix?: string;
  /** claim=value, separated by commas. */
  readonly oidcRequiredClaim?: string;
  readonly oidcSigningAlgs?: string;
  /** AuthorizationConfiguration, in place of the mode and its webhook. */
  readonly authorizationConfig?: string;
  /** In the order in which they are asked: Node, RBAC, Webhook, AlwaysAllow, AlwaysDeny. */
  readonly authorizationMode?: string;
  readonly authorizationWebhookConfigFile?: string;
  readonly authorizationWebhookVersion?: string;
  /** Seconds. */
  readonly authorizationWebhookCacheAuthorizedTtl?: number;
  readonly authorizationWebhookCacheUnauthorizedTtl?: number;
  readonly authenticationTokenWebhookConfigFile?: string;
  readonly authenticationTokenWebhookVersion?: string;
  /** Seconds. */
  readonly authenticationTokenWebhookCacheTtl?: number;
  /** Its certificates are those of front proxies, which name users in the headers below. */
  readonly requestheaderClientCaFile?: string;
  /** Each separated by commas. */
  readonly requestheaderAllowedNames?: string;
  readonly requestheaderUsernameHeaders?: string;
  readonly requestheaderUidHeaders?: string;
  readonly requestheaderGroupHeaders?: string;
  readonly requestheaderExtraHeadersPrefix?: string;
  /** Kinds of one's own, served from the start without a definition in the API (library use). */
  readonly resources?: readonly DefinedResource[];
  /** Controllers of one's own, run in this process (library use). */
  readonly ownControllers?: readonly DefinedController[];
  /** What this server shows to extension servers; default: a certificate of our own. */
  readonly proxyClientCertFile?: string;
  readonly proxyClientKeyFile?: string;
  /** Extension servers and webhooks are reached at the endpoints of their services; false: at their cluster IPs. */
  readonly enableAggregatorRouting?: boolean;
  /** Redirections of extension servers are refused; false: handed on. */
  readonly aggregatorRejectForwardingRedirect?: boolean;
  /** Regular expressions of origins, separated by commas, whose pages may read answers. */
  readonly corsAllowedOrigins?: string;
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
  /** Unset: any kubelet is believed. */
  readonly kubeletCertificateAuthority?: string;
  /** Default: a certificate of our own, kept as pki/apiserver-kubelet-client.crt in the data folder. */
  readonly kubeletClientCertificate?: string;
  readonly kubeletClientKey?: string;
  /** In order, separated by commas. */
  readonly kubeletPreferredAddressTypes?: string;
  readonly tlsCertFile?: string;
  readonly tlsPrivateKeyFile?: string;
  /** One block, or one of each family with a comma. */
  readonly serviceClusterIpRange?: string;
  readonly serviceNodePortRange?: string;
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
  /** Assigns pods to nodes in this process; default: false. */
  readonly scheduler?: boolean;
  /** A file with a KubeSchedulerConfiguration: profiles, plugins and their arguments, back-off. */
  readonly schedulerConfig?: string;
  /** What decides; default: upstream's plugins. */
  readonly schedulerBackend?: SchedulerBackend;
  /** Nodes to run in this process; default: none. */
  readonly nodes?: number;
  /** What their containers are: simulated (default), or processes of this machine. */
  readonly nodeRuntime?: RuntimeName;
  /** Folder of images for processes: NAME/rootfs and NAME/config.json; default: none. */
  readonly processImages?: string;
  /** Block of addresses for pods of processes, made local by a route; default: of 127.128.0.0/9. */
  readonly processPodCidr?: string;
  /** Serves metrics.k8s.io from what kubelets say; default: false. */
  readonly metricsServer?: boolean;
  /** Of the simulation: the same seed gives the same names, addresses and times. */
  readonly simulationSeed?: number;
  /** Controllers to run in this process: "*" for those that run by default, names, and -names; '': none. Default: "*". */
  readonly controllers?: string;
  /** Every node gets a block of clusterCidr for its pods. */
  readonly allocateNodeCidrs?: boolean;
  /** One block, or one of each family with a comma. */
  readonly clusterCidr?: string;
  /** Services of the type LoadBalancer get an address of this block; default: they wait for a cloud's controller. */
  readonly loadBalancerCidr?: string;
  /** Told what happens, a line each. */
  readonly log?: (event: { readonly level: string; readonly message: string; readonly error?: unknown }) => void;
  readonly signal?: AbortSignal;
}

/** Of a flag that takes several values. */
export function splitList(text = ''): string[] {
  return text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}
