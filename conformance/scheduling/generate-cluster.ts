/** Makes a cluster and pods for it from a seed: every rule of the scheduler takes part, often several at once. */
import type { KubeObject } from '../../server/apimachinery/meta/object.ts';
import type { Pod, PodSpec } from '../../server/client/api-types.ts';
import { seededRandom } from '../seeded-random.ts';
import { Dice } from './dice.ts';
import { generateNodes } from './generate-nodes.ts';
import { generateVolumes } from './generate-volumes.ts';

export interface GeneratedCluster {
  /** In the order in which they are created. */
  readonly objects: readonly KubeObject[];
  /** Scheduled one after the other. */
  readonly pods: readonly Pod[];
}

export const priorities: Readonly<Record<string, { readonly value: number; readonly preemptionPolicy: string }>> = {
  low: { value: 10, preemptionPolicy: 'PreemptLowerPriority' },
  polite: { value: 500, preemptionPolicy: 'Never' },
  high: { value: 1000, preemptionPolicy: 'PreemptLowerPriority' },
};
const namespaces = ['red', 'blue'] as const;
const apps = ['web', 'db', 'cache'] as const;
const topologyKeys = ['kubernetes.io/hostname', 'topology.kubernetes.io/zone', 'rack'] as const;

export function generateCluster(seed: number, { pods = 24 }: { readonly pods?: number } = {}): GeneratedCluster {
  const dice = new Dice(seededRandom(seed));
  const nodes = generateNodes(dice);
  const { objects: volumes, claims } = generateVolumes(dice, nodes);
  const objects = [...namespaceObjects(), ...priorityClasses(), ...services(dice), ...nodes, ...volumes];
  return { objects, pods: Array.from({ length: pods }, (_, index) => generatePod(index, { dice, claims, nodes })) };
}

function namespaceObjects(): KubeObject[] {
  return namespaces.map((name) => ({
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name, labels: { team: name } },
  }));
}

function priorityClasses(): KubeObject[] {
  return Object.entries(priorities).map(([name, { value, preemptionPolicy }]) => ({
    apiVersion: 'scheduling.k8s.io/v1',
    kind: 'PriorityClass',
    metadata: { name },
    value,
    preemptionPolicy,
  }));
}

function services(dice: Dice): KubeObject[] {
  return namespaces
    .filter(() => dice.chance(0.5))
    .map((namespace) => ({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'web', namespace },
      spec: { selector: { app: 'web' }, ports: [{ port: 80 }] },
    }));
}

interface Around {
  readonly dice: Dice;
  /** "namespace/name" */
  readonly claims: readonly string[];
  readonly nodes: readonly KubeObject[];
}

function generatePod(index: number, { dice, claims, nodes }: Around): Pod {
  const namespace = dice.pick(namespaces);
  const app = dice.pick(apps);
  const own = claims.filter((claim) => claim.startsWith(`${namespace}/`)).map((claim) => claim.split('/')[1] ?? '');
  const names = nodes.map(({ metadata }) => metadata.name ?? '');
  const spec: PodSpec = {
    terminationGracePeriodSeconds: 0,
    containers: [container(dice, 'main'), ...(dice.chance(0.2) ? [container(dice, 'side')] : [])],
    ...dice.maybe(0.15, () => ({ initContainers: [container(dice, 'init')] })),
    ...dice.maybe(0.5, () => ({ priorityClassName: dice.pick(Object.keys(priorities)) })),
    ...dice.maybe(0.3, () => ({ tolerations: dice.some(1, 2, () => toleration(dice)) })),
    ...dice.maybe(0.2, () => ({ nodeSelector: { disk: dice.pick(['ssd', 'hdd']) } })),
    ...dice.maybe(0.5, () => ({ affinity: affinity(dice, names) })),
    ...dice.maybe(0.35, () => ({
      topologySpreadConstraints: dice.few(topologyKeys, 1, 2).map((key) => spread(dice, app, key)),
    })),
    ...dice.maybe(own.length === 0 ? 0 : 0.3, () => ({
      volumes: dice.few(own, 1, 2).map((claimName, at) => ({ name: `v${at}`, persistentVolumeClaim: { claimName } })),
    })),
  };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: `pod-${index}`, namespace, labels: { app, tier: dice.pick(['a', 'b']) } },
    spec,
  };
}

function container(dice: Dice, name: string) {
  return {
    name,
    image: dice.pick(['small:1', 'large:1', 'registry.example.com/none']),
    resources: {
      requests: {
        ...dice.maybe(0.8, () => ({ cpu: dice.pick(['100m', '250m', '500m', '1', '2']) })),
        ...dice.maybe(0.7, () => ({ memory: dice.pick(['64Mi', '256Mi', '1Gi', '3Gi']) })),
        ...dice.maybe(0.1, () => ({ 'ephemeral-storage': dice.pick(['1Gi', '20Gi']) })),
      },
      ...dice.maybe(0.1, () => ({ limits: { 'example.com/gpu': '1' } })),
    },
    ...dice.maybe(0.12, () => ({
      ports: [
        {
          containerPort: 80,
          hostPort: dice.pick([8080, 8081]),
          protocol: dice.pick(['TCP', 'UDP']),
          ...dice.maybe(0.4, () => ({ hostIP: dice.pick(['127.0.0.1', '10.0.0.1']) })),
        },
      ],
    })),
  };
}

function toleration(dice: Dice) {
  const effect = dice.maybe(0.5, () => ({ effect: dice.pick(['NoSchedule', 'PreferNoSchedule']) }));
  if (dice.chance(0.1)) return { operator: 'Exists', ...effect };
  const key = dice.pick(['dedicated', 'spot']);
  return dice.chance(0.4)
    ? { key, operator: 'Exists', ...effect }
    : { key, operator: 'Equal', value: dice.pick(['yes', 'no']), ...effect };
}

function nodeTerm(dice: Dice, names: readonly string[]) {
  if (dice.chance(0.12)) {
    return { matchFields: [{ key: 'metadata.name', operator: 'In', values: [dice.pick([...names, 'nowhere'])] }] };
  }
  return {
    matchExpressions: dice.some(1, 2, () =>
      dice.pick([
        { key: 'disk', operator: dice.pick(['In', 'NotIn']), values: dice.few(['ssd', 'hdd'], 1, 2) },
        { key: 'rack', operator: dice.pick(['Exists', 'DoesNotExist']) },
        { key: 'size', operator: dice.pick(['Gt', 'Lt']), values: [dice.pick(['2', '5'])] },
        { key: 'topology.kubernetes.io/zone', operator: 'In', values: dice.few(['z1', 'z2', 'z3'], 1, 2) },
      ]),
    ),
  };
}

function podTerm(dice: Dice) {
  return {
    topologyKey: dice.pick(topologyKeys),
    labelSelector: dice.chance(0.8)
      ? { matchLabels: { app: dice.pick(apps) } }
      : { matchExpressions: [{ key: 'tier', operator: dice.pick(['In', 'NotIn']), values: ['a'] }] },
    ...dice.maybe(0.2, () => ({ namespaces: [dice.pick(namespaces)] })),
    ...dice.maybe(0.2, () => ({ namespaceSelector: dice.pick([{}, { matchLabels: { team: 'red' } }]) })),
  };
}

const weight = (dice: Dice) => dice.pick([1, 20, 60, 100]);

function affinity(dice: Dice, names: readonly string[]) {
  const hardTerm = (chance: number) =>
    dice.maybe(chance, () => ({ requiredDuringSchedulingIgnoredDuringExecution: [podTerm(dice)] }));
  const softTerms = (chance: number) =>
    dice.maybe(chance, () => ({
      preferredDuringSchedulingIgnoredDuringExecution: dice.some(1, 2, () => ({
        weight: weight(dice),
        podAffinityTerm: podTerm(dice),
      })),
    }));
  return {
    ...dice.maybe(0.4, () => ({
      nodeAffinity: {
        ...dice.maybe(0.5, () => ({
          requiredDuringSchedulingIgnoredDuringExecution: {
            nodeSelectorTerms: dice.some(1, 2, () => nodeTerm(dice, names)),
          },
        })),
        ...dice.maybe(0.6, () => ({
          preferredDuringSchedulingIgnoredDuringExecution: dice.some(1, 2, () => ({
            weight: weight(dice),
            preference: nodeTerm(dice, names),
          })),
        })),
      },
    })),
    ...dice.maybe(0.4, () => ({ podAffinity: { ...hardTerm(0.4), ...softTerms(0.6) } })),
    ...dice.maybe(0.5, () => ({ podAntiAffinity: { ...hardTerm(0.5), ...softTerms(0.6) } })),
  };
}

function spread(dice: Dice, app: string, topologyKey: string) {
  const isHard = dice.chance(0.5);
  return {
    maxSkew: dice.pick([1, 2]),
    topologyKey,
    whenUnsatisfiable: isHard ? 'DoNotSchedule' : 'ScheduleAnyway',
    labelSelector: { matchLabels: { app: dice.chance(0.8) ? app : dice.pick(apps) } },
    ...dice.maybe(0.2, () => ({ matchLabelKeys: ['tier'] })),
    ...dice.maybe(0.2, () => ({ nodeAffinityPolicy: 'Ignore' })),
    ...dice.maybe(0.2, () => ({ nodeTaintsPolicy: 'Honor' })),
    ...(isHard ? dice.maybe(0.3, () => ({ minDomains: dice.pick([2, 4]) })) : {}),
  };
}
