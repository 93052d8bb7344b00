/** What of a request is kept: the first rule of the policy that fits it decides (audit.k8s.io/v1 Policy). */
import type { JsonObject } from '../../apimachinery/json.ts';
import { asObjects, asText, asTexts } from '../../apimachinery/json-access.ts';
import type { RequestInfo } from '../../apimachinery/request/request-info.ts';
import type { UserInfo } from '../../apimachinery/request/user-info.ts';
import type { AuditStage } from './audit-event.ts';
import type { AuditLevel } from './audited-request.ts';

export interface AuditChoice {
  readonly level: AuditLevel;
  readonly omitStages: ReadonlySet<AuditStage>;
  readonly omitManagedFields: boolean;
}

/** @param user undefined: the request could not be authenticated */
export type AuditPolicy = (info: RequestInfo, user: UserInfo | undefined) => AuditChoice;

type Fits = (info: RequestInfo, user: UserInfo | undefined) => boolean;

/** Of a policy that is valid. */
export function compilePolicy(policy: JsonObject): AuditPolicy {
  const everywhere = asTexts(policy.omitStages) as readonly AuditStage[];
  const omitManagedFields = policy.omitManagedFields === true;
  const rules = asObjects(policy.rules).map((rule) => {
    const stages = [...everywhere, ...(asTexts(rule.omitStages) as readonly AuditStage[])];
    const choice: AuditChoice = {
      level: asText(rule.level) as AuditLevel,
      omitStages: new Set(stages),
      omitManagedFields: typeof rule.omitManagedFields === 'boolean' ? rule.omitManagedFields : omitManagedFields,
    };
    return { fits: fitting(rule), choice };
  });
  const otherwise: AuditChoice = { level: 'None', omitStages: new Set(everywhere), omitManagedFields };
  return (info, user) => rules.find(({ fits }) => fits(info, user))?.choice ?? otherwise;
}

/** Only what the rule names is looked at. */
function fitting(rule: JsonObject): Fits {
  const parts: Fits[] = [];
  const named = (field: string, add: (values: ReadonlySet<string>) => Fits) => {
    const values = asTexts(rule[field]);
    if (values.length > 0) parts.push(add(new Set(values)));
  };
  named('users', (users) => (_info, user) => user !== undefined && users.has(user.name));
  named('userGroups', (groups) => (_info, user) => user?.groups.some((group) => groups.has(group)) === true);
  named('verbs', (verbs) => (info) => verbs.has(info.verb));
  const resources = asObjects(rule.resources).map(fittingResources);
  if (resources.length > 0 || asTexts(rule.namespaces).length > 0) {
    parts.push((info) => info.isResourceRequest);
    named('namespaces', (namespaces) => (info) => namespaces.has(info.namespace));
    if (resources.length > 0) parts.push((info) => resources.some((fits) => fits(info)));
  } else {
    named(
      'nonResourceURLs',
      (urls) => (info) => !info.isResourceRequest && [...urls].some((url) => covers(url, info.path)),
    );
  }
  return (info, user) => parts.every((fits) => fits(info, user));
}

function covers(url: string, path: string): boolean {
  return url === path || (url.endsWith('*') && path.startsWith(url.replace(/\*+$/, '')));
}

function fittingResources(entry: JsonObject): (info: RequestInfo) => boolean {
  const group = asText(entry.group);
  const resources = new Set(asTexts(entry.resources));
  const names = new Set(asTexts(entry.resourceNames));
  return (info) => {
    if (group !== '*' && group !== info.group) return false;
    if (resources.size === 0) return true;
    if (names.size > 0 && !names.has(info.name)) return false;
    const { resource, subresource } = info;
    if (resources.has('*') || resources.has(`${resource}/*`)) return true;
    if (subresource === '') return resources.has(resource);
    return resources.has(`${resource}/${subresource}`) || resources.has(`*/${subresource}`);
  };
}
