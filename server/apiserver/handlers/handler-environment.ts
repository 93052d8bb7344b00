/** What every handler needs beside the resource itself; made once by the composition root. */
import type { Clock } from '../../apimachinery/clock/clock.ts';
import type { Random } from '../../apimachinery/clock/random.ts';
import type { SchemaRegistry } from '../../apimachinery/schema/schema-registry.ts';
import type { Admission } from '../admission/admission.ts';
import type { Authorizer, RuleResolver } from '../authorization/authorizer.ts';
import type { TokenIssuer } from '../authentication/service-account/token-issuer.ts';
import type { BearerTokenOptions } from '../authentication/token-authenticator.ts';
import type { Cacher } from '../cacher/interface.ts';
import type { ParsedObjectsOf } from '../cacher/parsed-objects.ts';
import type { DeflatedSegments } from '../negotiation/gzip/deflated-segments.ts';
import type { KubeletOptions } from '../proxy/kubelet-address.ts';
import type { ApiContext } from '../request-context.ts';
import type { ResourceScope } from '../registry/resource-scope.ts';
import type { ComponentCheck } from './component-check.ts';
import type { StrategyContext } from '../registry/generic/resource-definition.ts';

export interface HandlerEnvironment {
  readonly clock: Clock;
  readonly random: Random;
  readonly schemas: SchemaRegistry;
  readonly cacher: Cacher;
  readonly admission: Admission;
  /** Compressed parts of lists, kept for further lists. */
  readonly segments: DeflatedSegments;
  readonly authorizer: Authorizer;
  readonly ruleResolver: RuleResolver;
  readonly authentication: BearerTokenOptions & { readonly issuer: TokenIssuer };
  /** Objects of any stored resource, as the server itself reads them. */
  readonly objectsOf: ParsedObjectsOf;
  /** A watch without timeoutSeconds lasts between this and twice this, in seconds (--min-request-timeout). */
  readonly minRequestTimeoutSeconds: number;
  /** How kubelets are reached. */
  readonly kubelets: KubeletOptions;
  /** What componentstatuses shows. */
  readonly components: readonly ComponentCheck[];
  /** Scopes by "group/version/resource", for handlers that touch a second resource (bindings, evictions). */
  readonly scopeOf: (group: string, version: string, resource: string) => ResourceScope | undefined;
}

export type ResourceHandler = (ctx: ApiContext, scope: ResourceScope, environment: HandlerEnvironment) => Promise<void>;

export function strategyContext(ctx: ApiContext, environment: HandlerEnvironment, dryRun: boolean): StrategyContext {
  const { clock, random, objectsOf } = environment;
  const { namespace } = ctx.state.info;
  const namespaceLabels = () => objectsOf('', 'namespaces').get('', namespace)?.metadata.labels ?? {};
  return { clock, random, user: ctx.state.user, namespace, namespaceLabels, dryRun };
}
