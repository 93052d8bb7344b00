/** Composes who is believed, from the options of a server. */
import { systemClock } from '../apimachinery/clock/clock.ts';
import type { KubeObject } from '../apimachinery/meta/object.ts';
import type { Authentication } from '../apiserver/api-server-options.ts';
import { unionAuthenticator } from '../apiserver/authentication/authenticator.ts';
import { bootstrapTokenAuthenticator } from '../apiserver/authentication/bootstrap-tokens.ts';
import { certificateAuthenticator } from '../apiserver/authentication/client-certificate.ts';
import type { InProcessUsers } from '../apiserver/authentication/in-process.ts';
import { requestHeaderAuthenticator } from '../apiserver/authentication/request-header.ts';
import type { TrustedAuthorities } from '../apiserver/authentication/trusted-authorities.ts';
import { ServiceAccountTokens } from '../apiserver/authentication/service-account/service-account-tokens.ts';
import { TokenIssuer } from '../apiserver/authentication/service-account/token-issuer.ts';
import { bearerTokenAuthenticator, unionTokenAuthenticator } from '../apiserver/authentication/token-authenticator.ts';
import { webhookTokenAuthenticator } from '../apiserver/authentication/webhook-tokens.ts';
import { staticTokenAuthenticator } from '../apiserver/authentication/token-file.ts';
import type { ParsedObjectsOf } from '../apiserver/cacher/parsed-objects.ts';
import type { Credentials } from './credentials.ts';
import { followIssuers } from './followed-issuers.ts';
import { type PorticoOptions, splitList } from './options.ts';

export interface AuthenticationParts {
  readonly onLegacyUse: (secret: KubeObject) => void;
  readonly log: NonNullable<PorticoOptions['log']>;
  /** Takes what ends the following of files. */
  readonly onStop: (stop: () => void) => void;
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
  onLegacyUse,
  log,
  onStop,
}: AuthenticationParts): Authentication {
  const { staticTokens, serviceAccountKeys: keys } = credentials;
  const issuers = splitList(options.serviceAccountIssuer);
  const [issuer = ''] = issuers;
  const asked = splitList(options.apiAudiences);
  const audiences = asked.length === 0 ? [issuer] : asked;
  const of = (resource: string) => objects('', resource);
  const others = followIssuers({
    config: credentials.authentication,
    serviceAccountIssuers: issuers,
    apiAudiences: audiences,
    clock: systemClock,
    log,
    onStop,
  });
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
        onLegacyUse,
      },
    }),
    ...(options.enableBootstrapTokenAuth === true
      ? [bootstrapTokenAuthenticator({ secrets: of('secrets'), clock: systemClock, apiAudiences: audiences })]
      : []),
    others,
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
