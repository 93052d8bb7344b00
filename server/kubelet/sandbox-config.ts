/** What the runtime must know of a pod before its containers. */
import type { PodSandboxConfig } from '../../backends/runtime/interface.ts';
import type { Pod } from '../client/api-types.ts';

/** Longest name of a host. */
const hostnameLength = 63;

export function sandboxConfig({ metadata, spec }: Pod, node: string): PodSandboxConfig {
  const { name = '', namespace = '', uid = '', annotations = {} } = metadata;
  const hostNetwork = spec?.hostNetwork === true;
  const hostname = hostNetwork ? node : (spec?.hostname ?? name).slice(0, hostnameLength);
  const hostAliases = (spec?.hostAliases ?? []).map(({ ip, hostnames = [] }) => ({ ip, hostnames }));
  return { node, namespace, name, uid, annotations, hostname, hostNetwork, hostAliases };
}
