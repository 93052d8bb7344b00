/** What each metric of an autoscaler calls for, and what the status says of it. */
import { quantityFrom } from '../../apimachinery/quantity/arithmetic.ts';
import { formatQuantity } from '../../apimachinery/quantity/quantity.ts';
import { labelSelectorToSelector } from '../../apimachinery/labels/selector.ts';
import type { HorizontalPodAutoscaler, Pod, Wire } from '../../client/api-types.ts';
import type { V2MetricIdentifier, V2MetricTarget } from '@kubernetes/client-node';
import { type MetricsSource, milliOf } from './metrics-source.ts';
import { isReady } from '../pods/phases.ts';
import { type Figure, groupPods, type ReplicaInputs, replicasFor, replicasForTotal, type Tolerance } from './usage.ts';

type MetricSpec = NonNullable<NonNullable<HorizontalPodAutoscaler['spec']>['metrics']>[number];
type MetricStatus = NonNullable<NonNullable<HorizontalPodAutoscaler['status']>['currentMetrics']>[number];
type Target = Wire<V2MetricTarget>;

export interface Proposal {
  readonly replicas: number;
  /** For messages: "cpu resource utilization (percentage of request)". */
  readonly name: string;
  readonly status: MetricStatus;
}

export interface ProposalInputs {
  readonly source: MetricsSource;
  readonly namespace: string;
  /** Of the target's pods. */
  readonly labelSelector: string;
  readonly pods: readonly Pod[];
  /** Replicas that the target wants, and that it has. */
  readonly current: number;
  readonly present: number;
  readonly tolerance: Tolerance;
  readonly now: number;
  /** The plural name of a kind, with its group after a dot. */
  readonly resourceOf: (reference: { readonly apiVersion?: string; readonly kind: string }) => Promise<string>;
}

/** @throws Error that says why the metric cannot be used now */
export function propose(metric: MetricSpec, inputs: ProposalInputs): Promise<Proposal> {
  const { resource, containerResource, pods, object, external } = metric;
  if (resource !== undefined) return fromResource({ ...resource, container: undefined }, inputs);
  if (containerResource !== undefined) return fromResource(containerResource, inputs);
  if (pods !== undefined) return fromPods(pods, inputs);
  if (object !== undefined) return fromObject(object, inputs);
  if (external !== undefined) return fromExternal(external, inputs);
  return Promise.reject(new Error(`unknown metric source type "${metric.type}"`));
}

async function fromResource(
  {
    name: resource,
    target,
    container,
  }: { readonly name: string; readonly target: Target; readonly container: string | undefined },
  { source, namespace, labelSelector, pods, current, now, tolerance }: ProposalInputs,
): Promise<Proposal> {
  const figures = await told(
    source.resource(resource, { namespace, labelSelector, container }),
    `unable to get metrics for resource ${resource}: unable to fetch metrics from resource metrics API`,
  );
  if (figures.size === 0) {
    throw new Error(`unable to get metrics for resource ${resource}: no metrics returned from resource metrics API`);
  }
  mustHave(pods);
  const groups = groupPods(pods, figures, { isCpu: resource === 'cpu', now });
  const figureOf = (pod: Pod) => figures.get(pod.metadata.name ?? '')?.value ?? 0;
  const average = meanOf(groups.ready.map(figureOf));
  const type = container === undefined ? 'Resource' : 'ContainerResource';
  const whose = container === undefined ? { name: resource } : { name: resource, container };
  const field = container === undefined ? 'resource' : 'containerResource';
  const averageValue = textOf(average, resource);
  if (target.averageUtilization !== undefined) {
    const requestOf = (pod: Pod) => requestsOf(pod, resource, container);
    const percent = target.averageUtilization;
    const result = replicasFor({
      current,
      groups,
      figureOf,
      baseOf: requestOf,
      ratioOf: (used, requested) => percentOf(used, requested) / percent,
      fullOf: (pod) => (requestOf(pod) * Math.max(100, percent)) / 100,
      tolerance,
    });
    const averageUtilization = Math.round(result.ratio * percent);
    return {
      replicas: result.replicas,
      name: `${resource} ${container === undefined ? '' : 'container '}resource utilization (percentage of request)`,
      status: { type, [field]: { ...whose, current: { averageUtilization, averageValue } } },
    };
  }
  const wanted = milliOf(target.averageValue ?? '0');
  const { replicas } = replicasFor({ current, groups, figureOf, ...ofEach(wanted), tolerance });
  return { replicas, name: `${resource} resource`, status: { type, [field]: { ...whose, current: { averageValue } } } };
}

async function fromPods(
  { metric, target }: { readonly metric: Wire<V2MetricIdentifier>; readonly target: Target },
  { source, namespace, labelSelector, pods, current, now, tolerance }: ProposalInputs,
): Promise<Proposal> {
  const figures: ReadonlyMap<string, Figure> = await told(
    source.pods(metric.name, { namespace, labelSelector, metricSelector: selectorOf(metric) }),
    `unable to get metric ${metric.name}: unable to fetch metrics from custom metrics API`,
  );
  if (figures.size === 0)
    throw new Error(`unable to get metric ${metric.name}: no metrics returned from custom metrics API`);
  mustHave(pods);
  const groups = groupPods(pods, figures, { isCpu: false, now });
  const wanted = milliOf(target.averageValue ?? '0');
  const figureOf = (pod: Pod) => figures.get(pod.metadata.name ?? '')?.value ?? 0;
  const { replicas } = replicasFor({ current, groups, figureOf, ...ofEach(wanted), tolerance });
  const averageValue = textOf(meanOf(groups.ready.map(figureOf)), metric.name);
  return {
    replicas,
    name: `pods metric ${metric.name}`,
    status: { type: 'Pods', pods: { metric, current: { averageValue } } },
  };
}

async function fromObject(
  {
    metric,
    target,
    describedObject,
  }: {
    readonly metric: Wire<V2MetricIdentifier>;
    readonly target: Target;
    readonly describedObject: { readonly apiVersion?: string; readonly kind: string; readonly name: string };
  },
  inputs: ProposalInputs,
): Promise<Proposal> {
  const { source, namespace, resourceOf } = inputs;
  const resource = await resourceOf(describedObject);
  const total = await source.object(metric.name, {
    namespace,
    resource,
    name: describedObject.name,
    metricSelector: selectorOf(metric),
  });
  const { replicas, current: now } = ofTotal(total, target, inputs);
  const object = { metric, describedObject, current: now };
  return { replicas, name: `${describedObject.kind} metric ${metric.name}`, status: { type: 'Object', object } };
}

async function fromExternal(
  { metric, target }: { readonly metric: Wire<V2MetricIdentifier>; readonly target: Target },
  inputs: ProposalInputs,
): Promise<Proposal> {
  const { source, namespace } = inputs;
  const total = await source.external(metric.name, { namespace, metricSelector: selectorOf(metric) });
  const { replicas, current: now } = ofTotal(total, target, inputs);
  return {
    replicas,
    name: `external metric ${metric.name}`,
    status: { type: 'External', external: { metric, current: now } },
  };
}

function ofTotal(
  total: number,
  { value, averageValue }: Target,
  { current, present, pods, tolerance }: ProposalInputs,
): { readonly replicas: number; readonly current: object } {
  const perReplica = averageValue !== undefined;
  const wanted = milliOf(averageValue ?? value ?? '0');
  const ready = pods.filter(isReady).length;
  const replicas = replicasForTotal(total, wanted, { current, present, ready, perReplica, tolerance });
  const shown = perReplica
    ? { averageValue: textOf(Math.ceil(total / Math.max(1, present)), '') }
    : { value: textOf(total, '') };
  return { replicas, current: shown };
}

/** Of figures for each pod, the target the same for all. */
function ofEach(wanted: number): Pick<ReplicaInputs, 'baseOf' | 'ratioOf' | 'fullOf'> {
  return {
    baseOf: () => wanted,
    ratioOf: (used, _all, count) => Math.trunc(used / count) / wanted,
    fullOf: () => wanted,
  };
}

/** Whole: upstream counts so, and a tenth more or less decides. */
function percentOf(used: number, requested: number): number {
  if (requested === 0) throw new Error('no metrics returned matched known pods');
  return Math.trunc((used * 100) / requested);
}

function mustHave(pods: readonly Pod[]): void {
  if (pods.length === 0) throw new Error('no pods returned by selector while calculating replica count');
}

/** The answer; an error says first what could not be done. */
async function told<T>(answer: Promise<T>, what: string): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    throw new Error(`${what}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

/** @throws Error where a container does not say what it needs */
function requestsOf(pod: Pod, resource: string, container: string | undefined): number {
  const { resources: ofPod } = pod.spec ?? {};
  if (container === undefined && ofPod !== undefined) {
    const request = ofPod.requests?.[resource];
    if (request !== undefined) return milliOf(request);
  }
  const sidecars = (pod.spec?.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always');
  const all = [...(pod.spec?.containers ?? []), ...sidecars].filter(
    ({ name }) => container === undefined || name === container,
  );
  if (all.length === 0) throw new Error(`container ${container} not found in Pod ${pod.metadata.name}`);
  return all.reduce((sum, { name, resources }) => {
    const request = resources?.requests?.[resource];
    if (request !== undefined) return sum + milliOf(request);
    throw new Error(`missing request for ${resource} in container ${name} of Pod ${pod.metadata.name}`);
  }, 0);
}

function selectorOf({ selector }: Wire<V2MetricIdentifier>): string {
  return selector === undefined ? '' : labelSelectorToSelector(selector).toString();
}

function meanOf(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}

function textOf(value: number, resource: string): string {
  if (resource === 'memory') return formatQuantity(quantityFrom(Math.trunc(value / 1000), 'DecimalSI'));
  return formatQuantity(quantityFrom(Math.trunc(value), 'DecimalSI', -3));
}
