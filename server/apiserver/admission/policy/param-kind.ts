/** The resource that a policy's paramKind names. */
import type { CustomResources } from '../../custom-resources/custom-resources.ts';
import type { ResourceScope } from '../../registry/resource-scope.ts';
import { type GroupVersionKind, kindKey } from '../matching/seen-version.ts';
import type { ScopeOfKind } from './params.ts';

export function kindProblem({ group, version, kind }: GroupVersionKind): string {
  return `failed to find resource referenced by paramKind: '${group}/${version}, Kind=${kind}'`;
}

export function scopesByKind(builtIn: readonly ResourceScope[], custom: CustomResources): ScopeOfKind {
  const stored = builtIn.filter(({ definition }) => definition.virtual !== true);
  const byKind = new Map(
    stored.map((scope) => {
      const { group, kind, version } = scope;
      return [kindKey({ group, version: version.version, kind }), scope] as const;
    }),
  );
  return (wanted) => {
    const known = byKind.get(kindKey(wanted));
    if (known !== undefined) return known;
    const found = custom
      .inGroup(wanted.group)
      .find(({ names, established }) => established && names.kind === wanted.kind);
    return found === undefined ? undefined : custom.lookup(wanted.group, wanted.version, found.names.plural);
  };
}
