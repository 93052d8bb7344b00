/** --runtime-config: which versions and resources are served beyond (or short of) the default. */
import type { ResourceDefinition, ResourceVersionDefinition } from './generic/resource-definition.ts';

export type RuntimeConfig = ReadonlyMap<string, boolean>;

/** "api/all=true,apps/v1=false,resource.k8s.io/v1beta1". @throws Error for a value that is neither true nor false. */
export function parseRuntimeConfig(text: string): RuntimeConfig {
  const config = new Map<string, boolean>();
  for (const part of text.split(',').map((piece) => piece.trim())) {
    if (part === '') continue;
    const [key = '', value = 'true'] = part.split('=');
    if (value !== 'true' && value !== 'false')
      throw new Error(`--runtime-config: invalid value ${part}: expected true or false`);
    config.set(key.trim(), value === 'true');
  }
  return config;
}

function stabilityOf(version: string): string {
  return version.includes('alpha') ? 'api/alpha' : version.includes('beta') ? 'api/beta' : 'api/ga';
}

/** The most specific word counts: a resource, then its version, then the kind of version, then all. */
export function isServed(
  config: RuntimeConfig,
  definition: ResourceDefinition,
  version: ResourceVersionDefinition,
): boolean {
  const groupVersion = definition.group === '' ? version.version : `${definition.group}/${version.version}`;
  const keys = [`${groupVersion}/${definition.resource}`, groupVersion, stabilityOf(version.version), 'api/all'];
  if (definition.group === '') keys.splice(2, 0, `api/${version.version}`);
  for (const key of keys) {
    const said = config.get(key);
    if (said !== undefined) return said;
  }
  return version.servedByDefault;
}
