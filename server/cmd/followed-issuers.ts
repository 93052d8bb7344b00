/** Tokens of the issuers that --authentication-config names, which is read again when it changes, or the flags --oidc-…. */
import type { Clock } from '../apimachinery/clock/clock.ts';
import { jwtAuthenticator, type JwtIssuer } from '../apiserver/authentication/jwt/jwt-authenticator.ts';
import { type TokenAuthenticator, unionTokenAuthenticator } from '../apiserver/authentication/token-authenticator.ts';
import {
  type AuthenticationConfig,
  authenticationConfigFlag,
  parseAuthenticationConfig,
} from './authentication-config.ts';
import { followFile } from './follow-file.ts';
import type { PorticoOptions } from './options.ts';

export interface FollowedIssuersParts {
  readonly config: AuthenticationConfig;
  /** Who signs service account tokens. */
  readonly serviceAccountIssuers: readonly string[];
  readonly apiAudiences: readonly string[];
  readonly clock: Clock;
  readonly log: NonNullable<PorticoOptions['log']>;
  /** Takes what ends the following of the file. */
  readonly onStop: (stop: () => void) => void;
}

/** @throws Error where an issuer is not to be believed */
export function followIssuers(parts: FollowedIssuersParts): TokenAuthenticator {
  const { config, serviceAccountIssuers, apiAudiences, clock, log, onStop } = parts;
  const authenticatorOf = (issuers: readonly JwtIssuer[]) => {
    const taken = issuers.find(({ url }) => serviceAccountIssuers.includes(url));
    if (taken !== undefined) throw new Error(`${taken.url} is the issuer of service account tokens, and nobody else's`);
    return unionTokenAuthenticator(issuers.map((issuer) => jwtAuthenticator({ issuer, clock, apiAudiences })));
  };
  let present = authenticatorOf(config.issuers);
  if (config.file !== undefined) {
    const { path, text } = config.file;
    const { anonymous } = parseAuthenticationConfig(text, path);
    const use = (newer: string) => {
      const found = parseAuthenticationConfig(newer, path);
      // Paths that are open to everyone are not to become more unseen.
      if (found.anonymous !== anonymous) {
        throw new Error(
          `--${authenticationConfigFlag} ${path}: anonymous: Forbidden: changed from initial configuration file`,
        );
      }
      present = authenticatorOf(found.issuers);
      return Promise.resolve();
    };
    onStop(followFile({ flag: authenticationConfigFlag, file: path, clock, log, text, use }));
  }
  return { authenticateToken: (token, audiences, remarks) => present.authenticateToken(token, audiences, remarks) };
}
