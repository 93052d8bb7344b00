/** What a kubelet refuses to run although it was assigned. */
import type { Pod } from '../client/api-types.ts';

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

/** Undefined: it may run. */
export function admitPod({ spec }: Pod): Refusal | undefined {
  for (const { name } of spec?.securityContext?.sysctls ?? []) {
    const plain = name.replaceAll('/', '.');
    if (!safeSysctls.has(plain))
      return { reason: 'SysctlForbidden', message: `forbidden sysctl: ${JSON.stringify(plain)} not allowlisted` };
  }
  if (spec?.os?.name !== undefined && spec.os.name !== 'linux') {
    return { reason: 'PodOSNotSupported', message: "Failed to admit pod as the OS field doesn't match node OS" };
  }
  return undefined;
}
