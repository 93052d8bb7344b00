/** What an EncryptionConfiguration may say, with upstream's messages; secrets are never repeated. */
import { type FieldError, invalid, required } from '../../../apimachinery/errors/field-error.ts';
import type { JsonObject, JsonValue } from '../../../apimachinery/json.ts';
import { asNumber, asObject, asObjects, asText, asTexts, isSet } from '../../../apimachinery/json-access.ts';
import { DurationError, parseGoDurationMilliseconds } from '../../../apimachinery/duration/go-duration.ts';

const providers = ['kms', 'aesgcm', 'aescbc', 'secretbox', 'identity'] as const;
const keySizes: Readonly<Record<string, readonly number[]>> = {
  aesgcm: [16, 24, 32],
  aescbc: [16, 24, 32],
  secretbox: [32],
};
const unserved = ['apiserveripinfo', 'serviceipallocations', 'servicenodeportallocations'];

export function validateEncryption(config: JsonObject): FieldError[] {
  const resources = asObjects(config.resources);
  if (resources.length === 0) return [required('resources', atLeastOne('resources'))];
  const kmsNames = new Set<string>();
  return resources.flatMap((entry, index) => {
    const named = `resources[${index}].resources`;
    const written = `resources[${index}].providers`;
    const names = asTexts(entry.resources);
    const ways = asObjects(entry.providers);
    return [
      ...(names.length === 0 ? [required(named, atLeastOne(named))] : []),
      ...overlapErrors(names, named),
      ...names.flatMap((name, at) => nameErrors(name, `${named}[${at}]`)),
      ...(ways.length === 0 ? [required(written, atLeastOne(written))] : []),
      ...ways.flatMap((way, at) => providerErrors(way, `${written}[${at}]`, kmsNames)),
    ];
  });
}

function atLeastOne(what: string): string {
  return `at least one ${what} is required`;
}

function overlapErrors(names: readonly string[], path: string): FieldError[] {
  const groupOf = (name: string) => (name.includes('.') ? name.slice(name.indexOf('.') + 1) : '');
  const errors: FieldError[] = [];
  const refuse = (message: string) => errors.push(invalid(path, [...names], message));
  if (new Set(names).size < names.length) refuse('the same resource cannot be specified multiple times');
  const wildcards = names.filter((name) => name.startsWith('*.'));
  const overlaps = wildcards.some((wildcard) =>
    names.some((name) => name !== wildcard && (wildcard === '*.*' || groupOf(name) === groupOf(wildcard))),
  );
  if (overlaps) {
    refuse(
      "using overlapping resources such as 'secrets' and '*.' in the same resource list is not allowed as they will be masked",
    );
  }
  return errors;
}

function nameErrors(name: string, path: string): FieldError[] {
  const problem = nameProblem(name);
  return problem === undefined ? [] : [invalid(path, name, problem)];
}

function nameProblem(name: string): string | undefined {
  const at = name.indexOf('.');
  const [resource, group] = at < 0 ? [name, ''] : [name.slice(0, at), name.slice(at + 1)];
  if (/[A-Z]/.test(name)) return 'resource name should not contain capital letters';
  if (name === '*') return "use '*.' to encrypt all the resources from core API group or *.* to encrypt all resources";
  if (unserved.includes(name)) return 'resources which do not have REST API/s cannot be encrypted';
  if (group === 'events.k8s.io') {
    return "'*.events.k8s.io' objects are stored using the 'events' API group in etcd. Use 'events' instead in the config file";
  }
  if (group === 'extensions') return "'extensions' group has been removed and cannot be used for encryption";
  if (group === '*' && resource !== '*') return 'encrypting the same resource across groups is not supported';
  return undefined;
}

function providerErrors(provider: JsonObject, path: string, kmsNames: Set<string>): FieldError[] {
  const given = providers.filter((name) => isSet(provider[name]));
  const [way] = given;
  if (way === undefined) {
    const message = 'provider does not contain any of the expected providers: KMS, AESGCM, AESCBC, Secretbox, Identity';
    return [invalid(path, '', message)];
  }
  if (given.length > 1)
    return [
      invalid(
        path,
        given.join(', '),
        'more than one provider specified in a single element, should split into different list elements',
      ),
    ];
  const config = asObject(provider[way]);
  if (way === 'kms') return kmsErrors(config, `${path}.kms`, kmsNames);
  const sizes = keySizes[way];
  return sizes === undefined ? [] : keyErrors(config.keys, `${path}.${way}.keys`, sizes);
}

function keyErrors(value: JsonValue | undefined, path: string, sizes: readonly number[]): FieldError[] {
  const keys = asObjects(value);
  if (keys.length === 0) return [required(path, atLeastOne('keys'))];
  return keys.flatMap(({ name, secret }, index) => {
    const at = `${path}[${index}]`;
    const errors: FieldError[] = [];
    if (asText(name) === '') errors.push(required(`${at}.name`, 'name is a mandatory field for a key'));
    const text = asText(secret);
    if (text === '') return [...errors, required(`${at}.secret`, 'secret is a mandatory field for a key')];
    const field = `${at}.secret`;
    if (!isBase64(text)) return [...errors, invalid(field, 'REDACTED', 'secrets must be base64 encoded')];
    const { length } = Buffer.from(text, 'base64');
    if (!sizes.includes(length)) {
      const message = `secret is not of the expected length, got ${length}, expected one of [${sizes.join(' ')}]`;
      errors.push(invalid(field, 'REDACTED', message));
    }
    return errors;
  });
}

/** As Go's StdEncoding takes it. */
function isBase64(text: string): boolean {
  return text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text);
}

function kmsErrors(config: JsonObject, path: string, names: Set<string>): FieldError[] {
  const errors: FieldError[] = [];
  const name = asText(config.name);
  const apiVersion = isSet(config.apiVersion) ? asText(config.apiVersion) : 'v1';
  if (name === '') errors.push(required(`${path}.name`, 'name is a mandatory field for a provider'));
  if (apiVersion !== 'v1' && name.includes(':'))
    errors.push(invalid(`${path}.name`, name, `invalid KMS provider name ${name}, must not contain ':'`));
  if (names.has(name)) {
    errors.push(invalid(`${path}.name`, name, `duplicate KMS provider name ${name}, names must be unique`));
  }
  names.add(name);
  if (isSet(config.timeout) && !isPositiveDuration(asText(config.timeout))) {
    errors.push(invalid(`${path}.timeout`, asText(config.timeout), 'timeout should be a positive value'));
  }
  errors.push(...endpointErrors(asText(config.endpoint), `${path}.endpoint`));
  if (apiVersion !== 'v1' && isSet(config.cachesize)) {
    errors.push(invalid(`${path}.cachesize`, asNumber(config.cachesize), 'cachesize is not supported in v2'));
  }
  if (apiVersion !== 'v1' && apiVersion !== 'v2') {
    errors.push(
      invalid(
        `${path}.apiVersion`,
        apiVersion,
        'unsupported apiVersion apiVersion for KMS provider, only v1 and v2 are supported',
      ),
    );
  }
  return errors;
}

function isPositiveDuration(text: string): boolean {
  try {
    return parseGoDurationMilliseconds(text) > 0;
  } catch (error) {
    if (error instanceof DurationError) return false;
    throw error;
  }
}

function endpointErrors(endpoint: string, path: string): FieldError[] {
  if (endpoint === '') return [invalid(path, '', 'endpoint is a mandatory field for a kms')];
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(endpoint)?.[1] ?? '';
  if (scheme === 'unix') return [];
  return [
    invalid(path, endpoint, `unsupported scheme ${JSON.stringify(scheme)} for KMS provider, only unix is supported`),
  ];
}
