/** A FlowSchema made ready to be asked which requests it takes. */
import { asNumber, asObject, asObjects, asText, asTexts } from '../../apimachinery/json-access.ts';
import type { JsonObject } from '../../apimachinery/json.ts';
import type { KubeObject } from '../../apimachinery/meta/object.ts';
import type { RequestInfo } from '../../apimachinery/request/request-info.ts';
import { serviceAccountUserName, splitServiceAccountUserName } from '../../apimachinery/request/service-account.ts';
import type { UserInfo } from '../../apimachinery/request/user-info.ts';

export type RequestRule = (info: RequestInfo) => boolean;

export interface FlowSchema {
  readonly name: string;
  readonly uid: string;
  readonly levelName: string;
  /** The smallest comes first, then by name. */
  readonly precedence: number;
  /** What parts the requests of one schema into flows; "": nothing. */
  readonly distinguish: 'ByUser' | 'ByNamespace' | '';
  /** What it takes of a user's requests; undefined: nothing. */
  rulesFor(user: UserInfo): readonly RequestRule[] | undefined;
}

export function compileFlowSchema({ metadata, spec: given }: KubeObject): FlowSchema {
  const spec = asObject(given);
  const type = asText(asObject(spec.distinguisherMethod).type);
  const rules = asObjects(spec.rules).map((rule) => ({
    subjects: asObjects(rule.subjects).map(subjectMatch),
    requests: [...asObjects(rule.resourceRules).map(resourceRule), ...asObjects(rule.nonResourceRules).map(pathRule)],
  }));
  return {
    name: metadata.name ?? '',
    uid: metadata.uid ?? '',
    levelName: asText(asObject(spec.priorityLevelConfiguration).name),
    precedence: asNumber(spec.matchingPrecedence),
    distinguish: type === 'ByUser' || type === 'ByNamespace' ? type : '',
    rulesFor(user) {
      const fitting = rules.filter(({ subjects }) => subjects.some((matches) => matches(user)));
      return fitting.length === 0 ? undefined : fitting.flatMap(({ requests }) => requests);
    },
  };
}

/** In the order in which schemas are asked. */
export function bySchemaOrder(a: FlowSchema, b: FlowSchema): number {
  return a.precedence - b.precedence || (a.name < b.name ? -1 : 1);
}

function subjectMatch(subject: JsonObject): (user: UserInfo) => boolean {
  switch (subject.kind) {
    case 'User': {
      const name = asText(asObject(subject.user).name);
      return (user) => name === '*' || user.name === name;
    }
    case 'Group': {
      const name = asText(asObject(subject.group).name);
      return ({ groups }) => name === '*' || groups.includes(name);
    }
    case 'ServiceAccount': {
      const { namespace, name } = asObject(subject.serviceAccount);
      if (name === '*') return (user) => splitServiceAccountUserName(user.name)?.namespace === namespace;
      const userName = serviceAccountUserName(asText(namespace), asText(name));
      return (user) => user.name === userName;
    }
    default:
      return () => false;
  }
}

function resourceRule(rule: JsonObject): RequestRule {
  const verbs = named(rule.verbs);
  const groups = named(rule.apiGroups);
  const resources = named(rule.resources);
  const namespaces = named(rule.namespaces);
  const clusterScope = rule.clusterScope === true;
  return (info) =>
    info.isResourceRequest &&
    verbs(info.verb) &&
    groups(info.group) &&
    resources(info.subresource === '' ? info.resource : `${info.resource}/${info.subresource}`) &&
    (info.namespace === '' ? clusterScope : namespaces(info.namespace));
}

function pathRule(rule: JsonObject): RequestRule {
  const verbs = named(rule.verbs);
  const urls = asTexts(rule.nonResourceURLs);
  const exact = new Set(urls);
  const prefixes = urls.filter((url) => url.endsWith('*')).map((url) => url.replace(/\*+$/, ''));
  return ({ isResourceRequest, verb, path }) =>
    !isResourceRequest && verbs(verb) && (exact.has(path) || prefixes.some((prefix) => path.startsWith(prefix)));
}

function named(value: JsonObject[string]): (text: string) => boolean {
  const texts = new Set(asTexts(value));
  return texts.has('*') ? () => true : (text) => texts.has(text);
}
