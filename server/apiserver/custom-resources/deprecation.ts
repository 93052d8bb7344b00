/** The warning that requests in a deprecated version of a custom resource get. */
import { compareVersions } from '../../apimachinery/meta/version-order.ts';
import type { DefinitionFacts, VersionFacts } from './definition-facts.ts';

export function deprecationWarning(facts: DefinitionFacts, version: VersionFacts): string | undefined {
  if (!version.deprecated) return undefined;
  if (version.deprecationWarning !== undefined) return version.deprecationWarning;
  const { group, names, versions } = facts;
  const message = `${group}/${version.version} ${names.kind} is deprecated`;
  const [better] = versions
    .filter(({ served, deprecated }) => served && !deprecated)
    .map((other) => other.version)
    .filter((other) => compareVersions(other, version.version) < 0)
    .sort(compareVersions);
  return better === undefined ? message : `${message}; use ${group}/${better} ${names.kind}`;
}
