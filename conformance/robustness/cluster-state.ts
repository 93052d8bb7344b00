/** Everything that a workload has led to, compared with what was wanted: what is missing, too much, or not at rest yet. */
import type { Client } from '../differential/client.ts';
import { NODES } from './parts.ts';
import { NAMESPACE, type Workload } from './workload.ts';

interface ClusterObject {
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly uid: string;
    readonly generation?: number;
    readonly deletionTimestamp?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly ownerReferences?: readonly { readonly uid: string; readonly controller?: boolean }[];
  };
  readonly spec?: Readonly<Record<string, unknown>>;
  readonly status?: Readonly<Record<string, unknown>>;
}

interface Pod extends ClusterObject {
  readonly spec: { readonly nodeName?: string; readonly containers: readonly { readonly image: string }[] };
  readonly status: {
    readonly phase?: string;
    readonly podIP?: string;
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
  };
}

interface Slice extends ClusterObject {
  readonly endpoints?: readonly {
    readonly addresses: readonly string[];
    readonly conditions?: { readonly ready?: boolean };
  }[];
}

export interface ClusterState {
  readonly nodes: readonly ClusterObject[];
  readonly namespaces: readonly ClusterObject[];
  readonly deployments: readonly ClusterObject[];
  readonly replicaSets: readonly ClusterObject[];
  readonly statefulSets: readonly ClusterObject[];
  readonly daemonSets: readonly ClusterObject[];
  readonly jobs: readonly ClusterObject[];
  readonly services: readonly ClusterObject[];
  readonly slices: readonly Slice[];
  readonly configMaps: readonly ClusterObject[];
  readonly pods: readonly Pod[];
}

const paths = {
  nodes: '/api/v1/nodes',
  namespaces: '/api/v1/namespaces',
  deployments: '/apis/apps/v1/deployments',
  replicaSets: '/apis/apps/v1/replicasets',
  statefulSets: '/apis/apps/v1/statefulsets',
  daemonSets: '/apis/apps/v1/daemonsets',
  jobs: '/apis/batch/v1/jobs',
  services: '/api/v1/services',
  slices: '/apis/discovery.k8s.io/v1/endpointslices',
  configMaps: '/api/v1/configmaps',
  pods: '/api/v1/pods',
} as const;

/** @throws Error while the server does not answer */
export async function readState(client: Client): Promise<ClusterState> {
  const lists = await Promise.all(
    Object.entries(paths).map(async ([name, path]) => {
      const { status, body } = await client.send({ method: 'GET', path });
      if (status !== 200) throw new Error(`GET ${path}: ${status}`);
      return [name, (JSON.parse(body.toString()) as { items: ClusterObject[] }).items] as const;
    }),
  );
  return Object.fromEntries(lists) as unknown as ClusterState;
}

/** A line for each thing that is not as it should be; none: the cluster has come to rest, as wanted. */
export function complaints(state: ClusterState, wanted: Workload): string[] {
  return [
    ...namesAre('deployments', inRounds(state.deployments), wanted.deployments.keys()),
    ...namesAre('stateful sets', inRounds(state.statefulSets), wanted.statefulSets.keys()),
    ...namesAre('daemon sets', inRounds(state.daemonSets), wanted.daemonSets.keys()),
    ...namesAre('jobs', inRounds(state.jobs), wanted.jobs.keys()),
    ...namesAre('services', inRounds(state.services), wanted.services.keys()),
    ...namesAre('config maps', inRounds(state.configMaps), configMapNames(wanted)),
    ...namesAre('namespaces', state.namespaces.filter(isOfRounds), [NAMESPACE, ...wanted.namespaces]),
    ...nodesAreReady(state),
    ...deploymentsAreDone(state, wanted),
    ...statefulSetsAreDone(state, wanted),
    ...daemonSetsAreDone(state, wanted),
    ...jobsAreDone(state, wanted),
    ...servicesLeadToReadyPods(state, wanted),
    ...nothingIsOrphaned(state),
    ...nothingIsGivenTwice(state),
  ];
}

function configMapNames({ owners }: Workload): string[] {
  const owned = [...owners].flatMap(([name, count]) => Array.from({ length: count }, (_, at) => `${name}-${at}`));
  return [...owners.keys(), ...owned, 'kube-root-ca.crt'];
}

function isOfRounds({ metadata: { name } }: ClusterObject): boolean {
  return name === NAMESPACE || name.startsWith(`${NAMESPACE}-`);
}

function inRounds<T extends ClusterObject>(objects: readonly T[]): T[] {
  return objects.filter(({ metadata }) => metadata.namespace === NAMESPACE);
}

function namesAre(what: string, objects: readonly ClusterObject[], wanted: Iterable<string>): string[] {
  const found = objects.map(({ metadata }) => metadata.name).sort();
  const expected = [...wanted].sort();
  return found.join() === expected.join() ? [] : [`${what}: ${found.join(' ')} (wanted ${expected.join(' ')})`];
}

function nodesAreReady({ nodes }: ClusterState): string[] {
  const ready = nodes.filter((node) => hasCondition(node, 'Ready'));
  return ready.length === NODES && nodes.length === NODES ? [] : [`${ready.length} of ${nodes.length} nodes are ready`];
}

function deploymentsAreDone(state: ClusterState, { deployments, namespaces }: Workload): string[] {
  return state.deployments.flatMap((its) => {
    const { name, namespace = '' } = its.metadata;
    const wanted = namespaces.has(namespace) ? { replicas: 2, image: 'app:1' } : deployments.get(name);
    if (wanted === undefined) return [];
    const { replicas, image } = wanted;
    const what = `deployment ${namespace}/${name}`;
    const sets = state.replicaSets.filter((set) => isOwnedBy(set, its) && set.spec?.replicas !== 0);
    if (sets.length !== (replicas === 0 ? 0 : 1)) return [`${what} has ${sets.length} replica sets in use`];
    const pods = state.pods.filter((pod) => sets.some((set) => isOwnedBy(pod, set)));
    return [
      ...counts(what, its, {
        replicas,
        updatedReplicas: replicas,
        readyReplicas: replicas,
        availableReplicas: replicas,
      }),
      ...podsRun(what, pods, { count: replicas, image }),
    ];
  });
}

function statefulSetsAreDone(state: ClusterState, { statefulSets }: Workload): string[] {
  return inRounds(state.statefulSets).flatMap((its) => {
    const { name } = its.metadata;
    const wanted = statefulSets.get(name);
    if (wanted === undefined) return [];
    const { replicas, image } = wanted;
    const pods = state.pods.filter((pod) => isOwnedBy(pod, its));
    const names = Array.from({ length: replicas }, (_, at) => `${name}-${at}`);
    return [
      ...counts(`stateful set ${name}`, its, { replicas, readyReplicas: replicas, updatedReplicas: replicas }),
      ...namesAre(`pods of ${name}`, pods, names),
      ...podsRun(name, pods, { count: replicas, image }),
    ];
  });
}

function daemonSetsAreDone(state: ClusterState, { daemonSets }: Workload): string[] {
  return inRounds(state.daemonSets).flatMap((its) => {
    const { name } = its.metadata;
    const image = daemonSets.get(name);
    if (image === undefined) return [];
    const pods = state.pods.filter((pod) => isOwnedBy(pod, its));
    const nodes = new Set(pods.map(({ spec }) => spec.nodeName));
    return [
      ...counts(`daemon set ${name}`, its, {
        numberReady: NODES,
        updatedNumberScheduled: NODES,
        numberMisscheduled: 0,
      }),
      ...podsRun(name, pods, { count: NODES, image }),
      ...(nodes.size === NODES ? [] : [`daemon set ${name} is on ${nodes.size} nodes`]),
    ];
  });
}

function jobsAreDone(state: ClusterState, { jobs }: Workload): string[] {
  return inRounds(state.jobs).flatMap((its) => {
    const { name } = its.metadata;
    const succeeded = jobs.get(name);
    if (succeeded === undefined) return [];
    const done = state.pods.filter((pod) => isOwnedBy(pod, its) && pod.status.phase === 'Succeeded');
    return [
      ...(hasCondition(its, 'Complete') ? [] : [`job ${name} is not complete`]),
      ...(its.status?.succeeded === succeeded ? [] : [`job ${name}: ${String(its.status?.succeeded)} of ${succeeded}`]),
      ...(done.length === succeeded ? [] : [`job ${name} has ${done.length} pods that succeeded, of ${succeeded}`]),
    ];
  });
}

function servicesLeadToReadyPods(state: ClusterState, { services }: Workload): string[] {
  return [...services].flatMap(([name, app]) => {
    const ready = inRounds(state.pods).filter(
      (pod) =>
        pod.metadata.labels?.app === app && hasCondition(pod, 'Ready') && pod.metadata.deletionTimestamp === undefined,
    );
    const slices = inRounds(state.slices).filter(
      ({ metadata }) => metadata.labels?.['kubernetes.io/service-name'] === name,
    );
    const led = slices
      .flatMap(({ endpoints }) => endpoints ?? [])
      .filter(({ conditions }) => conditions?.ready === true);
    const addresses = led.flatMap((endpoint) => endpoint.addresses).sort();
    const wanted = ready.map(({ status }) => status.podIP ?? '').sort();
    return addresses.join() === wanted.join()
      ? []
      : [`service ${name} leads to ${addresses.join(' ')} (wanted ${wanted.join(' ')})`];
  });
}

/** Whatever has an owner that is gone should be gone too. */
function nothingIsOrphaned(state: ClusterState): string[] {
  const all = Object.values(state).flat() as ClusterObject[];
  const uids = new Set(all.map(({ metadata }) => metadata.uid));
  const ours = all.filter(({ metadata }) => (metadata.namespace ?? '').startsWith(NAMESPACE));
  return ours
    .filter(({ metadata }) => metadata.ownerReferences?.some(({ uid }) => !uids.has(uid)) === true)
    .map(({ metadata }) => `${metadata.namespace}/${metadata.name} has an owner that is gone`);
}

function nothingIsGivenTwice({ pods, services }: ClusterState): string[] {
  const running = pods.filter(({ status }) => status.phase === 'Running').map(({ status }) => status.podIP ?? '');
  const clusterIps = services.map(({ spec }) => String(spec?.clusterIP)).filter((address) => address !== 'None');
  return [...twice(running), ...twice(clusterIps)].map((address) => `${address} was given twice`);
}

function twice(texts: readonly string[]): string[] {
  return texts.filter((text, index) => texts.indexOf(text) !== index);
}

function counts(
  what: string,
  { metadata, status = {} }: ClusterObject,
  wanted: Readonly<Record<string, number>>,
): string[] {
  if (status.observedGeneration !== metadata.generation) return [`${what} has not been seen in its newest form`];
  return Object.entries(wanted)
    .filter(([field, count]) => (status[field] ?? 0) !== count)
    .map(([field, count]) => `${what}: ${field} is ${String(status[field] ?? 0)} (wanted ${count})`);
}

function podsRun(
  what: string,
  pods: readonly Pod[],
  { count, image }: { readonly count: number; readonly image: string },
): string[] {
  const good = pods.filter(
    (pod) =>
      pod.status.phase === 'Running' &&
      hasCondition(pod, 'Ready') &&
      pod.metadata.deletionTimestamp === undefined &&
      pod.spec.containers[0]?.image === image,
  );
  return good.length === count && pods.length === count
    ? []
    : [`${what}: ${good.length} of ${pods.length} pods run ${image} (wanted ${count})`];
}

function hasCondition(its: ClusterObject, type: string): boolean {
  const conditions = (its.status?.conditions ?? []) as readonly { readonly type: string; readonly status: string }[];
  return conditions.some((condition) => condition.type === type && condition.status === 'True');
}

function isOwnedBy(its: ClusterObject, owner: ClusterObject): boolean {
  return its.metadata.ownerReferences?.some(({ uid }) => uid === owner.metadata.uid) === true;
}

/** What the end of a run with kills must have in common with that of one without: everything but names and addresses made up. */
export function endState(state: ClusterState): string[] {
  const count = (objects: readonly ClusterObject[], owner: ClusterObject): number =>
    objects.filter((one) => isOwnedBy(one, owner)).length;
  const image = ({ spec }: ClusterObject): string => JSON.stringify(spec).match(/"image":"([^"]*)"/)?.[1] ?? '';
  const of = (kind: string, objects: readonly ClusterObject[], more: (its: ClusterObject) => string): string[] =>
    objects
      .filter(({ metadata }) => (metadata.namespace ?? '').startsWith(NAMESPACE))
      .map((its) => `${kind} ${its.metadata.namespace}/${its.metadata.name} ${more(its)}`);
  return [
    ...state.namespaces.filter(isOfRounds).map(({ metadata }) => `namespace ${metadata.name}`),
    ...of('deployment', state.deployments, (its) => `${image(its)} ${String(its.status?.readyReplicas ?? 0)}`),
    ...of('stateful set', state.statefulSets, (its) => `${image(its)} ${count(state.pods, its)}`),
    ...of('daemon set', state.daemonSets, (its) => `${image(its)} ${count(state.pods, its)}`),
    ...of('job', state.jobs, (its) => String(its.status?.succeeded)),
    ...of('service', state.services, (its) => JSON.stringify(its.spec?.selector)),
    ...of('config map', state.configMaps, () => ''),
  ].sort();
}
