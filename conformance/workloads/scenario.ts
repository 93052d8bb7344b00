/** What a scenario is made of: steps in order, after each of which the cluster comes to rest and is looked at. */
import type { JsonObject } from '../differential/case.ts';
import type { PlayedState } from './played-pods.ts';

export interface Scenario {
  /** Unique, "kind: what happens". */
  readonly name: string;
  readonly steps: readonly Step[];
  /** Pods run on the nodes of the cluster, which differ: of them only what controllers decide is compared, and only at the end. */
  readonly onNodes?: true;
  /** Milliseconds without a change before it is believed to be at rest, where controllers wait between their looks. */
  readonly restMs?: number;
}

export interface Step {
  readonly name: string;
  readonly act: Act;
  /** What has to have come about before the cluster can be at rest. */
  readonly until?: (state: NamespaceState) => boolean;
}

export type Act =
  /** "{run}" stands for what is the same on both sides and nowhere else. */
  | { readonly kind: 'create'; readonly objects: readonly JsonObject[] }
  /** A merge patch. */
  | { readonly kind: 'patch'; readonly target: Target; readonly patch: JsonObject; readonly subresource?: string }
  | { readonly kind: 'delete'; readonly target: Target; readonly propagation?: 'Orphan' | 'Background' | 'Foreground' }
  | ({ readonly kind: 'play' } & Play)
  | ({ readonly kind: 'each-pod' } & PodAct)
  | { readonly kind: 'wait' };

/** Of the scenario's own namespace. */
export interface Target {
  readonly resource: ResourceName;
  readonly name: string;
}

/** Pods in the order of their creation, then of their names. */
export interface PodChoice {
  readonly where?: (pod: JsonObject) => boolean;
  /** Default: all. */
  readonly first?: number;
}

/** Does to pods what a kubelet would: their template names a scheduler that nobody is. */
export interface Play extends PodChoice {
  readonly state: PlayedState;
}

export interface PodAct extends PodChoice {
  readonly patch?: JsonObject;
  /** Default, without a patch: they are deleted. */
  readonly delete?: true;
}

export const resourceNames = [
  'deployments',
  'replicasets',
  'statefulsets',
  'daemonsets',
  'jobs',
  'cronjobs',
  'replicationcontrollers',
  'pods',
  'controllerrevisions',
  'persistentvolumeclaims',
] as const;
export type ResourceName = (typeof resourceNames)[number];

export type NamespaceState = { readonly [resource in ResourceName]: readonly JsonObject[] };

export const create = (name: string, ...objects: readonly JsonObject[]): Step => ({
  name,
  act: { kind: 'create', objects },
});

const targetOf = (path: string): Target => {
  const [resource = '', name = ''] = path.split('/');
  return { resource: resource as ResourceName, name };
};

/** `path`: "deployments/web"; a removal may say "jobs/*". */
export const patch = (name: string, path: string, change: JsonObject, more: Partial<Step> = {}): Step => ({
  name,
  act: { kind: 'patch', target: targetOf(path), patch: change },
  ...more,
});

export const patchStatus = (name: string, path: string, change: JsonObject): Step => ({
  name,
  act: { kind: 'patch', target: targetOf(path), patch: change, subresource: 'status' },
});

export const remove = (name: string, path: string, propagation?: 'Orphan' | 'Background' | 'Foreground'): Step => ({
  name,
  act: { kind: 'delete', target: targetOf(path), ...(propagation === undefined ? {} : { propagation }) },
});

export const play = (state: PlayedState, name: string, choice: PodChoice = {}): Step => ({
  name,
  act: { kind: 'play', state, ...choice },
});

export const patchPods = (name: string, change: JsonObject, choice: PodChoice = {}): Step => ({
  name,
  act: { kind: 'each-pod', patch: change, ...choice },
});

export const deletePods = (name: string, choice: PodChoice = {}): Step => ({
  name,
  act: { kind: 'each-pod', delete: true, ...choice },
});

export const wait = (name: string, until?: Step['until']): Step => ({
  name,
  act: { kind: 'wait' },
  ...(until === undefined ? {} : { until }),
});
