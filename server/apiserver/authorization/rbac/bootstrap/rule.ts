/** How the bootstrap policy is written down: one rule a line, several values in one text with spaces between them. */
import type { JsonObject } from '../../../../apimachinery/json.ts';

export type RulesByRole = Readonly<Record<string, readonly JsonObject[]>>;

/** `groups`: "core" is the group without a name. */
export function rule(verbs: string, groups: string, resources: string, resourceNames?: string): JsonObject {
  return {
    verbs: verbs.split(' '),
    apiGroups: groups.split(' ').map((group) => (group === 'core' ? '' : group)),
    resources: resources.split(' '),
    ...(resourceNames === undefined ? {} : { resourceNames: resourceNames.split(' ') }),
  };
}

export function paths(verbs: string, urls: string): JsonObject {
  return { verbs: verbs.split(' '), nonResourceURLs: urls.split(' ') };
}
