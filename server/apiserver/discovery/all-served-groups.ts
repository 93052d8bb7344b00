/** Built-in groups, which never change, and custom ones, which come and go: what discovery is made of. */
import type { ServedGroup, ServedGroups } from './served-groups.ts';

interface CustomGroups {
  readonly version: number;
  groups(): readonly ServedGroup[];
  group(group: string): ServedGroup | undefined;
}

export function allServedGroups(builtIn: readonly ServedGroup[], custom: CustomGroups): ServedGroups {
  const known = new Set(builtIn.map(({ group }) => group));
  return {
    get version() {
      return custom.version;
    },
    all: () => [...builtIn, ...custom.groups().filter(({ group }) => !known.has(group))],
    find: (group) => builtIn.find((served) => served.group === group) ?? custom.group(group),
  };
}
