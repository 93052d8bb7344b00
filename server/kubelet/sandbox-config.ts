/** What the runtime must know of a pod before its containers. */
import type { DnsConfig, PodSandboxConfig, PortMapping } from '../../backends/runtime/interface.ts';
import type { Pod, PodSpec } from '../client/api-types.ts';

export interface ClusterDns {
  /** Who answers for names of the cluster; empty: nobody. */
  readonly servers: readonly string[];
  /** What such names end in. */
  readonly domain: string;
}

/** Longest name of a host. */
const hostnameLength = 63;

export function sandboxConfig(pod: Pod, node: string, cluster: ClusterDns): PodSandboxConfig {
  const { metadata, spec } = pod;
  const { name = '', namespace = '', uid = '', annotations = {} } = metadata;
  const hostNetwork = spec?.hostNetwork === true;
  const subdomain = spec?.subdomain ?? '';
  const domain = subdomain === '' ? '' : `${subdomain}.${namespace}.svc.${cluster.domain}`;
  const short = (spec?.hostnameOverride ?? spec?.hostname ?? name).slice(0, hostnameLength).replace(/[-.]+$/, '');
  const own = spec?.setHostnameAsFQDN === true && domain !== '' ? `${short}.${domain}` : short;
  return {
    node,
    namespace,
    name,
    uid,
    annotations,
    hostname: hostNetwork ? node : own,
    domain,
    hostNetwork,
    hostAliases: (spec?.hostAliases ?? []).map(({ ip, hostnames = [] }) => ({ ip, hostnames })),
    dns: dnsOf(pod, cluster),
    portMappings: portMappings(spec),
    sysctls: (spec?.securityContext?.sysctls ?? []).map((each) => [each.name, each.value] as const),
    fsGroup: spec?.securityContext?.fsGroup,
  };
}

/** Undefined: nobody answers for names of the cluster, and nothing is said. */
function dnsOf({ metadata, spec }: Pod, { servers, domain }: ClusterDns): DnsConfig | undefined {
  const { dnsPolicy = 'ClusterFirst', dnsConfig, hostNetwork } = spec ?? {};
  const given = {
    servers: dnsConfig?.nameservers ?? [],
    searches: dnsConfig?.searches ?? [],
    options: (dnsConfig?.options ?? []).map(({ name = '', value }) =>
      value === undefined ? name : `${name}:${value}`,
    ),
  };
  if (dnsPolicy === 'None') return { ...given, ofMachine: 'nothing' };
  const ofCluster = dnsPolicy === 'ClusterFirstWithHostNet' || (dnsPolicy === 'ClusterFirst' && hostNetwork !== true);
  if (!ofCluster || servers.length === 0) {
    // Nothing of the cluster: a simulation has its own idea of it.
    return ofCluster && dnsConfig === undefined ? undefined : { ...given, ofMachine: 'everything' };
  }
  const names = [`${metadata.namespace ?? ''}.svc.${domain}`, `svc.${domain}`, domain];
  const said = new Set(given.options.map((option) => option.replace(/:.*/, '')));
  return {
    servers: [...servers, ...given.servers],
    searches: [...names, ...given.searches],
    options: [...(said.has('ndots') ? [] : ['ndots:5']), ...given.options],
    ofMachine: 'searches',
  };
}

function portMappings(spec: PodSpec | undefined): PortMapping[] {
  if (spec?.hostNetwork === true) return [];
  return [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])].flatMap(({ ports = [] }) =>
    ports.flatMap(({ hostPort = 0, hostIP: hostIp = '', containerPort, protocol = 'TCP' }) =>
      hostPort === 0 || (protocol !== 'TCP' && protocol !== 'UDP')
        ? []
        : [{ protocol, hostIp, hostPort, containerPort } as const],
    ),
  );
}
