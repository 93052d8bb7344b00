/** The checks as a table: to which level each belongs, since which version of it, and which laxer check it takes the place of. */
import {
  appArmorProfile,
  capabilitiesBaseline,
  hostNamespaces,
  hostPathVolumes,
  hostPorts,
  hostProbesAndHostLifecycle,
  privileged,
  procMount,
  seLinuxOptions,
  sysctls,
  windowsHostProcess,
} from './baseline-checks.ts';
import type { CheckedPod, Finding, PodCheck } from './checked-pod.ts';
import type { LevelVersion } from './policy.ts';
import {
  allowPrivilegeEscalation,
  capabilitiesRestricted,
  restrictedVolumes,
  runAsNonRoot,
  runAsUser,
} from './restricted-checks.ts';
import { seccompAnnotations, seccompBaseline, seccompRestricted } from './seccomp-checks.ts';

interface Check {
  readonly name: string;
  /** By the minor version since which it holds, ascending. */
  readonly since: readonly (readonly [minor: number, check: PodCheck])[];
  /** Name of the baseline check that it makes superfluous. */
  readonly overrides?: string;
}

const onLinux =
  (check: PodCheck): PodCheck =>
  (pod) =>
    pod.isWindows ? undefined : check(pod);
const inHostUsers =
  (check: PodCheck): PodCheck =>
  (pod) =>
    pod.hasUserNamespace ? undefined : check(pod);

const containerTypes = ['container_t', 'container_init_t', 'container_kvm_t'];
const sysctls0 = [
  'kernel.shm_rmid_forced',
  'net.ipv4.ip_local_port_range',
  'net.ipv4.tcp_syncookies',
  'net.ipv4.ping_group_range',
  'net.ipv4.ip_unprivileged_port_start',
];
const sysctls27 = [...sysctls0, 'net.ipv4.ip_local_reserved_ports'];
const sysctls29 = [
  ...sysctls27,
  'net.ipv4.tcp_keepalive_time',
  'net.ipv4.tcp_fin_timeout',
  'net.ipv4.tcp_keepalive_intvl',
  'net.ipv4.tcp_keepalive_probes',
];
const sysctls32 = [...sysctls29, 'net.ipv4.tcp_rmem', 'net.ipv4.tcp_wmem'];

/** In the order in which findings are reported. Source: k8s.io/pod-security-admission/policy. */
const baseline: readonly Check[] = [
  { name: 'appArmorProfile', since: [[0, appArmorProfile]] },
  { name: 'capabilities_baseline', since: [[0, capabilitiesBaseline]] },
  { name: 'hostNamespaces', since: [[0, hostNamespaces]] },
  { name: 'hostPathVolumes', since: [[0, hostPathVolumes]] },
  { name: 'hostPorts', since: [[0, hostPorts]] },
  { name: 'hostProbesAndHostLifecycle', since: [[34, hostProbesAndHostLifecycle]] },
  { name: 'privileged', since: [[0, privileged]] },
  {
    name: 'procMount',
    since: [
      [0, procMount],
      [35, inHostUsers(procMount)],
    ],
  },
  {
    name: 'seLinuxOptions',
    since: [
      [0, seLinuxOptions(containerTypes)],
      [31, seLinuxOptions([...containerTypes, 'container_engine_t'])],
    ],
  },
  {
    name: 'seccompProfile_baseline',
    since: [
      [0, seccompAnnotations],
      [19, seccompBaseline],
    ],
  },
  {
    name: 'sysctls',
    since: [
      [0, sysctls(sysctls0)],
      [27, sysctls(sysctls27)],
      [29, sysctls(sysctls29)],
      [32, sysctls(sysctls32)],
    ],
  },
  { name: 'windowsHostProcess', since: [[0, windowsHostProcess]] },
];

const restricted: readonly Check[] = [
  {
    name: 'allowPrivilegeEscalation',
    since: [
      [8, allowPrivilegeEscalation],
      [25, onLinux(allowPrivilegeEscalation)],
    ],
  },
  {
    name: 'capabilities_restricted',
    since: [
      [22, capabilitiesRestricted],
      [25, onLinux(capabilitiesRestricted)],
    ],
    overrides: 'capabilities_baseline',
  },
  { name: 'procMount_restricted', since: [[35, procMount]], overrides: 'procMount' },
  { name: 'restrictedVolumes', since: [[0, restrictedVolumes]], overrides: 'hostPathVolumes' },
  {
    name: 'runAsNonRoot',
    since: [
      [0, runAsNonRoot],
      [35, inHostUsers(runAsNonRoot)],
    ],
  },
  {
    name: 'runAsUser',
    since: [
      [23, runAsUser],
      [35, inHostUsers(runAsUser)],
    ],
  },
  {
    name: 'seccompProfile_restricted',
    since: [
      [19, seccompRestricted],
      [25, onLinux(seccompRestricted)],
    ],
    overrides: 'seccompProfile_baseline',
  },
];

const byVersion = new Map<string, readonly PodCheck[]>();

export function findingsOf({ level, minor }: LevelVersion, pod: CheckedPod): Finding[] {
  if (level === 'privileged') return [];
  const key = `${level} ${minor}`;
  let checks = byVersion.get(key);
  // Versions come from labels: only those that differ are worth keeping.
  if (checks === undefined) {
    checks = checksOf(level, minor);
    if (minor <= newest || minor === Number.POSITIVE_INFINITY) byVersion.set(key, checks);
  }
  return checks.flatMap((check) => check(pod) ?? []);
}

/** The minor version of the last change. */
const newest = 35;

function checksOf(level: 'baseline' | 'restricted', minor: number): PodCheck[] {
  const current = ({ since }: Check) => since.findLast(([first]) => first <= minor)?.[1];
  const strict = level === 'restricted' ? restricted.filter((check) => current(check) !== undefined) : [];
  const superfluous = new Set(strict.map(({ overrides }) => overrides));
  const lax = baseline.filter(({ name }) => !superfluous.has(name));
  return [...lax, ...strict].flatMap((check) => current(check) ?? []);
}

/** "privileged (container "a" must not …), hostPort (…)". */
export function formatFindings(findings: readonly Finding[]): string {
  return findings.map(({ reason, detail }) => (detail === '' ? reason : `${reason} (${detail})`)).join(', ');
}
