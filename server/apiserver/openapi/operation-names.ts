/** Names and sentences of operations: ids, tags and descriptions as kube-apiserver words them. */

/** "rbac.authorization.k8s.io", "v1" → "RbacAuthorizationV1", the part of operation ids that follows the verb. */
export function operationIdPrefix(group: string, version?: string): string {
  const name = group === '' ? 'core' : group.replace(/\.k8s\.io$/, '');
  return camelCase(name, true) + (version === undefined ? '' : camelCase(version, true));
}

/** "rbac.authorization.k8s.io", "v1" → "rbacAuthorization_v1". */
export function operationTag(group: string, version?: string): string {
  const name = group === '' ? 'core' : group.replace(/\.k8s\.io$/, '');
  return camelCase(name, false) + (version === undefined ? '' : `_${camelCase(version, false)}`);
}

/** Drops what an identifier cannot hold and capitalizes the letter after it. */
function camelCase(text: string, capitalizeFirst: boolean): string {
  return text
    .split(/[^\p{L}\p{Nd}_]+/u)
    .map((word, i) => (i > 0 || capitalizeFirst ? capitalize(word) : word))
    .join('');
}

export function capitalize(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

/** "a Pod", "an Event", "Endpoints": plurals take no article. */
export function withArticle(noun: string): string {
  if (noun.endsWith('s') && !noun.endsWith('ss')) return noun;
  return `${/^[aeiou]/i.test(noun) ? 'an' : 'a'} ${noun}`;
}
