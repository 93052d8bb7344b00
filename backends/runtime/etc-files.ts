/** Files under /etc that a pod's containers have in common: who is who, and whom to ask for other names. */
import type { DnsConfig, PodSandboxConfig } from './interface.ts';

type Names = Pick<PodSandboxConfig, 'hostname' | 'domain' | 'hostAliases' | 'hostNetwork'>;

/** `machine`: the hosts file of the machine, which pods of its network go by. Source of the entries: upstream's kubelet. */
export function hostsFile(
  { hostname, domain, hostAliases, hostNetwork }: Names,
  ips: readonly string[],
  machine: string,
): string {
  const aliases = hostAliases.map(({ ip, hostnames }) => `${[ip, ...hostnames].join('\t')}\n`);
  const added = aliases.length === 0 ? '' : `\n# Entries added by HostAliases.\n${aliases.join('')}`;
  if (hostNetwork) return `# Kubernetes-managed hosts file (host network).\n${machine}${added}`;
  const names = domain === '' ? [hostname] : [`${hostname}.${domain}`, hostname];
  const lines = [
    '# Kubernetes-managed hosts file.',
    '127.0.0.1\tlocalhost',
    '::1\tlocalhost ip6-localhost ip6-loopback',
    'fe00::0\tip6-localnet',
    'fe00::0\tip6-mcastprefix',
    'fe00::1\tip6-allnodes',
    'fe00::2\tip6-allrouters',
    ...ips.map((ip) => [ip, ...names].join('\t')),
  ];
  return `${lines.join('\n')}\n${added}`;
}

/** `machine`: the resolv.conf of the machine. */
export function resolvConf({ servers, searches, options, ofMachine }: DnsConfig, machine: string): string {
  const own = parseResolvConf(machine);
  const isAll = ofMachine === 'everything';
  const all = {
    servers: [...(isAll ? own.servers : []), ...servers],
    searches: isAll ? [...own.searches, ...searches] : [...searches, ...(ofMachine === 'nothing' ? [] : own.searches)],
    options: [...(isAll ? own.options : []), ...options],
  };
  const lines = [
    ...(all.searches.length === 0 ? [] : [`search ${[...new Set(all.searches)].join(' ')}`]),
    ...[...new Set(all.servers)].map((server) => `nameserver ${server}`),
    ...(all.options.length === 0 ? [] : [`options ${[...new Set(all.options)].join(' ')}`]),
  ];
  return `${lines.join('\n')}\n`;
}

function parseResolvConf(text: string): Omit<DnsConfig, 'ofMachine'> {
  const words = (keyword: string) =>
    text.split('\n').flatMap((line) => {
      const [first, ...rest] = line.trim().split(/\s+/);
      return first === keyword ? rest : [];
    });
  return { servers: words('nameserver'), searches: words('search'), options: words('options') };
}
