/** What each metric of an autoscaler calls for, and what the status says of it. */
import { quantityFrom } from '../../apimachinery/quantity/arithmetic.ts';
import { formatQuantity } from '../../apimachinery/quantity/quantity.ts';
import { labelSelectorToSelector } from '../../apimachinery/labels/selector.ts';
import type { HorizontalPodAutoscaler, Pod, Wire } from '../../client/api-types.ts';
import type { V2MetricIdentifier, V2MetricTarget } from '@kubernetes/client-node';
import { type MetricsSource, milliOf } from './metrics-source.ts';
import { type Figure, groupPods, replicasFor, replicasForTotal } from './usage.ts';

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
  { source, namespace, labelSelector, pods, current, now }: ProposalInputs,
): Promise<Proposal> {
  const figures = await source.resource(resource, { namespace, labelSelector, container });
  if (figures.size === 0) throw new Error('no metrics returned from resource metrics API');
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
      figureOf: (pod) => figureOf(pod) * 100,
      targetOf: (pod) => requestOf(pod) * percent,
    });
    const averageUtilization = Math.trunc(result.ratio * target.averageUtilization);
    return {
      replicas: result.replicas,
      name: `${resource} ${container === undefined ? '' : 'container '}resource utilization (percentage of request)`,
      status: { type, [field]: { ...whose, current: { averageUtilization, averageValue } } },
    };
  }
  const wanted = milliOf(target.averageValue ?? '0');
  const { replicas } = replicasFor({ current, groups, figureOf, targetOf: () => wanted });
  return { replicas, name: `${resource} resource`, status: { type, [field]: { ...whose, current: { averageValue } } } };
}

async function fromPods(
  { metric, target }: { readonly metric: Wire<V2MetricIdentifier>; readonly target: Target },
  { source, namespace, labelSelector, pods, current, now }: ProposalInputs,
): Promise<Proposal> {
  const figures: ReadonlyMap<string, Figure> = await source.pods(metric.name, {
    namespace,
    labelSelector,
    metricSelector: selectorOf(metric),
  });
  if (figures.size === 0)
    throw new Error(`unable to get metric ${metric.name}: no metrics returned from custom metrics API`);
  const groups = groupPods(pods, figures, { isCpu: false, now });
  const wanted = milliOf(target.averageValue ?? '0');
  const figureOf = (pod: Pod) => figures.get(pod.metadata.name ?? '')?.value ?? 0;
  const { replicas } = replicasFor({ current, groups, figureOf, targetOf: () => wanted });
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
  { source, namespace, current, resourceOf }: ProposalInputs,
): Promise<Proposal> {
  const resource = await resourceOf(describedObject);
  const total = await source.object(metric.name, {
    namespace,
    resource,
    name: describedObject.name,
    metricSelector: selectorOf(metric),
  });
  const { replicas, current: now } = ofTotal(total, target, current);
  const object = { metric, describedObject, current: now };
  return { replicas, name: `${describedObject.kind} metric ${metric.name}`, status: { type: 'Object', object } };
}

async function fromExternal(
  { metric, target }: { readonly metric: Wire<V2MetricIdentifier>; readonly target: Target },
  { source, namespace, current }: ProposalInputs,
): Promise<Proposal> {
  const total = await source.external(metric.name, { namespace, metricSelector: selectorOf(metric) });
  const { replicas, current: now } = ofTotal(total, target, current);
  return {
    replicas,
    name: `external metric ${metric.name}`,
    status: { type: 'External', external: { metric, current: now } },
  };
}

function ofTotal(
  total: number,
  { value, averageValue }: Target,
  current: number,
): { readonly replicas: number; readonly current: object } {
  const perReplica = averageValue !== undefined;
  const wanted = milliOf(averageValue ?? value ?? '0');
  const replicas = replicasForTotal(total, wanted, { current, perReplica });
  const shown = perReplica ? { averageValue: textOf(total / Math.max(1, current), '') } : { value: textOf(total, '') };
  return { replicas, current: shown };
}

/** @throws Error where a container does not say what it needs */
function requestsOf(pod: Pod, resource: string, container: string | undefined): number {
  const sidecars = (pod.spec?.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always');
  const all = [...(pod.spec?.containers ?? []), ...sidecars];
  return all
    .filter(({ name }) => container === undefined || name === container)
    .reduce((sum, { name, resources }) => {
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
