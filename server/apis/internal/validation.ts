/** StorageVersions: in which version each server writes a resource, and which versions it can read. */
import { duplicate, invalid, required } from '../../apimachinery/errors/field-error.ts';
import { asObject, asObjects, asText, asTexts, isSet } from '../../apimachinery/json-access.ts';
import type { JsonObject } from '../../apimachinery/json.ts';
import type { KubeObject } from '../../apimachinery/meta/object.ts';
import { EMPTY_MESSAGE, regexMessage } from '../../apimachinery/validation/message.ts';
import { isDns1035Label, isDns1123Subdomain } from '../../apimachinery/validation/names.ts';
import { checkDnsSubdomain, checkEach, checkQualifiedName, type Errors } from '../validation/checks.ts';

const apiVersionMessage = `an apiVersion is ${regexMessage(
  "a DNS-1035 label, which must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character",
  '[a-z]([-a-z0-9]*[a-z0-9])?',
  'my-name',
  'abc-123',
)} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyVersion')`;

/** `<group>.<resource>`. */
export function storageVersionNameComplaints(name: string): readonly string[] {
  const dot = name.lastIndexOf('.');
  if (dot < 0) return ['name must be in the form of <group>.<resource>'];
  return [
    ...isDns1123Subdomain(name.slice(0, dot)).map((complaint) => `the group segment ${complaint}`),
    ...isDns1035Label(name.slice(dot + 1)).map((complaint) => `the resource segment ${complaint}`),
  ];
}

export function validateStorageVersionStatusUpdate(object: KubeObject): Errors {
  const errors: Errors = [];
  const status = asObject(object.status);
  const servers = asObjects(status.storageVersions);
  const seen = new Set<string>();
  checkEach(status.storageVersions, 'status.storageVersions', (server, path) => {
    const id = asText(server.apiServerID);
    if (seen.has(id)) errors.push(duplicate(`${path}.apiServerID`, id));
    seen.add(id);
    checkServer(server, path, errors);
  });
  checkCommonVersion(servers, status, errors);
  checkConditions(status, errors);
  return errors;
}

function checkServer(server: JsonObject, path: string, errors: Errors): void {
  const encoding = asText(server.encodingVersion);
  const decodable = asTexts(server.decodableVersions);
  checkDnsSubdomain(server.apiServerID, `${path}.apiServerID`, errors);
  checkApiVersion(encoding, `${path}.encodingVersion`, errors);
  decodable.forEach((version, index) => checkApiVersion(version, `${path}.decodableVersions[${index}]`, errors));
  if (!decodable.includes(encoding)) {
    const detail = `decodableVersions must include encodingVersion ${encoding}`;
    errors.push(invalid(`${path}.decodableVersions`, server.decodableVersions ?? null, detail));
  }
  asTexts(server.servedVersions).forEach((version, index) => {
    const itemPath = `${path}.servedVersions[${index}]`;
    checkApiVersion(version, itemPath, errors);
    if (decodable.includes(version)) return;
    const all = `[${decodable.join(' ')}]`;
    const detail = `individual served version : ${version} must be included in decodableVersions : ${all}`;
    errors.push(invalid(itemPath, version, detail));
  });
}

function checkApiVersion(text: string, path: string, errors: Errors): void {
  const complaints = apiVersionComplaints(text);
  if (complaints.length > 0) errors.push(invalid(path, text, complaints.join(',')));
}

function apiVersionComplaints(text: string): string[] {
  const [version = '', group, ...more] = text.split('/').toReversed();
  if (more.length > 0) return [apiVersionMessage];
  return [
    ...(group === undefined ? [] : partComplaints('group', group, isDns1123Subdomain)),
    ...partComplaints('version', version, isDns1035Label),
  ];
}

function partComplaints(part: string, text: string, format: (text: string) => readonly string[]): string[] {
  return (text === '' ? [EMPTY_MESSAGE] : format(text)).map((complaint) => `${part} part: ${complaint}`);
}

function checkCommonVersion(servers: readonly JsonObject[], status: JsonObject, errors: Errors): void {
  const path = 'status.commonEncodingVersion';
  const versions = new Set(servers.map(({ encodingVersion }) => asText(encodingVersion)));
  const actual = versions.size === 1 ? [...versions][0] : undefined;
  const { commonEncodingVersion: said } = status;
  if (actual === undefined) {
    if (!isSet(said)) return;
    const detail =
      'should be nil if servers do not agree on the same encoding version, or if there is no server reporting the supported versions yet';
    errors.push(invalid(path, said, detail));
  } else if (!isSet(said)) errors.push(invalid(path, null, `the common encoding version is ${actual}`));
  else if (said !== actual) errors.push(invalid(path, said, `the actual common encoding version is ${actual}`));
}

/** Upstream leaves the list's own name out of the paths. */
function checkConditions(status: JsonObject, errors: Errors): void {
  const places = new Map<string, number>();
  asObjects(status.conditions).forEach((condition, index) => {
    const path = `status[${index}]`;
    const type = asText(condition.type);
    const earlier = places.get(type);
    if (earlier !== undefined) {
      const detail = `the type of the condition is not unique, it also appears in conditions[${earlier}]`;
      errors.push(invalid(`${path}.type`, type, detail));
    }
    places.set(type, index);
    checkQualifiedName(type, `${path}.type`, errors);
    checkQualifiedName(asText(condition.status), `${path}.status`, errors);
    for (const field of ['reason', 'message']) {
      if (asText(condition[field]) === '') errors.push(required(`${path}.${field}`));
    }
  });
}
