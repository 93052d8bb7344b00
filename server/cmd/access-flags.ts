/** Flags on who is believed and who may do what. Source of names and defaults: kube-apiserver 1.36's flags. */
import type { FlagDefinition } from './flag-definition.ts';
import { seconds, trueOrFalse } from './flag-values.ts';

export const accessFlags: readonly FlagDefinition[] = [
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
    option: 'authenticationConfig',
    flag: '--authentication-config <file>',
    help: 'AuthenticationConfiguration: tokens of other issuers, and who may stay anonymous',
  },
  { option: 'oidcIssuerUrl', flag: '--oidc-issuer-url <url>', help: 'OpenID issuer whose tokens name users' },
  { option: 'oidcClientId', flag: '--oidc-client-id <id>', help: 'audience that its tokens must be for' },
  {
    option: 'oidcCaFile',
    flag: '--oidc-ca-file <file>',
    help: 'authorities that vouch for the issuer (default: those of the system)',
  },
  {
    option: 'oidcUsernameClaim',
    flag: '--oidc-username-claim <claim>',
    help: 'claim with the user name (default: sub)',
  },
  {
    option: 'oidcUsernamePrefix',
    flag: '--oidc-username-prefix <text>',
    help: 'put before user names; -: nothing (default: the issuer and #, but for email nothing)',
  },
  { option: 'oidcGroupsClaim', flag: '--oidc-groups-claim <claim>', help: 'claim with the groups' },
  { option: 'oidcGroupsPrefix', flag: '--oidc-groups-prefix <text>', help: 'put before groups' },
  {
    option: 'oidcRequiredClaim',
    flag: '--oidc-required-claim <pair>',
    help: 'claim=value that its tokens must have; may be given more than once',
    isList: true,
  },
  {
    option: 'oidcSigningAlgs',
    flag: '--oidc-signing-algs <list>',
    help: 'algorithms that its tokens may be signed with (default: RS256)',
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
];
