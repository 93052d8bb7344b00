/** Where a webhook is called: a URL, or a service of the cluster. */
import { X509Certificate } from 'node:crypto';
import { goQuote, invalid, required } from '../../apimachinery/errors/field-error.ts';
import { asNumber, asObject, asText, isSet } from '../../apimachinery/json-access.ts';
import type { JsonObject } from '../../apimachinery/json.ts';
import { isDns1123Subdomain, isPortNumber } from '../../apimachinery/validation/names.ts';
import { decodePem } from '../certificates/pem.ts';
import type { Errors } from './checks.ts';

const FORM = '; desired format: https://host[/path]';
const urlParts = /^(?:([a-zA-Z][a-zA-Z0-9+.-]*):)?(?:\/\/([^/?#]*))?[^?#]*(?:\?([^#]*))?(?:#(.*))?$/s;

export function checkClientConfig(config: JsonObject, path: string, errors: Errors): void {
  if (isSet(config.url) === isSet(config.service)) {
    errors.push(required(path, 'exactly one of url or service is required'));
  } else if (isSet(config.url)) checkUrl(asText(config.url), `${path}.url`, errors);
  else checkService(asObject(config.service), `${path}.service`, errors);
}

function checkUrl(url: string, path: string, errors: Errors): void {
  const problem = urlProblem(url);
  if (problem !== undefined) {
    errors.push(required(path, `url must be a valid URL: parse ${goQuote(url)}: ${problem}${FORM}`));
    return;
  }
  const [, scheme = '', authority = '', query = '', fragment = ''] = urlParts.exec(url) ?? [];
  const at = authority.lastIndexOf('@');
  const host = authority.slice(at + 1);
  const refuse = (value: string, detail: string): void => {
    errors.push(invalid(path, value, detail));
  };
  if (scheme.toLowerCase() !== 'https') refuse(scheme.toLowerCase(), `'https' is the only allowed URL scheme${FORM}`);
  if (host === '') refuse(host, `host must be specified${FORM}`);
  if (at >= 0) refuse(authority.slice(0, at), 'user information is not permitted in the URL');
  if (fragment !== '') refuse(fragment, 'fragments are not permitted in the URL');
  if (query !== '') refuse(query, 'query parameters are not permitted in the URL');
}

/** In Go's words, as far as its parser is followed. */
function urlProblem(url: string): string | undefined {
  for (let i = 0; i < url.length; i++) {
    const code = url.charCodeAt(i);
    if (code < 0x20 || code === 0x7f) return 'net/url: invalid control character in URL';
  }
  if (url.startsWith(':')) return 'missing protocol scheme';
  const escape = /%(?![0-9a-fA-F]{2}).{0,2}/s.exec(url.split('?')[0] ?? '');
  if (escape !== null) return `invalid URL escape ${JSON.stringify(escape[0])}`;
  const authority = urlParts.exec(url)?.[2] ?? '';
  const host = authority.slice(authority.lastIndexOf('@') + 1);
  if (host.includes(' ')) return 'invalid character " " in host name';
  const port = /:([^:\]]*)$/.exec(host)?.[1];
  if (port !== undefined && !/^[0-9]*$/.test(port)) return `invalid port ${JSON.stringify(`:${port}`)} after host`;
  const colon = url.indexOf(':');
  const slash = url.indexOf('/');
  const hasScheme = /^[a-zA-Z][a-zA-Z0-9+.-]*:/.test(url);
  if (!hasScheme && colon >= 0 && (slash < 0 || colon < slash)) return 'first path segment in URL cannot contain colon';
  return undefined;
}

/** Upstream's callers of webhooks pass name and namespace in each other's place: the missing one is reported as the other. */
function checkService(service: JsonObject, path: string, errors: Errors): void {
  if (asText(service.namespace) === '') errors.push(required(`${path}.name`));
  if (asText(service.name) === '') errors.push(required(`${path}.namespace`));
  const port = asNumber(service.port);
  const complaints = isPortNumber(port);
  if (complaints.length > 0) errors.push(invalid(`${path}.port`, port, `port is not valid: ${complaints.join(', ')}`));
  if (isSet(service.path)) checkServicePath(asText(service.path), `${path}.path`, errors);
}

function checkServicePath(urlPath: string, path: string, errors: Errors): void {
  if (urlPath === '/' || urlPath === '') return;
  if (urlPath === '//') {
    errors.push(invalid(path, urlPath, 'segment[0] may not be empty'));
    return;
  }
  if (!urlPath.startsWith('/')) errors.push(invalid(path, urlPath, "must start with a '/'"));
  // Upstream takes off a byte, be it half a character.
  const rest = Buffer.from(urlPath).subarray(1).toString();
  const segments = rest.replace(/\/$/, '').split('/');
  segments.forEach((segment, index) => {
    if (segment === '') {
      errors.push(invalid(path, urlPath, `segment[${index}] may not be empty`));
      return;
    }
    for (const complaint of isDns1123Subdomain(segment)) {
      errors.push(invalid(path, urlPath, `segment[${index}]: ${complaint}`));
    }
  });
}

/** Why authorities (PEM, in base64) vouch for nobody, in client-go's words. */
export function caBundleProblem(bundle: string): string | undefined {
  const what = 'unable to load root certificates:';
  const blocks = decodePem(Buffer.from(bundle, 'base64').toString('latin1'));
  const certificates = blocks.filter(({ type, hasHeaders }) => type === 'CERTIFICATE' && !hasHeaders);
  const isGood = certificates.map(({ der }) => {
    try {
      return new X509Certificate(der).raw.length > 0;
    } catch {
      return false;
    }
  });
  if (isGood.includes(true)) return undefined;
  if (isGood.length > 0) return `${what} failed to parse certificate: x509: malformed certificate`;
  return `${what} ${blocks.length === 0 ? 'unable to parse bytes as PEM block' : 'no valid certificate authority data seen'}`;
}
