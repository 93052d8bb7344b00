/** Composes who may do what, from --authorization-mode or from --authorization-config, whose file is followed. */
import type { Clock } from '../apimachinery/clock/clock.ts';
import { joinErrors } from '../apimachinery/errors/aggregate.ts';
import type { JsonObject } from '../apimachinery/json.ts';
import { asObject, asObjects, asText } from '../apimachinery/json-access.ts';
import type { Authorization } from '../apiserver/api-server-options.ts';
import { alwaysAllow, alwaysDeny } from '../apiserver/authorization/always.ts';
import { AuthorizationMetrics } from '../apiserver/authorization/authorization-metrics.ts';
import type { Authorizer, RuleResolver } from '../apiserver/authorization/authorizer.ts';
import { compileMatchConditions } from '../apiserver/authorization/match-conditions.ts';
import { NodeAuthorizer } from '../apiserver/authorization/node/node-authorizer.ts';
import { RbacAuthorizer } from '../apiserver/authorization/rbac/rbac-authorizer.ts';
import { countingAuthorizer, unionAuthorizer, unionRuleResolver } from '../apiserver/authorization/union.ts';
import { systemMastersAuthorizer } from '../apiserver/authorization/system-masters.ts';
import { durationOf, validateAuthorization } from '../apiserver/authorization/validate-configuration.ts';
import { webhookAuthorizer, type WebhookAuthorizerOptions } from '../apiserver/authorization/webhook-authorizer.ts';
import type { ParsedObjectsOf } from '../apiserver/cacher/parsed-objects.ts';
import { readFlagFile } from './flag-file.ts';
import { followFile } from './follow-file.ts';
import type { PorticoOptions } from './options.ts';
import { loadWebhook } from './webhook-file.ts';
import { parseYamlMapping } from './yaml-file.ts';

type WebhookSettings = Omit<WebhookAuthorizerOptions, 'name' | 'metrics'>;

interface AuthorizerSpec {
  readonly type: string;
  readonly name: string;
  readonly webhook?: WebhookSettings;
}

export interface ComposedAuthorization {
  readonly authorization: (objects: ParsedObjectsOf) => Authorization;
  stop(): void;
}

type Options = PorticoOptions & { readonly authorizationMode: string };

export interface AuthorizationParts {
  readonly clock: Clock;
  readonly log: NonNullable<PorticoOptions['log']>;
}

const flag = 'authorization-config';
const configVersions = ['v1', 'v1beta1', 'v1alpha1'].map((version) => `apiserver.config.k8s.io/${version}`);
const types = ['AlwaysAllow', 'AlwaysDeny', 'Node', 'RBAC', 'Webhook'];

/** @throws Error that names the flag and what it may be */
export async function composeAuthorization(
  options: Options,
  parts: AuthorizationParts,
): Promise<ComposedAuthorization> {
  const { authorizationConfig: file } = options;
  const metrics = new AuthorizationMetrics();
  const text = file === undefined ? '' : await readFlagFile(flag, file);
  const specs = file === undefined ? await specsOfFlags(options) : await specsOfFile(text, file);
  if (
    file !== undefined &&
    (options.authorizationMode !== 'Node,RBAC' || options.authorizationWebhookConfigFile !== undefined)
  ) {
    throw new Error(
      `--${flag} can not be specified when --authorization-mode or --authorization-webhook-* flags are defined`,
    );
  }
  let stop: () => void = () => undefined;
  return {
    stop: () => stop(),
    authorization(objects) {
      const chosen = new ChosenAuthorizers(objects, metrics);
      chosen.use(specs);
      if (file !== undefined) {
        const use = async (newer: string) => chosen.use(sameBuiltIns(specs, await specsOfFile(newer, file)));
        const onRead = (status: string) =>
          metrics.count('apiserver_authorization_config_controller_automatic_reloads_total', `status="${status}"`);
        stop = followFile({ flag, file, ...parts, text, use, onRead });
      }
      return { authorizer: chosen, ruleResolver: chosen, rbac: chosen.rbac, metrics };
    },
  };
}

/** The authorizers of the present configuration; those that keep an index stay as they are over changes. */
class ChosenAuthorizers implements Authorizer, RuleResolver {
  readonly #objects: ParsedObjectsOf;
  readonly #metrics: AuthorizationMetrics;
  readonly #kept = new Map<string, Authorizer & RuleResolver>();
  #authorizer: Authorizer = systemMastersAuthorizer;
  #resolver: RuleResolver = unionRuleResolver([]);
  rbac: RbacAuthorizer | undefined;

  constructor(objects: ParsedObjectsOf, metrics: AuthorizationMetrics) {
    this.#objects = objects;
    this.#metrics = metrics;
  }

  use(specs: readonly AuthorizerSpec[]): void {
    const authorizers = specs.map((spec) => ({ spec, authorizer: this.#make(spec) }));
    const counting = authorizers.map(({ spec, authorizer }) => countingAuthorizer(authorizer, spec, this.#metrics));
    this.#authorizer = unionAuthorizer([systemMastersAuthorizer, ...counting]);
    this.#resolver = unionRuleResolver(authorizers.map(({ authorizer }) => authorizer));
  }

  authorize: Authorizer['authorize'] = (attributes) => this.#authorizer.authorize(attributes);
  rulesFor: RuleResolver['rulesFor'] = (user, namespace) => this.#resolver.rulesFor(user, namespace);

  #make({ type, name, webhook }: AuthorizerSpec): Authorizer & RuleResolver {
    if (webhook !== undefined) return webhookAuthorizer({ ...webhook, name, metrics: this.#metrics });
    let kept = this.#kept.get(type);
    if (kept === undefined) this.#kept.set(type, (kept = this.#makeBuiltIn(type)));
    return kept;
  }

  #makeBuiltIn(type: string): Authorizer & RuleResolver {
    if (type === 'AlwaysAllow') return alwaysAllow;
    if (type === 'AlwaysDeny') return alwaysDeny;
    if (type === 'Node') return new NodeAuthorizer(this.#objects);
    const of = (resource: string) => this.#objects('rbac.authorization.k8s.io', resource);
    this.rbac = new RbacAuthorizer({
      roles: of('roles'),
      roleBindings: of('rolebindings'),
      clusterRoles: of('clusterroles'),
      clusterRoleBindings: of('clusterrolebindings'),
    });
    return this.rbac;
  }
}

/** Upstream's order is the list's. @throws Error that names the flag and what it may be */
async function specsOfFlags(options: Options): Promise<AuthorizerSpec[]> {
  const { authorizationMode: modes, authorizationWebhookConfigFile: file } = options;
  const names = modes.split(',').map((name) => name.trim());
  for (const name of names) {
    if (types.includes(name) && names.indexOf(name) === names.lastIndexOf(name)) continue;
    throw new Error(`--authorization-mode ${modes}: expected each at most once of ${types.join(', ')}`);
  }
  if (!names.includes('Webhook')) return names.map((type) => ({ type, name: type.toLowerCase() }));
  if (file === undefined) throw new Error('--authorization-mode Webhook needs --authorization-webhook-config-file');
  const webhook: WebhookSettings = {
    webhook: await loadWebhook('authorization-webhook-config-file', file),
    version: options.authorizationWebhookVersion ?? 'v1beta1',
    allowedFor: (options.authorizationWebhookCacheAuthorizedTtl ?? 300) * 1000,
    refusedFor: (options.authorizationWebhookCacheUnauthorizedTtl ?? 30) * 1000,
    matches: () => true,
    onFailure: 'no opinion',
  };
  return names.map((type) => ({ type, name: type.toLowerCase(), ...(type === 'Webhook' ? { webhook } : {}) }));
}

/** @throws Error that names the flag and says what is wrong */
async function specsOfFile(text: string, file: string): Promise<AuthorizerSpec[]> {
  const where = `--${flag} ${file}`;
  const config = parseYamlMapping(text, where);
  if (!configVersions.includes(asText(config.apiVersion)) || config.kind !== 'AuthorizationConfiguration') {
    throw new Error(`${where}: expected kind AuthorizationConfiguration of ${configVersions[0] ?? ''}`);
  }
  const errors = validateAuthorization(config);
  if (errors.length > 0) {
    throw new Error(`${where}: ${joinErrors(errors.map(({ field, message }) => `${field}: ${message}`))}`);
  }
  const specs = asObjects(config.authorizers).map(async (entry) => {
    const [type, name] = [asText(entry.type), asText(entry.name)];
    return type === 'Webhook'
      ? { type, name, webhook: await webhookOf(asObject(entry.webhook), where) }
      : { type, name };
  });
  return Promise.all(specs);
}

async function webhookOf(webhook: JsonObject, where: string): Promise<WebhookSettings> {
  const { connectionInfo, matchConditions, cacheAuthorizedRequests, cacheUnauthorizedRequests } = webhook;
  const { type, kubeConfigFile } = asObject(connectionInfo);
  if (type === 'InClusterConfig') {
    throw new Error(
      `${where}: connectionInfo.type InClusterConfig is not for API servers, which would ask themselves; name a KubeConfigFile`,
    );
  }
  const time = (field: string, otherwise: number) => durationOf(webhook[field]) || otherwise;
  return {
    webhook: await loadWebhook(flag, asText(kubeConfigFile), durationOf(webhook.timeout)),
    version: asText(webhook.subjectAccessReviewVersion),
    allowedFor: cacheAuthorizedRequests === false ? 0 : time('authorizedTTL', 5 * 60_000),
    refusedFor: cacheUnauthorizedRequests === false ? 0 : time('unauthorizedTTL', 30_000),
    matches: compileMatchConditions(asObjects(matchConditions).map(({ expression }) => asText(expression))),
    onFailure: webhook.failurePolicy === 'Deny' ? 'deny' : 'no opinion',
  };
}

/** @throws Error where a change would take away, or add, what is not a webhook */
function sameBuiltIns(before: readonly AuthorizerSpec[], after: readonly AuthorizerSpec[]): readonly AuthorizerSpec[] {
  const builtIn = (specs: readonly AuthorizerSpec[]) =>
    [...new Set(specs.map(({ type }) => type).filter((type) => type !== 'Webhook'))].toSorted().join(', ');
  if (builtIn(before) === builtIn(after)) return after;
  throw new Error(`--${flag}: only webhooks can change while the server runs; the others are ${builtIn(before)}`);
}
