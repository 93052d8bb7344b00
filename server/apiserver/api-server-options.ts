/** What an API server is made of: everything that differs between servers, and nothing that names a concrete backend. */
import type { Storage } from '../../backends/storage/interface.ts';
import type { Clock } from '../apimachinery/clock/clock.ts';
import type { Random } from '../apimachinery/clock/random.ts';
import type { Re2 } from '../apimachinery/regex/re2.ts';
import type { KubeObject } from '../apimachinery/meta/object.ts';
import type { TolerationSeconds } from './admission/default-toleration-seconds.ts';
import type { choosePlugins } from './admission/ordered-plugins.ts';
import type { AuditTrail } from './audit/audit-trail.ts';
import type { ProxyIdentity } from './aggregation/extension-client.ts';
import type { Authenticator } from './authentication/authenticator.ts';
import type { TokenIssuer } from './authentication/service-account/token-issuer.ts';
import type { BearerTokenOptions } from './authentication/token-authenticator.ts';
import type { Authorizer, RuleResolver } from './authorization/authorizer.ts';
import type { RbacAuthorizer } from './authorization/rbac/rbac-authorizer.ts';
import type { ServiceRangeOptions } from './bootstrap/service-network.ts';
import type { ParsedObjectsOf } from './cacher/parsed-objects.ts';
import type { InFlightLimits } from './filters/max-in-flight.ts';
import type { KubeletOptions } from './proxy/kubelet-address.ts';
import type { RuntimeConfig } from './registry/runtime-config.ts';
import type { OwnServices } from './remote/service-resolver.ts';
import type { AtRest } from './storage/at-rest.ts';

export interface ApiServerOptions {
  readonly storage: Storage;
  /** Unset: values are written as they are. */
  readonly atRest?: AtRest | undefined;
  /** Why a plugin that keeps keys is not well; undefined: all are. */
  readonly kmsProblem?: () => string | undefined;
  readonly clock: Clock;
  readonly random: Random;
  /** What others who authenticate for this cluster need to know: authorities, names of headers. */
  readonly publishedTrust: () => Readonly<Record<string, string>>;
  /** `onLegacyUse` is to be told of each use of a token that never ends. */
  readonly authentication: (objects: ParsedObjectsOf, onLegacyUse: (secret: KubeObject) => void) => Authentication;
  readonly allowsAnonymous: (path: string) => boolean;
  readonly authorization: (objects: ParsedObjectsOf) => Authorization;
  /** Undefined: no request leaves a trail. */
  readonly audit: AuditTrail | undefined;
  readonly kubelets: KubeletOptions;
  readonly runtimeConfig: RuntimeConfig;
  readonly serviceRanges: ServiceRangeOptions;
  readonly admissionPlugins: ReturnType<typeof choosePlugins>;
  readonly tolerationSeconds: TolerationSeconds;
  /** Definitions of kinds that are served without being objects of the API. */
  readonly compiledIn: readonly KubeObject[];
  /** What extension servers are shown of who passes requests on to them. */
  readonly proxyIdentity: () => ProxyIdentity | undefined;
  /** Services that this process has itself, beside its own API. */
  readonly ownServices?: OwnServices;
  /** Webhooks and extension servers are reached by the cluster IPs of their services. */
  readonly routesByClusterIp: boolean;
  /** Of pages that may read answers; empty: none. */
  readonly allowedOrigins: readonly Re2[];
  /** Redirections of extension servers are refused, not handed on. */
  readonly rejectsRedirects: boolean;
  /** Milliseconds that events live after their last write; 0: for ever. */
  readonly eventTimeToLive: number;
  readonly inFlight: InFlightLimits;
  /** Flows and priority levels in place of the plain limit. */
  readonly priorityAndFairness: boolean;
  /** Milliseconds. */
  readonly requestTimeout: number;
  readonly minRequestTimeoutSeconds: number;
  /** Where joined descriptions are kept between starts; unset: nowhere. */
  readonly cacheFolder: string | undefined;
  /** What GET /version answers. */
  readonly version: Readonly<Record<string, string>>;
  readonly onInternalError: (error: unknown, what: string) => void;
  /** Of what else runs in this process, as text of Prometheus. */
  readonly otherMetrics?: () => string;
}

export interface Authentication extends BearerTokenOptions {
  readonly authenticator: Authenticator;
  readonly issuer: TokenIssuer;
}

export interface Authorization {
  readonly authorizer: Authorizer;
  readonly ruleResolver: RuleResolver;
  /** Unset where RBAC is not among the authorizers: roles are then objects like any others. */
  readonly rbac: RbacAuthorizer | undefined;
  readonly metrics: { render(): string };
}
