/** Built-in groups, which never change, custom ones, which come and go, and those of extension servers: what discovery is made of. */
import type { JsonObject } from '../../apimachinery/json.ts';
import { compareVersions } from '../../apimachinery/meta/version-order.ts';
import { rankOf, type ServedGroup, type ServedGroups, type ServedVersion } from './served-groups.ts';

interface CustomGroups {
  readonly version: number;
  groups(): readonly ServedGroup[];
}

/** A group version that an extension server has. */
export interface ExtensionVersion {
  readonly group: string;
  readonly version: string;
  readonly groupPriority: number;
  readonly versionPriority: number;
  /** As aggregated discovery shows it. */
  readonly document: JsonObject;
}

export interface ExtensionGroups {
  readonly version: number;
  versions(): readonly ExtensionVersion[];
}

interface Built {
  readonly version: number;
  readonly groups: readonly ServedGroup[];
  readonly byName: ReadonlyMap<string, ServedGroup>;
}

export function allServedGroups(
  builtIn: readonly ServedGroup[],
  custom: CustomGroups,
  extensions: ExtensionGroups,
): ServedGroups {
  let built: Built | undefined;
  const version = () => custom.version + extensions.version;
  const current = (): Built => {
    if (built?.version !== version())
      built = { version: version(), ...build(builtIn, custom.groups(), extensions.versions()) };
    return built;
  };
  return {
    get version() {
      return version();
    },
    all: () => current().groups,
    find: (group) => current().byName.get(group),
  };
}

/** Groups by priority, then by name; the core group and that of APIServices come before all others. */
function build(
  builtIn: readonly ServedGroup[],
  custom: readonly ServedGroup[],
  extensions: readonly ExtensionVersion[],
): Pick<Built, 'groups' | 'byName'> {
  const byName = new Map(builtIn.map((group) => [group.group, group] as const));
  for (const group of custom) {
    const present = byName.get(group.group);
    byName.set(group.group, present === undefined ? group : joined(present, group.versions));
  }
  for (const [name, versions] of Map.groupBy(extensions, ({ group }) => group)) {
    const present = byName.get(name);
    const served = versions.map(extensionVersion);
    const taken = new Set(served.map(({ version }) => version));
    // Whoever has an APIService of its own for a version has it in place of this server.
    const others = present?.versions.filter((one) => !taken.has(one.version)) ?? [];
    const priority = Math.max(
      ...versions.map(({ groupPriority }) => groupPriority),
      ...(others.length > 0 ? [present?.priority ?? 0] : []),
    );
    byName.set(name, { group: name, priority, versions: inOrder([...others, ...served]) });
  }
  const groups = [...byName.values()].sort((a, b) => rankOf(b) - rankOf(a) || (a.group < b.group ? -1 : 1));
  return { groups, byName };
}

function joined(present: ServedGroup, more: readonly ServedVersion[]): ServedGroup {
  const known = new Set(present.versions.map(({ version }) => version));
  const added = more.filter(({ version }) => !known.has(version));
  return added.length === 0 ? present : { ...present, versions: inOrder([...present.versions, ...added]) };
}

function inOrder(versions: readonly ServedVersion[]): ServedVersion[] {
  return versions.toSorted((a, b) => b.priority - a.priority || compareVersions(a.version, b.version));
}

function extensionVersion({ version, versionPriority, document }: ExtensionVersion): ServedVersion {
  return { version, priority: versionPriority, resources: [], extension: document };
}
