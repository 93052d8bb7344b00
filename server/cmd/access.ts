/** Composes who is believed and who may do what, from the options of a server. */
import { systemClock } from '../apimachinery/clock/clock.ts';
import type { Authentication, Authorization } from '../apiserver/api-server.ts';
import { unionAuthenticator } from '../apiserver/authentication/authenticator.ts';
import { bootstrapTokenAuthenticator } from '../apiserver/authentication/bootstrap-tokens.ts';
import { certificateAuthenticator } from '../apiserver/authentication/client-certificate.ts';
import type { InProcessUsers } from '../apiserver/authentication/in-process.ts';
import { jwtAuthenticator } from '../apiserver/authentication/jwt/jwt-authenticator.ts';
import { requestHeaderAuthenticator } from '../apiserver/authentication/request-header.ts';
import type { TrustedAuthorities } from '../apiserver/authentication/trusted-authorities.ts';
import { ServiceAccountTokens } from '../apiserver/authentication/service-account/service-account-tokens.ts';
import { TokenIssuer } from '../apiserver/authentication/service-account/token-issuer.ts';
import { bearerTokenAuthenticator, unionTokenAuthenticator } from '../apiserver/authentication/token-authenticator.ts';
import { webhookTokenAuthenticator } from '../apiserver/authentication/webhook-tokens.ts';
import { staticTokenAuthenticator } from '../apiserver/authentication/token-file.ts';
import { alwaysAllow, alwaysDeny } from '../apiserver/authorization/always.ts';
import type { Authorizer, RuleResolver } from '../apiserver/authorization/authorizer.ts';
import { NodeAuthorizer } from '../apiserver/authorization/node/node-authorizer.ts';
import { RbacAuthorizer } from '../apiserver/authorization/rbac/rbac-authorizer.ts';
import { systemMastersAuthorizer } from '../apiserver/authorization/system-masters.ts';
import { webhookAuthorizer, type WebhookAuthorizerOptions } from '../apiserver/authorization/webhook-authorizer.ts';
import { unionAuthorizer, unionRuleResolver } from '../apiserver/authorization/union.ts';
import type { ParsedObjectsOf } from '../apiserver/cacher/parsed-objects.ts';
import type { Credentials } from './credentials.ts';
import { type PorticoOptions, splitList } from './options.ts';
import { loadWebhook } from './webhook-file.ts';

export interface AuthenticationParts {
  readonly options: PorticoOptions;
  readonly credentials: Credentials;
  readonly objects: ParsedObjectsOf;
  readonly authorities: TrustedAuthorities;
  readonly inProcess: InProcessUsers;
}

/** First this process's own parts, then in upstream's order: front proxies, certificates, then tokens: static ones, service accounts', bootstrap ones, other issuers'. */
export function composeAuthentication({
  options,
  credentials,
  objects,
  authorities,
  inProcess,
}: AuthenticationParts): Authentication {
  const { staticTokens, serviceAccountKeys: keys } = credentials;
  const issuers = splitList(options.serviceAccountIssuer);
  const [issuer = ''] = issuers;
  const taken = credentials.authentication.issuers.find(({ url }) => issuers.includes(url));
  if (taken !== undefined) throw new Error(`${taken.url} is the issuer of service account tokens, and nobody else's`);
  const asked = splitList(options.apiAudiences);
  const audiences = asked.length === 0 ? [issuer] : asked;
  const of = (resource: string) => objects('', resource);
  const tokens = unionTokenAuthenticator([
    staticTokenAuthenticator(staticTokens, { apiAudiences: audiences }),
    new ServiceAccountTokens({
      keys: keys.verifying,
      issuers,
      apiAudiences: audiences,
      clock: systemClock,
      objects: {
        serviceAccounts: of('serviceaccounts'),
        pods: of('pods'),
        secrets: of('secrets'),
        nodes: of('nodes'),
      },
    }),
    ...(options.enableBootstrapTokenAuth === true
      ? [bootstrapTokenAuthenticator({ secrets: of('secrets'), clock: systemClock, apiAudiences: audiences })]
      : []),
    ...credentials.authentication.issuers.map((jwt) =>
      jwtAuthenticator({ issuer: jwt, clock: systemClock, apiAudiences: audiences }),
    ),
    ...(credentials.tokenWebhook === undefined
      ? []
      : [
          webhookTokenAuthenticator({
            webhook: credentials.tokenWebhook,
            version: options.authenticationTokenWebhookVersion ?? 'v1beta1',
            knownFor: (options.authenticationTokenWebhookCacheTtl ?? 120) * 1000,
            apiAudiences: audiences,
          }),
        ]),
  ]);
  const bearer = bearerTokenAuthenticator({ tokens, audiences });
  return {
    authenticator: unionAuthenticator([
      inProcess,
      requestHeaderAuthenticator({
        authorities,
        allowedNames: splitList(options.requestheaderAllowedNames),
        names: {
          username: splitList(options.requestheaderUsernameHeaders),
          uid: splitList(options.requestheaderUidHeaders),
          group: splitList(options.requestheaderGroupHeaders),
          extraPrefix: splitList(options.requestheaderExtraHeadersPrefix),
        },
      }),
      certificateAuthenticator(authorities),
      bearer,
    ]),
    tokens,
    audiences,
    issuer: new TokenIssuer({
      issuer,
      signingKey: keys.signing,
      keys: keys.verifying,
      audiences,
      maxExpiration: options.serviceAccountMaxTokenExpiration,
      extendsExpiration: options.serviceAccountExtendTokenExpiration ?? true,
      keysUri: options.serviceAccountJwksUri,
    }),
  };
}

interface ModeParts {
  readonly objects: ParsedObjectsOf;
  readonly rbac: () => RbacAuthorizer;
  readonly webhook: WebhookAuthorizerOptions | undefined;
}

type Mode = (parts: ModeParts) => Authorizer & RuleResolver;

const modes: Readonly<Record<string, Mode>> = {
  AlwaysAllow: () => alwaysAllow,
  AlwaysDeny: () => alwaysDeny,
  Node: ({ objects }) => new NodeAuthorizer(objects),
  RBAC: ({ rbac }) => rbac(),
  Webhook({ webhook }) {
    if (webhook !== undefined) return webhookAuthorizer(webhook);
    throw new Error('--authorization-mode Webhook needs --authorization-webhook-config-file');
  },
};

/** Upstream's order is the list's. @throws Error that names the flag and what it may be */
export async function composeAuthorization(
  options: PorticoOptions & { readonly authorizationMode: string },
): Promise<(objects: ParsedObjectsOf) => Authorization> {
  const { authorizationMode: modeList, authorizationWebhookConfigFile: file } = options;
  const webhook =
    file === undefined
      ? undefined
      : {
          webhook: await loadWebhook('authorization-webhook-config-file', file),
          version: options.authorizationWebhookVersion ?? 'v1beta1',
          allowedFor: (options.authorizationWebhookCacheAuthorizedTtl ?? 300) * 1000,
          refusedFor: (options.authorizationWebhookCacheUnauthorizedTtl ?? 30) * 1000,
        };
  const names = modeList.split(',').map((name) => name.trim());
  const chosen = names.map((name) => {
    const mode = Object.hasOwn(modes, name) ? modes[name] : undefined;
    if (mode !== undefined && names.indexOf(name) === names.lastIndexOf(name)) return mode;
    throw new Error(`--authorization-mode ${modeList}: expected each at most once of ${Object.keys(modes).join(', ')}`);
  });
  return (objects) => {
    let rbac: RbacAuthorizer | undefined;
    const newRbac = () => {
      const of = (resource: string) => objects('rbac.authorization.k8s.io', resource);
      rbac ??= new RbacAuthorizer({
        roles: of('roles'),
        roleBindings: of('rolebindings'),
        clusterRoles: of('clusterroles'),
        clusterRoleBindings: of('clusterrolebindings'),
      });
      return rbac;
    };
    const authorizers = chosen.map((mode) => mode({ objects, rbac: newRbac, webhook }));
    return {
      authorizer: unionAuthorizer([systemMastersAuthorizer, ...authorizers]),
      ruleResolver: unionRuleResolver(authorizers),
      rbac,
    };
  };
}
