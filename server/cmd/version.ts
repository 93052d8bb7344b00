/** What this is: our own version, and the Kubernetes version whose API it serves. */
import { readFileSync } from 'node:fs';

/** Source: the facts in openapi/, taken from this release. */
export const kubernetesVersion = '1.36.3';

export function porticoVersion(): string {
  const parsed: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  const version = typeof parsed === 'object' && parsed !== null && 'version' in parsed ? parsed.version : undefined;
  return typeof version === 'string' ? version : 'unknown';
}

/** GET /version: clients compare major, minor and gitVersion. */
export function versionInfo(): Record<string, string> {
  const [major = '', minor = ''] = kubernetesVersion.split('.');
  return {
    major,
    minor,
    emulationMajor: major,
    emulationMinor: minor,
    minCompatibilityMajor: major,
    minCompatibilityMinor: String(Number(minor) - 1),
    gitVersion: `v${kubernetesVersion}+portico`,
    gitCommit: '',
    gitTreeState: 'clean',
    buildDate: '1970-01-01T00:00:00Z',
    goVersion: `node ${process.version}`,
    compiler: 'v8',
    platform: `${process.platform}/${process.arch === 'x64' ? 'amd64' : process.arch}`,
  };
}
