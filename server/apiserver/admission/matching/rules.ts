/** Which requests a rule is for: operations, groups, versions, resources, scope. */
import { asText, asTexts } from '../../../apimachinery/json-access.ts';
import type { JsonObject } from '../../../apimachinery/json.ts';
import type { AdmissionOperation } from '../admission.ts';
import type { GroupVersionResource } from './seen-version.ts';

export interface Rule {
  readonly operations: readonly string[];
  readonly groups: readonly string[];
  readonly versions: readonly string[];
  readonly resources: ReadonlyArray<{ readonly resource: string; readonly subresource: string }>;
  readonly scope: string;
  /** Of policies; none: all. */
  readonly names: readonly string[];
}

export interface RuleTarget {
  readonly operation: AdmissionOperation;
  readonly resource: GroupVersionResource;
  readonly subresource: string;
  /** Of a namespace itself: its name. */
  readonly namespace: string;
}

export function readRule(rule: JsonObject): Rule {
  return {
    operations: asTexts(rule.operations),
    groups: asTexts(rule.apiGroups),
    versions: asTexts(rule.apiVersions),
    resources: asTexts(rule.resources).map((text) => {
      const slash = text.indexOf('/');
      if (slash < 0) return { resource: text, subresource: '' };
      return { resource: text.slice(0, slash), subresource: text.slice(slash + 1) };
    }),
    scope: asText(rule.scope),
    names: asTexts(rule.resourceNames),
  };
}

export function ruleMatches(rule: Rule, { operation, resource, subresource, namespace }: RuleTarget): boolean {
  return (
    isAmong(rule.operations, operation) &&
    isAmong(rule.groups, resource.group) &&
    isAmong(rule.versions, resource.version) &&
    rule.resources.some(
      (its) =>
        (its.resource === '*' || its.resource === resource.resource) &&
        (its.subresource === '*' || its.subresource === subresource),
    ) &&
    isInScope(rule.scope, resource, namespace)
  );
}

function isAmong(list: readonly string[], value: string): boolean {
  return list.includes('*') || list.includes(value);
}

/** Namespaces belong to the cluster, though they are addressed as if each lay in itself. */
function isInScope(scope: string, { group, version, resource }: GroupVersionResource, namespace: string): boolean {
  if (scope === '' || scope === '*') return true;
  const isOfCluster = namespace === '' || (group === '' && version === 'v1' && resource === 'namespaces');
  return (scope === 'Cluster') === isOfCluster;
}
