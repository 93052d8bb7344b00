/** Tokens of other issuers, and who may stay anonymous: from --authentication-config or the flags --oidc-…. */
import type { JsonObject, JsonValue } from '../apimachinery/json.ts';
import { asObject, asObjects, asText, asTexts, isSet } from '../apimachinery/json-access.ts';
import { isDns1123Subdomain } from '../apimachinery/validation/names.ts';
import {
  type ClaimExpression,
  compileExpression,
  type ValidationRule,
} from '../apiserver/authentication/jwt/claim-expressions.ts';
import type { ClaimMapping, ExtraMapping, JwtIssuer } from '../apiserver/authentication/jwt/jwt-authenticator.ts';
import { readFlagFile } from './flag-file.ts';
import { type PorticoOptions, splitList } from './options.ts';
import { parseYamlMapping } from './yaml-file.ts';

export interface AuthenticationConfig {
  readonly issuers: readonly JwtIssuer[];
  /** Where they come from, if that is a file that may change. */
  readonly file?: { readonly path: string; readonly text: string };
  /** As the file says it, for comparison. */
  readonly anonymous?: string;
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
  const text = await readFlagFile(authenticationConfigFlag, file);
  const { issuers, allowsAnonymous = () => anonymous } = parseAuthenticationConfig(text, file);
  return { issuers, allowsAnonymous, file: { path: file, text } };
}

export const authenticationConfigFlag = 'authentication-config';

/** @throws Error that names the flag and says what is wrong */
export function parseAuthenticationConfig(
  text: string,
  file: string,
): Partial<AuthenticationConfig> & Pick<AuthenticationConfig, 'issuers'> {
  const where = `--${authenticationConfigFlag} ${file}`;
  const config = checkedKind(parseYamlMapping(text, where), where);
  onlyKnown(config, ['apiVersion', 'kind', 'jwt', 'anonymous'], where);
  const issuers = asObjects(config.jwt).map((entry, index) => issuerOf(entry, `${where}: jwt[${index}]`));
  const urls = issuers.map(({ url }) => url);
  const twice = urls.find((url, index) => urls.indexOf(url) !== index);
  if (twice !== undefined) throw new Error(`${where}: jwt: ${twice} is there more than once`);
  const allowsAnonymous = anonymousOf(config.anonymous, where);
  const anonymous = JSON.stringify(config.anonymous ?? null);
  return { issuers, anonymous, ...(allowsAnonymous === undefined ? {} : { allowsAnonymous }) };
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
  const issuer = asObject(entry.issuer);
  const issuerFields = ['url', 'discoveryURL', 'certificateAuthority', 'audiences', 'audienceMatchPolicy'];
  onlyKnown(issuer, issuerFields, `${where}.issuer`);
  const audiences = asTexts(issuer.audiences);
  checkAudiences(audiences, issuer.audienceMatchPolicy, `${where}.issuer`);
  const url = checkedUrl(asText(issuer.url), `${where}.issuer.url`);
  const discoveryUrl = isSet(issuer.discoveryURL)
    ? checkedUrl(asText(issuer.discoveryURL), `${where}.issuer.discoveryURL`)
    : undefined;
  if (discoveryUrl?.replace(/\/+$/, '') === url.replace(/\/+$/, '')) {
    throw new Error(`${where}.issuer.discoveryURL: discoveryURL must be different from URL`);
  }
  const rules = rulesOf(entry.claimValidationRules, `${where}.claimValidationRules`);
  return {
    url,
    discoveryUrl,
    certificateAuthority: isSet(issuer.certificateAuthority) ? asText(issuer.certificateAuthority) : undefined,
    audiences,
    signingAlgorithms: fileAlgorithms,
    ...mappingsOf(asObject(entry.claimMappings), rules.claimRules, `${where}.claimMappings`),
    ...rules,
    userRules: userRulesOf(entry.userValidationRules, `${where}.userValidationRules`),
  };
}

function checkAudiences(audiences: readonly string[], policy: JsonValue | undefined, where: string): void {
  if (audiences.length === 0) throw new Error(`${where}.audiences: at least one is required`);
  if (audiences.includes('') || new Set(audiences).size < audiences.length) {
    throw new Error(`${where}.audiences: each must be there once, and none may be empty`);
  }
  const chosen = asText(policy);
  if (chosen !== 'MatchAny' && (audiences.length > 1 || chosen !== '')) {
    throw new Error(`${where}.audienceMatchPolicy: audienceMatchPolicy must be MatchAny for multiple audiences`);
  }
}

type Mappings = Pick<JwtIssuer, 'username' | 'groups' | 'uid' | 'extra'>;

function mappingsOf(mappings: JsonObject, rules: readonly ValidationRule[], where: string): Mappings {
  onlyKnown(mappings, ['username', 'groups', 'uid', 'extra'], where);
  const username = mappingOf(mappings.username, `${where}.username`, { hasPrefix: true });
  if (username === undefined) throw new Error(`${where}.username: claim or expression is required`);
  const extra = extraOf(mappings.extra, `${where}.extra`);
  const name = asText(asObject(mappings.username).expression);
  const others = [
    ...asObjects(mappings.extra).map(({ valueExpression }) => asText(valueExpression)),
    ...rules.map(({ expression }) => expression),
  ];
  if (usesClaim(name, 'email') && ![name, ...others].some((text) => usesClaim(text, 'email_verified'))) {
    throw new Error(
      `${where}.username.expression: claims.email_verified must be used in claimMappings.username.expression or ` +
        'claimMappings.extra[*].valueExpression or claimValidationRules[*].expression when claims.email is used in ' +
        'claimMappings.username.expression',
    );
  }
  return {
    username,
    groups: mappingOf(mappings.groups, `${where}.groups`, { hasPrefix: true }),
    uid: mappingOf(mappings.uid, `${where}.uid`, { hasPrefix: false }),
    extra,
  };
}

function usesClaim(expression: string, claim: string): boolean {
  return new RegExp(String.raw`\bclaims\s*\.\s*\??\s*${claim}\b(?!_)`).test(expression);
}

/** Undefined: nothing is mapped. */
function mappingOf(
  value: JsonValue | undefined,
  where: string,
  { hasPrefix }: { hasPrefix: boolean },
): ClaimMapping | undefined {
  const mapping = asObject(value);
  onlyKnown(mapping, hasPrefix ? ['claim', 'prefix', 'expression'] : ['claim', 'expression'], where);
  const [claim, expression] = [asText(mapping.claim), asText(mapping.expression)];
  if (claim !== '' && expression !== '') throw new Error(`${where}: claim and expression can't both be set`);
  if (expression !== '') {
    if (isSet(mapping.prefix)) throw new Error(`${where}.prefix: may not be specified when expression is set`);
    return { expression: expressionOf(expression, 'claims', { where: `${where}.expression` }) };
  }
  if (claim === '') return undefined;
  if (hasPrefix && !isSet(mapping.prefix)) {
    throw new Error(
      `${where}.prefix: prefix is required when claim is set. It can be set to an empty string to disable prefixing`,
    );
  }
  return { claim, prefix: asText(mapping.prefix) };
}

function expressionOf(
  text: string,
  variable: 'claims' | 'user',
  { where, wantsBool = false }: { where: string; wantsBool?: boolean },
): ClaimExpression {
  try {
    return compileExpression(text, variable, wantsBool);
  } catch (error) {
    throw new Error(`${where}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

function extraOf(value: JsonValue | undefined, where: string): ExtraMapping[] {
  const seen = new Set<string>();
  return asObjects(value).map((entry, index) => {
    const at = `${where}[${index}]`;
    onlyKnown(entry, ['key', 'valueExpression'], at);
    const key = asText(entry.key);
    const [domain = '', path] = key.split('/', 2);
    if (path === undefined || path === '' || isDns1123Subdomain(domain).length > 0) {
      throw new Error(`${at}.key: must be a domain-prefixed path (such as "acme.io/foo")`);
    }
    if (key !== key.toLowerCase()) throw new Error(`${at}.key: must be lowercase`);
    if (/(^|\.)(kubernetes|k8s)\.io$/.test(domain)) {
      throw new Error(`${at}.key: k8s.io, kubernetes.io and their subdomains are reserved for Kubernetes use`);
    }
    if (seen.has(key)) throw new Error(`${at}.key: ${key} is there more than once`);
    seen.add(key);
    const expression = asText(entry.valueExpression);
    if (expression === '') throw new Error(`${at}.valueExpression: is required`);
    return { key, expression: expressionOf(expression, 'claims', { where: `${at}.valueExpression` }) };
  });
}

function rulesOf(value: JsonValue | undefined, where: string): Pick<JwtIssuer, 'requiredClaims' | 'claimRules'> {
  const requiredClaims = new Map<string, string>();
  const claimRules: ValidationRule[] = [];
  asObjects(value).forEach((rule, index) => {
    const at = `${where}[${index}]`;
    onlyKnown(rule, ['claim', 'requiredValue', 'expression', 'message'], at);
    const [claim, expression] = [asText(rule.claim), asText(rule.expression)];
    if (claim !== '' && expression !== '') throw new Error(`${at}: claim and expression can't both be set`);
    if (claim === '' && expression === '') throw new Error(`${at}: claim or expression is required`);
    if (claim === '') {
      if (asText(rule.requiredValue) !== '') {
        throw new Error(`${at}.requiredValue: may not be specified when expression is set`);
      }
      claimRules.push(ruleOf(rule, 'claims', at));
      return;
    }
    if (asText(rule.message) !== '') throw new Error(`${at}.message: may not be specified when claim is set`);
    if (requiredClaims.has(claim)) throw new Error(`${at}.claim: ${claim} is there more than once`);
    requiredClaims.set(claim, asText(rule.requiredValue));
  });
  return { requiredClaims, claimRules: onlyOnce(claimRules, where) };
}

function userRulesOf(value: JsonValue | undefined, where: string): readonly ValidationRule[] {
  const rules = asObjects(value).map((rule, index) => {
    const at = `${where}[${index}]`;
    onlyKnown(rule, ['expression', 'message'], at);
    if (asText(rule.expression) === '') throw new Error(`${at}.expression: is required`);
    return ruleOf(rule, 'user', at);
  });
  return onlyOnce(rules, where);
}

function ruleOf(rule: JsonObject, variable: 'claims' | 'user', where: string): ValidationRule {
  const expression = asText(rule.expression);
  const holds = expressionOf(expression, variable, { where: `${where}.expression`, wantsBool: true });
  return { expression, message: asText(rule.message), holds };
}

function onlyOnce(rules: readonly ValidationRule[], where: string): readonly ValidationRule[] {
  const all = rules.map(({ expression }) => expression);
  const twice = all.find((expression, index) => all.indexOf(expression) !== index);
  if (twice !== undefined) throw new Error(`${where}: ${twice} is there more than once`);
  return rules;
}

function onlyKnown(object: JsonObject, known: readonly string[], where: string): void {
  const unknown = Object.keys(object).find((key) => !known.includes(key));
  if (unknown !== undefined) throw new Error(`${where}: unknown field ${unknown}`);
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
      uid: undefined,
      extra: [],
      claimRules: [],
      userRules: [],
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
