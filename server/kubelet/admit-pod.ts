/** What a kubelet refuses to run although it was assigned. */
import { asksForNode } from '../apis/core/node-fit.ts';
import type { Pod, PodSpec } from '../client/api-types.ts';
import { type Allocatable, shortageMessage, shortageOf } from './resource-fit.ts';

export interface Refusal {
  readonly reason: string;
  readonly message: string;
}

/** Sysctls that are namespaced and safe for neighbours. */
const safeSysctls: ReadonlySet<string> = new Set([
  'kernel.shm_rmid_forced',
  'net.ipv4.ip_local_port_range',
  'net.ipv4.tcp_syncookies',
  'net.ipv4.ping_group_range',
  'net.ipv4.ip_unprivileged_port_start',
  'net.ipv4.ip_local_reserved_ports',
  'net.ipv4.tcp_keepalive_time',
  'net.ipv4.tcp_fin_timeout',
  'net.ipv4.tcp_keepalive_intvl',
  'net.ipv4.tcp_keepalive_probes',
  'net.ipv4.tcp_rmem',
  'net.ipv4.tcp_wmem',
]);

export interface AdmittingNode {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly allocatable: Allocatable;
  /** Other pods of the node, those that run or may. */
  readonly neighbours: () => Iterable<Pod>;
}

export const notItsNode = 'NodeAffinity';

/** Undefined: it may run. */
export function admitPod(
  pod: Pod,
  { name: node, labels, allocatable, neighbours }: AdmittingNode,
): Refusal | undefined {
  const { spec } = pod;
  for (const { name } of spec?.securityContext?.sysctls ?? []) {
    const plain = name.replaceAll('/', '.');
    if (!safeSysctls.has(plain))
      return { reason: 'SysctlForbidden', message: `forbidden sysctl: ${JSON.stringify(plain)} not allowlisted` };
  }
  if (spec?.os?.name !== undefined && spec.os.name !== 'linux') {
    return { reason: 'PodOSNotSupported', message: "Failed to admit pod as the OS field doesn't match node OS" };
  }
  const shortage = shortageOf(pod, neighbours(), allocatable);
  if (shortage !== undefined) return { reason: `OutOf${shortage.resource}`, message: shortageMessage(shortage) };
  if (spec !== undefined && !asksForNode(spec, { name: node, labels })) {
    const message = "Predicate NodeAffinity failed: node(s) didn't match Pod's node affinity/selector";
    return { reason: notItsNode, message };
  }
  const ports = hostPorts(spec);
  if (ports.length > 0) {
    for (const { spec: other } of neighbours()) {
      if (!hostPorts(other).some((taken) => ports.some((port) => isSamePort(port, taken)))) continue;
      const message = "Predicate NodePorts failed: node(s) didn't have free ports for the requested pod ports";
      return { reason: 'NodePorts', message };
    }
  }
  return undefined;
}

interface HostPort {
  readonly protocol: string;
  /** 0.0.0.0: every address. */
  readonly address: string;
  readonly port: number;
}

function hostPorts(spec: PodSpec | undefined): HostPort[] {
  const all = [
    ...(spec?.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always'),
    ...(spec?.containers ?? []),
  ];
  return all.flatMap(({ ports = [] }) =>
    ports
      .filter(({ hostPort = 0 }) => hostPort > 0)
      .map(({ protocol = 'TCP', hostIP = '', hostPort = 0 }) => ({
        protocol,
        address: hostIP || '0.0.0.0',
        port: hostPort,
      })),
  );
}

function isSamePort(a: HostPort, b: HostPort): boolean {
  const meet = a.address === b.address || a.address === '0.0.0.0' || b.address === '0.0.0.0';
  return meet && a.protocol === b.protocol && a.port === b.port;
}
