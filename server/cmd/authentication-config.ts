/** Tokens of other issuers, and who may stay anonymous: from --authentication-config or the flags --oidc-…. */
import type { JsonObject, JsonValue } from '../apimachinery/json.ts';
import { asList, asObject, asObjects, asText, asTexts, isSet } from '../apimachinery/json-access.ts';
import type { JwtIssuer, MappedClaim } from '../apiserver/authentication/jwt/jwt-authenticator.ts';
import { readFlagFile } from './flag-file.ts';
import { type PorticoOptions, splitList } from './options.ts';
import { readYamlFile } from './yaml-file.ts';

export interface AuthenticationConfig {
  readonly issuers: readonly JwtIssuer[];
  readonly allowsAnonymous: (path: string) => boolean;
}

const groups = ['apiserver.config.k8s.io/v1', 'apiserver.config.k8s.io/v1beta1', 'apiserver.config.k8s.io/v1alpha1'];
const fileAlgorithms = ['RS256', 'RS384', 'RS512', 'ES256', 'ES384', 'ES512', 'PS256', 'PS384', 'PS512'];

/** @throws Error that names the flag and says what is wrong */
export async function loadAuthenticationConfig(options: PorticoOptions): Promise<AuthenticationConfig> {
  const { authenticationConfig: file } = options;
  const anonymous = options.anonymousAuth ?? true;
  const fromFlags = await issuerOfFlags(options);
  if (file === undefined) return { issuers: fromFlags, allowsAnonymous: () => anonymous };
  if (fromFlags.length > 0) throw new Error('--authentication-config and --oidc-… do not go together');
  const where = `--authentication-config ${file}`;
  const config = checkedKind(await readYamlFile('authentication-config', file), where);
  onlyKnown(config, ['apiVersion', 'kind', 'jwt', 'anonymous'], where);
  const issuers = asObjects(config.jwt).map((entry, index) => issuerOf(entry, `${where}: jwt[${index}]`));
  const urls = issuers.map(({ url }) => url);
  const twice = urls.find((url, index) => urls.indexOf(url) !== index);
  if (twice !== undefined) throw new Error(`${where}: jwt: ${twice} is there more than once`);
  return { issuers, allowsAnonymous: anonymousOf(config.anonymous, where) ?? (() => anonymous) };
}

function checkedKind(config: JsonObject, where: string): JsonObject {
  if (!groups.includes(asText(config.apiVersion)) || config.kind !== 'AuthenticationConfiguration') {
    throw new Error(`${where}: expected kind AuthenticationConfiguration of ${groups[0] ?? ''}`);
  }
  return config;
}

/** Without conditions any path will do. */
function anonymousOf(value: JsonValue | undefined, where: string): ((path: string) => boolean) | undefined {
  if (!isSet(value)) return undefined;
  const anonymous = asObject(value);
  onlyKnown(anonymous, ['enabled', 'conditions'], `${where}: anonymous`);
  const paths = new Set(asObjects(anonymous.conditions).map(({ path }) => asText(path)));
  if (anonymous.enabled !== true) {
    if (paths.size > 0) throw new Error(`${where}: anonymous: enabled must be true where there are conditions`);
    return () => false;
  }
  return paths.size === 0 ? () => true : (path) => paths.has(path);
}

function issuerOf(entry: JsonObject, where: string): JwtIssuer {
  const fields = ['issuer', 'claimValidationRules', 'claimMappings', 'userValidationRules'];
  onlyKnown(entry, fields, where);
  if (asList(entry.userValidationRules).length > 0) throw new Error(`${where}.userValidationRules: ${noExpressions}`);
  const issuer = asObject(entry.issuer);
  const issuerFields = ['url', 'discoveryURL', 'certificateAuthority', 'audiences', 'audienceMatchPolicy'];
  onlyKnown(issuer, issuerFields, `${where}.issuer`);
  const audiences = asTexts(issuer.audiences);
  if (audiences.length === 0) throw new Error(`${where}.issuer.audiences: at least one is required`);
  const mappings = asObject(entry.claimMappings);
  onlyKnown(mappings, ['username', 'groups', 'uid', 'extra'], `${where}.claimMappings`);
  if (asList(mappings.extra).length > 0) throw new Error(`${where}.claimMappings.extra: ${noExpressions}`);
  const username = mappedClaim(mappings.username, `${where}.claimMappings.username`);
  if (username === undefined) throw new Error(`${where}.claimMappings.username: a claim is required`);
  return {
    url: checkedUrl(asText(issuer.url), `${where}.issuer.url`),
    discoveryUrl: isSet(issuer.discoveryURL)
      ? checkedUrl(asText(issuer.discoveryURL), `${where}.issuer.discoveryURL`)
      : undefined,
    certificateAuthority: isSet(issuer.certificateAuthority) ? asText(issuer.certificateAuthority) : undefined,
    audiences,
    signingAlgorithms: fileAlgorithms,
    username,
    groups: mappedClaim(mappings.groups, `${where}.claimMappings.groups`),
    uidClaim: mappedClaim(mappings.uid, `${where}.claimMappings.uid`)?.claim,
    requiredClaims: new Map(
      asObjects(entry.claimValidationRules).map((rule, index) => {
        onlyKnown(rule, ['claim', 'requiredValue'], `${where}.claimValidationRules[${index}]`);
        return [asText(rule.claim), asText(rule.requiredValue)];
      }),
    ),
  };
}

const noExpressions = 'CEL expressions are not part of this version of Portico';

/** Undefined: nothing is mapped. */
function mappedClaim(value: JsonValue | undefined, where: string): MappedClaim | undefined {
  const mapping = asObject(value);
  onlyKnown(mapping, ['claim', 'prefix'], where);
  const claim = asText(mapping.claim);
  if (claim === '') return undefined;
  return { claim, prefix: asText(mapping.prefix) };
}

function onlyKnown(object: JsonObject, known: readonly string[], where: string): void {
  for (const key of Object.keys(object)) {
    if (known.includes(key)) continue;
    const isExpression = key === 'expression' || key === 'message';
    throw new Error(isExpression ? `${where}.${key}: ${noExpressions}` : `${where}: unknown field ${key}`);
  }
}

async function issuerOfFlags(options: PorticoOptions): Promise<JwtIssuer[]> {
  const { oidcIssuerUrl: url, oidcClientId: audience, oidcCaFile: file } = options;
  if (url === undefined && audience === undefined) return [];
  if (url === undefined || audience === undefined) {
    throw new Error('--oidc-issuer-url and --oidc-client-id go together: give both, or neither');
  }
  const claim = options.oidcUsernameClaim ?? 'sub';
  const usual = claim === 'email' ? '' : `${url}#`;
  const groupsClaim = options.oidcGroupsClaim;
  return [
    {
      url: checkedUrl(url, '--oidc-issuer-url'),
      discoveryUrl: undefined,
      certificateAuthority: file === undefined ? undefined : await readFlagFile('oidc-ca-file', file),
      audiences: [audience],
      signingAlgorithms: splitList(options.oidcSigningAlgs ?? 'RS256'),
      username: { claim, prefix: options.oidcUsernamePrefix === '-' ? '' : (options.oidcUsernamePrefix ?? usual) },
      groups: groupsClaim === undefined ? undefined : { claim: groupsClaim, prefix: options.oidcGroupsPrefix ?? '' },
      uidClaim: undefined,
      requiredClaims: new Map(splitList(options.oidcRequiredClaim).map(requiredClaim)),
    },
  ];
}

function requiredClaim(pair: string): [claim: string, value: string] {
  const at = pair.indexOf('=');
  if (at <= 0) throw new Error(`--oidc-required-claim ${pair}: expected claim=value`);
  return [pair.slice(0, at), pair.slice(at + 1)];
}

function checkedUrl(text: string, where: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== 'https:' || url.username !== '' || url.search !== '' || url.hash !== '') {
    throw new Error(`${where}: ${text} is not an https URL without user, query and fragment`);
  }
  return text;
}
