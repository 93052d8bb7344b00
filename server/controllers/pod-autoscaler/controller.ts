/** Horizontal pod autoscaling: every quarter of a minute as many replicas as the figures call for, within the rules. */
import { jsonEquals } from '../../apimachinery/json-equals.ts';
import { parseLabelSelector } from '../../apimachinery/labels/selector.ts';
import { formatTime } from '../../apimachinery/meta/time.ts';
import type { HorizontalPodAutoscaler, Pod, Scale } from '../../client/api-types.ts';
import { isNotFound } from '../../client/client.ts';
import { discover, type ServedResource } from '../../client/discovery.ts';
import { keyOf } from '../../client/lister.ts';
import { apiVersionOfType, pathOf, type ResourceType } from '../../client/resource-type.ts';
import { horizontalPodAutoscalers, pods } from '../../client/resource-types.ts';
import type { Controller, ControllerContext } from '../controller.ts';
import { on, runReconciler } from '../reconciler.ts';
import { type History, limitedReplicas } from './behavior.ts';
import { AutoscalerConditions } from './conditions.ts';
import { type MetricFailure, metricFailure } from './metric-failure.ts';
import { MetricsSource, milliOf } from './metrics-source.ts';
import { type Proposal, propose } from './propose.ts';
import { type Tolerance, usualTolerance } from './usage.ts';
import { TargetSelectors } from './target-selectors.ts';

/** Milliseconds; upstream: --horizontal-pod-autoscaler-sync-period. */
const every = 15_000;

export const podAutoscaler: Controller = {
  name: 'horizontal-pod-autoscaler-controller',
  alias: 'horizontalpodautoscaling',
  component: 'horizontal-pod-autoscaler',
  account: 'horizontal-pod-autoscaler',
  async run(context) {
    const autoscalers = context.informers.of(horizontalPodAutoscalers);
    const allPods = context.informers.of(pods);
    const histories = new Map<string, History>();
    const selectors = new TargetSelectors();
    const kinds = new ServedKinds(context);
    await runReconciler({
      context,
      name: 'horizontalpodautoscaler',
      triggers: [
        on(autoscalers, ({ object, before, deleted }) => {
          if (deleted) {
            histories.delete(object.metadata.uid ?? '');
            selectors.delete(keyOf(object));
          }
          const isSame = before?.metadata.generation === object.metadata.generation;
          return deleted || (before !== undefined && isSame) ? undefined : keyOf(object);
        }),
        on(allPods, () => undefined),
      ],
      async reconcile(key) {
        const autoscaler = autoscalers.lister.byKey(key);
        if (autoscaler === undefined || autoscaler.metadata.deletionTimestamp !== undefined) return undefined;
        const { uid = '' } = autoscaler.metadata;
        const history = histories.get(uid) ?? { recommendations: [], changes: [] };
        histories.set(uid, history);
        const round = new Round(context, {
          autoscaler,
          history,
          kinds,
          selectors,
          podsOf: (namespace, selector) => allPods.lister.select(parseLabelSelector(selector), namespace),
        });
        await round.run();
        return { after: every };
      },
    });
  },
};

interface RoundParts {
  readonly autoscaler: HorizontalPodAutoscaler;
  readonly history: History;
  readonly kinds: ServedKinds;
  readonly selectors: TargetSelectors;
  readonly podsOf: (namespace: string, selector: string) => readonly Pod[];
}

class Round {
  readonly #context: ControllerContext;
  readonly #parts: RoundParts;
  readonly #conditions: AutoscalerConditions;
  readonly #namespace: string;

  constructor(context: ControllerContext, parts: RoundParts) {
    this.#context = context;
    this.#parts = parts;
    const { status, metadata } = parts.autoscaler;
    this.#conditions = new AutoscalerConditions(status?.conditions ?? [], formatTime(context.clock.now()));
    this.#namespace = metadata.namespace ?? '';
  }

  async run(): Promise<void> {
    const { autoscaler, kinds } = this.#parts;
    const { client } = this.#context;
    const target = autoscaler.spec?.scaleTargetRef ?? { kind: '', name: '' };
    let path: string;
    let scale: Scale;
    try {
      const type = await kinds.find(target);
      path = pathOf(type, { namespace: this.#namespace, name: target.name, subresource: 'scale' });
      scale = await client.request<Scale>({ path });
    } catch (error) {
      const message = messageOf(error);
      this.#say('Warning', 'FailedGetScale', message);
      this.#conditions.set('AbleToScale', 'False', {
        reason: 'FailedGetScale',
        message: `the HPA controller was unable to get the target's current scale: ${message}`,
      });
      await this.#write({});
      return;
    }
    this.#conditions.set('AbleToScale', 'True', {
      reason: 'SucceededGetScale',
      message: "the HPA controller was able to get the target's current scale",
    });
    await this.#scale(scale, path);
  }

  async #scale(scale: Scale, path: string): Promise<void> {
    const { autoscaler, history } = this.#parts;
    const { client, clock } = this.#context;
    const current = scale.spec?.replicas ?? 0;
    const decision = await this.#decide(scale);
    const currentReplicas = scale.status?.replicas ?? current;
    if (decision === undefined) {
      await this.#write({ currentReplicas, desiredReplicas: current });
      return;
    }
    const { desired, reason, currentMetrics } = decision;
    let { lastScaleTime } = autoscaler.status ?? {};
    if (desired !== current) {
      try {
        await client.request({
          method: 'PUT',
          path,
          body: JSON.stringify({ ...scale, spec: { ...scale.spec, replicas: desired } }),
        });
      } catch (error) {
        const message = `New size: ${desired}; reason: ${reason}; error: ${messageOf(error)}`;
        this.#say('Warning', 'FailedRescale', message);
        this.#conditions.set('AbleToScale', 'False', {
          reason: 'FailedUpdateScale',
          message: `the HPA controller was unable to update the target scale: ${messageOf(error)}`,
        });
        await this.#write({ currentReplicas, desiredReplicas: current, currentMetrics });
        throw error;
      }
      history.changes = [...history.changes.slice(-100), { at: clock.monotonic(), change: desired - current }];
      lastScaleTime = formatTime(clock.now());
      this.#say('Normal', 'SuccessfulRescale', `New size: ${desired}; reason: ${reason}`);
      this.#conditions.set('AbleToScale', 'True', {
        reason: 'SucceededRescale',
        message: `the HPA controller was able to update the target scale to ${desired}`,
      });
    }
    await this.#write({
      currentReplicas,
      desiredReplicas: desired,
      currentMetrics,
      lastScaleTime,
      observedGeneration: autoscaler.metadata.generation,
    });
  }

  async #decide(scale: Scale): Promise<{ desired: number; reason: string; currentMetrics?: object[] } | undefined> {
    const { autoscaler, history } = this.#parts;
    const { clock } = this.#context;
    const { maxReplicas, minReplicas = 1 } = autoscaler.spec ?? { maxReplicas: 0 };
    const current = scale.spec?.replicas ?? 0;
    if (current === 0 && minReplicas !== 0) {
      this.#conditions.set('ScalingActive', 'False', {
        reason: 'ScalingDisabled',
        message: 'scaling is disabled since the replica count of the target is zero',
      });
      return { desired: 0, reason: '' };
    }
    if (current > maxReplicas)
      return { desired: maxReplicas, reason: 'Current number of replicas above Spec.MaxReplicas' };
    if (current < minReplicas)
      return { desired: minReplicas, reason: 'Current number of replicas below Spec.MinReplicas' };
    const proposed = await this.#proposals(scale);
    if (proposed === undefined) return undefined;
    const { best, all } = proposed;
    const limited = limitedReplicas(autoscaler.spec ?? { maxReplicas, scaleTargetRef: { kind: '', name: '' } }, {
      desired: best.replicas,
      current,
      history,
      now: clock.monotonic(),
    });
    if (limited.stabilized !== undefined) this.#conditions.set('AbleToScale', 'True', limited.stabilized);
    else
      this.#conditions.set('AbleToScale', 'True', {
        reason: 'ReadyForNewScale',
        message: 'recommended size matches current size',
      });
    if (limited.limit !== undefined) this.#conditions.set('ScalingLimited', 'True', limited.limit);
    else
      this.#conditions.set('ScalingLimited', 'False', {
        reason: 'DesiredWithinRange',
        message: 'the desired count is within the acceptable range',
      });
    const reason = best.replicas > current ? `${best.name} above target` : 'All metrics below target';
    return { desired: limited.replicas, reason, currentMetrics: all.map(({ status }) => status) };
  }

  /** The highest of what the metrics call for; what is unknown never makes it shrink. */
  async #proposals(scale: Scale): Promise<{ readonly best: Proposal; readonly all: readonly Proposal[] } | undefined> {
    const { autoscaler, kinds, selectors, podsOf } = this.#parts;
    const { client, clock } = this.#context;
    const labelSelector = scale.status?.selector ?? '';
    if (labelSelector === '') {
      this.#say('Warning', 'SelectorRequired', 'selector is required');
      this.#conditions.set('ScalingActive', 'False', {
        reason: 'InvalidSelector',
        message: "the HPA target's scale is missing a selector",
      });
      return undefined;
    }
    const selected = podsOf(this.#namespace, labelSelector);
    selectors.set(keyOf(autoscaler), labelSelector);
    const rivals = selectors.among(selected, this.#namespace);
    if (rivals.length > 1) {
      const message = `pods by selector ${labelSelector} are controlled by multiple HPAs: [${rivals.join(' ')}]`;
      this.#say('Warning', 'AmbiguousSelector', message);
      this.#conditions.set('ScalingActive', 'False', { reason: 'AmbiguousSelector', message });
      return undefined;
    }
    const inputs = {
      source: new MetricsSource(client),
      namespace: this.#namespace,
      labelSelector,
      pods: selected,
      current: scale.spec?.replicas ?? 0,
      present: scale.status?.replicas ?? 0,
      tolerance: toleranceOf(autoscaler),
      now: clock.now(),
      resourceOf: async (reference: { readonly apiVersion?: string; readonly kind: string }) => {
        const { group, resource } = await kinds.find(reference);
        return group === '' ? resource : `${resource}.${group}`;
      },
    };
    const all: Proposal[] = [];
    const failures: MetricFailure[] = [];
    for (const metric of autoscaler.spec?.metrics ?? []) {
      try {
        all.push(await propose(metric, inputs));
      } catch (error) {
        const failure = metricFailure(metric, messageOf(error));
        failures.push(failure);
        this.#say('Warning', failure.reason, failure.message);
      }
    }
    const best = all.toSorted((a, b) => b.replicas - a.replicas)[0];
    const [failure] = failures;
    const wouldShrink = best === undefined || best.replicas < (scale.spec?.replicas ?? 0);
    if (best === undefined || (failure !== undefined && wouldShrink)) {
      const none = { reason: 'FailedGetResourceMetric', message: 'no metrics', summary: 'no metrics' };
      const { reason, message, summary } = failure ?? none;
      this.#conditions.set('ScalingActive', 'False', {
        reason,
        message: `the HPA was unable to compute the replica count: ${message}`,
      });
      this.#say(
        'Warning',
        'FailedComputeMetricsReplicas',
        `invalid metrics (${failures.length} invalid out of ${failures.length + all.length}), first error is: ${summary}`,
      );
      return undefined;
    }
    const message = `the HPA was able to successfully calculate a replica count from ${best.name}`;
    this.#conditions.set('ScalingActive', 'True', { reason: 'ValidMetricFound', message });
    return { best, all };
  }

  async #write(
    found: Partial<Record<'currentReplicas' | 'desiredReplicas' | 'observedGeneration', number>> & {
      currentMetrics?: object[] | undefined;
      lastScaleTime?: string | undefined;
    },
  ): Promise<void> {
    const { autoscaler } = this.#parts;
    const status = {
      desiredReplicas: 0,
      ...autoscaler.status,
      ...found,
      conditions: this.#conditions.all,
    } as NonNullable<HorizontalPodAutoscaler['status']>;
    if (jsonEquals(status, autoscaler.status)) return;
    try {
      await this.#context.client.of(horizontalPodAutoscalers).updateStatus({ ...autoscaler, status });
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }

  #say(type: 'Normal' | 'Warning', reason: string, message: string): void {
    const regarding = { ...this.#parts.autoscaler, apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler' };
    this.#context.events.event(regarding, { type, reason, message });
  }
}

/** Resources by kind; asked for again where one is new. */
class ServedKinds {
  readonly #context: ControllerContext;
  #served: readonly ServedResource[] = [];

  constructor(context: ControllerContext) {
    this.#context = context;
  }

  async find({
    apiVersion = 'v1',
    kind,
  }: {
    readonly apiVersion?: string;
    readonly kind: string;
  }): Promise<ResourceType> {
    const look = () => this.#served.find((each) => each.kind === kind && apiVersionOfType(each) === apiVersion);
    if (look() === undefined) this.#served = (await discover(this.#context.client)).resources;
    const found = look();
    if (found === undefined) throw new Error(`no matches for kind "${kind}" in version "${apiVersion}"`);
    return found;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Of each direction, where the autoscaler says it. */
function toleranceOf({ spec }: HorizontalPodAutoscaler): Tolerance {
  const of = (text: string | undefined) => (text === undefined ? usualTolerance : milliOf(text) / 1000);
  return { down: of(spec?.behavior?.scaleDown?.tolerance), up: of(spec?.behavior?.scaleUp?.tolerance) };
}
