/** The paths that GET / names. */
import { configurationPath, keysPath } from '../authentication/service-account/token-issuer.ts';
import type { ServedGroup } from '../discovery/served-groups.ts';

const fixed = [
  configurationPath,
  '/api',
  '/api/v1',
  '/apis',
  '/apis/',
  '/healthz',
  '/livez',
  '/metrics',
  '/openapi/v2',
  '/openapi/v3',
  keysPath,
  '/readyz',
  '/version',
];

export function listPaths(groups: readonly ServedGroup[]): string[] {
  const paths = new Set(fixed);
  for (const { group, versions } of groups) {
    if (group === '') continue;
    paths.add(`/apis/${group}`);
    for (const { version } of versions) paths.add(`/apis/${group}/${version}`);
  }
  for (const endpoint of ['healthz', 'livez', 'readyz']) paths.add(`/${endpoint}/ping`);
  return [...paths].sort();
}
