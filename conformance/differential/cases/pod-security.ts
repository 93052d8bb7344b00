/** Pod security: pods that each break one rule, under every level and the versions in which rules changed. */
import { type Case, type JsonObject, patch, post, put } from '../case.ts';
import { deployment, deployments, meanwhile, pod, pods } from './objects.ts';

const namespace = '/api/v1/namespaces/{ns}';
const hardened: JsonObject = {
  allowPrivilegeEscalation: false,
  capabilities: { drop: ['ALL'] },
  runAsNonRoot: true,
  seccompProfile: { type: 'RuntimeDefault' },
};
const container = (more: JsonObject = {}, context: JsonObject = {}): JsonObject => ({
  name: 'main',
  image: 'x',
  securityContext: { ...hardened, ...context },
  ...more,
});
const inContainer = (context: JsonObject, more: JsonObject = {}): JsonObject => ({
  containers: [container(more, context)],
});
const inPod = (securityContext: JsonObject): JsonObject => ({ containers: [container()], securityContext });

/** Each breaks one rule, most of a pod that is hardened otherwise. */
const specs: Readonly<Record<string, JsonObject>> = {
  hardened: { containers: [container()] },
  plain: { containers: [{ name: 'main', image: 'x' }] },
  'two plain ones': {
    initContainers: [{ name: 'first', image: 'x' }],
    containers: [{ name: 'main', image: 'x' }, container({ name: 'good' })],
  },
  windows: { os: { name: 'windows' }, containers: [{ name: 'main', image: 'x' }] },
  'user namespace': {
    hostUsers: false,
    containers: [container({}, { runAsNonRoot: false, procMount: 'Unmasked' })],
  },
  'apparmor in pod': inPod({ appArmorProfile: { type: 'Unconfined' } }),
  'apparmor in container': inContainer({ appArmorProfile: { type: 'Unconfined' } }),
  'added capabilities': inContainer({ capabilities: { drop: ['ALL'], add: ['SYS_ADMIN', 'CHOWN', 'BPF'] } }),
  'allowed capability': inContainer({ capabilities: { drop: ['ALL'], add: ['NET_BIND_SERVICE'] } }),
  'dropped capability': inContainer({ capabilities: { drop: ['CHOWN'] } }),
  'host namespaces': { hostNetwork: true, hostPID: true, containers: [container()] },
  'host ipc': { hostIPC: true, containers: [container()] },
  'host path': { containers: [container()], volumes: [{ name: 'host', hostPath: { path: '/etc' } }] },
  nfs: { containers: [container()], volumes: [{ name: 'far', nfs: { server: 's', path: '/' } }] },
  'volumes of two kinds': {
    containers: [container()],
    volumes: [
      { name: 'b', hostPath: { path: '/etc' } },
      { name: 'a', nfs: { server: 's', path: '/' } },
      { name: 'fine', emptyDir: {} },
    ],
  },
  'host ports': inContainer(
    {},
    {
      ports: [
        { containerPort: 90, hostPort: 90 },
        { containerPort: 8, hostPort: 8 },
      ],
    },
  ),
  'probe of another host': inContainer({}, { livenessProbe: { httpGet: { port: 1, host: 'h' } } }),
  'hook of another host': inContainer({}, { lifecycle: { preStop: { tcpSocket: { port: 1, host: 'h' } } } }),
  privileged: { containers: [container({}, { privileged: true, allowPrivilegeEscalation: true })] },
  'selinux type': inPod({ seLinuxOptions: { type: 'spc_t', user: 'u' } }),
  'selinux engine': inContainer({ seLinuxOptions: { type: 'container_engine_t' } }),
  'selinux role': inContainer({ seLinuxOptions: { role: 'r', level: 'l' } }),
  'seccomp in pod': { ...inPod({ seccompProfile: { type: 'Unconfined' } }) },
  'seccomp in container': inContainer({ seccompProfile: { type: 'Unconfined' } }),
  'no seccomp': inContainer({ seccompProfile: null }),
  'seccomp of the pod': {
    containers: [container({}, { seccompProfile: null })],
    securityContext: { seccompProfile: { type: 'Localhost', localhostProfile: 'p' } },
  },
  'safe sysctls': inPod({ sysctls: [{ name: 'net.ipv4.tcp_syncookies', value: '1' }] }),
  'newer sysctls': inPod({
    sysctls: [
      { name: 'net.ipv4.tcp_rmem', value: '1' },
      { name: 'net.ipv4.tcp_fin_timeout', value: '1' },
      { name: 'net.ipv4.ip_local_reserved_ports', value: '1' },
    ],
  }),
  'unsafe sysctl': inPod({ sysctls: [{ name: 'kernel.msgmax', value: '1' }] }),
  'root in container': inContainer({ runAsUser: 0 }),
  'root in pod': { ...inPod({ runAsUser: 0 }) },
  'may be root': inContainer({ runAsNonRoot: false }),
  'pod may be root': inPod({ runAsNonRoot: false }),
  'not root by pod': {
    containers: [container({}, { runAsNonRoot: null })],
    securityContext: { runAsNonRoot: true },
  },
};

const label = 'pod-security.kubernetes.io/';
const versions = [
  'latest',
  'v1.0',
  'v1.8',
  'v1.19',
  'v1.22',
  'v1.24',
  'v1.26',
  'v1.28',
  'v1.31',
  'v1.33',
  'v1.35',
  'v1.99',
];
const relabel = (name: string, labels: JsonObject) =>
  patch('merge', name, namespace, {
    metadata: {
      labels: {
        [`${label}enforce`]: null,
        [`${label}enforce-version`]: null,
        [`${label}warn`]: null,
        [`${label}warn-version`]: null,
        [`${label}audit`]: null,
        ...labels,
      },
    },
  });
const level = (name: string, version: string) =>
  relabel(`${name}:${version}`, { [`${label}enforce`]: name, [`${label}enforce-version`]: version });
const open = relabel('open again', {});

export const podSecurityCases: readonly Case[] = [
  ...(['baseline', 'restricted'] as const).flatMap((name) =>
    versions.map((version) => ({
      name: `pod security: ${name}:${version}`,
      steps: [
        level(name, version),
        ...meanwhile('labelled'),
        ...Object.entries(specs).map(([what, spec]) => post(what, `${pods}?dryRun=All`, pod('subject', spec))),
        post('generated name', `${pods}?dryRun=All`, {
          ...pod('', { hostNetwork: true }),
          metadata: { generateName: 'subject-' },
        }),
        post('workload', `${deployments}?dryRun=All`, deployment('subject')),
        open,
      ],
    })),
  ),
  {
    name: 'pod security: labels',
    steps: [
      relabel('unknown level', { [`${label}enforce`]: 'strict' }),
      relabel('unknown version', { [`${label}warn`]: 'baseline', [`${label}warn-version`]: '1.30' }),
      relabel('both unknown', { [`${label}audit`]: '', [`${label}enforce-version`]: 'v2.0' }),
      ...meanwhile('open'),
      post('create plain', pods, pod('plain', specs.plain)),
      post('create host', pods, pod('host', { hostNetwork: true })),
      post('create second host', pods, pod('another', { hostNetwork: true })),
      post('create third host', pods, pod('yet-another', { hostNetwork: true })),
      level('baseline', 'latest'),
      patch('merge', 'another label of one of them', `${pods}/host`, { metadata: { labels: { a: 'b' } } }),
      ...meanwhile('baseline'),
      patch('strategic', 'another image of one of them', `${pods}/host`, {
        spec: { containers: [{ name: 'main', image: 'y' }] },
      }),
      level('restricted', 'latest'),
      level('restricted', 'v1.20'),
      relabel('warn alone', { [`${label}warn`]: 'restricted' }),
      ...meanwhile('warned'),
      post('warned pod', `${pods}?dryRun=All`, pod('warned', specs.plain)),
      post('warned workload', `${deployments}?dryRun=All`, deployment('warned')),
      relabel('warn of another version', { [`${label}enforce`]: 'baseline', [`${label}warn-version`]: 'v1.21' }),
      ...meanwhile('warned of another version'),
      post('pod warned of another version', `${pods}?dryRun=All`, pod('warned', specs.privileged)),
      post('workload warned of another version', `${deployments}?dryRun=All`, deployment('warned')),
      put('ephemeral container', `${pods}/plain/ephemeralcontainers`, {
        ...pod('plain', { ephemeralContainers: [{ name: 'e', image: 'x', securityContext: { privileged: true } }] }),
      }),
      open,
    ],
  },
];
