/** How upstream's messages name its own Go types: clients do not parse them, but people compare them. */

/** The package of a group's internal types. */
export function internalPackage(group: string): string {
  if (group === '' || group === 'events.k8s.io') return 'core';
  if (group === 'internal.apiserver.k8s.io') return 'apiserverinternal';
  return group.split('.')[0] ?? group;
}

/** "*core.ConfigMapList" */
export function internalType(group: string, kind: string): string {
  return `*${internalPackage(group)}.${kind}`;
}
