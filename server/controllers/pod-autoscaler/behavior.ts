/** How fast replicas may change: what was wanted lately, and how much has changed already. Pure. */
import type { HorizontalPodAutoscaler } from '../../client/api-types.ts';

type Spec = NonNullable<HorizontalPodAutoscaler['spec']>;
type Rules = NonNullable<NonNullable<Spec['behavior']>['scaleUp']>;

export interface Recommendation {
  /** Monotonic milliseconds. */
  readonly at: number;
  readonly replicas: number;
}

export interface ScaleChange {
  readonly at: number;
  /** Replicas more or less. */
  readonly change: number;
}

export interface History {
  recommendations: Recommendation[];
  changes: ScaleChange[];
}

export interface Limited {
  readonly replicas: number;
  /** Of the condition ScalingLimited; undefined: nothing held it back. */
  readonly limit: { readonly reason: string; readonly message: string } | undefined;
  /** Of the condition AbleToScale, where older wishes hold it; undefined: they do not. */
  readonly stabilized: { readonly reason: string; readonly message: string } | undefined;
}

const defaults: { readonly scaleUp: Rules; readonly scaleDown: Rules } = {
  scaleUp: {
    stabilizationWindowSeconds: 0,
    selectPolicy: 'Max',
    policies: [
      { type: 'Pods', value: 4, periodSeconds: 15 },
      { type: 'Percent', value: 100, periodSeconds: 15 },
    ],
  },
  scaleDown: {
    stabilizationWindowSeconds: 300,
    selectPolicy: 'Max',
    policies: [{ type: 'Percent', value: 100, periodSeconds: 15 }],
  },
};

export function limitedReplicas(
  { behavior, maxReplicas, minReplicas = 1 }: Spec,
  {
    desired,
    current,
    history,
    now,
  }: { readonly desired: number; readonly current: number; readonly history: History; readonly now: number },
): Limited {
  const up = { ...defaults.scaleUp, ...behavior?.scaleUp };
  const down = { ...defaults.scaleDown, ...behavior?.scaleDown };
  const since = (seconds = 0) => now - seconds * 1000;
  const longest = since(Math.max(up.stabilizationWindowSeconds ?? 0, down.stabilizationWindowSeconds ?? 0));
  history.recommendations = [
    ...history.recommendations.filter(({ at }) => at > longest),
    { at: now, replicas: desired },
  ];
  const within = (seconds = 0) =>
    history.recommendations.filter(({ at }) => at > since(seconds) || at === now).map(({ replicas }) => replicas);
  // Up to the least and down to the most that was wanted within the window.
  const upTo = Math.min(...within(up.stabilizationWindowSeconds));
  const downTo = Math.max(...within(down.stabilizationWindowSeconds));
  const stable = current < upTo ? upTo : current > downTo ? downTo : current;
  const stabilized =
    stable === desired
      ? undefined
      : desired > current
        ? {
            reason: 'ScaleUpStabilized',
            message: 'recent recommendations were lower than current one, applying the lowest recent recommendation',
          }
        : {
            reason: 'ScaleDownStabilized',
            message: 'recent recommendations were higher than current one, applying the highest recent recommendation',
          };
  if (stable > current) {
    const most = upLimit(up, { current, changes: history.changes, since });
    const allowed = Math.min(most, maxReplicas);
    if (stable <= allowed) return { replicas: stable, limit: undefined, stabilized };
    const limit =
      maxReplicas < most
        ? { reason: 'TooManyReplicas', message: 'the desired replica count is more than the maximum replica count' }
        : {
            reason: 'ScaleUpLimit',
            message: 'the desired replica count is increasing faster than the maximum scale rate',
          };
    return { replicas: Math.max(allowed, current), limit, stabilized };
  }
  if (stable < current) {
    const least = downLimit(down, { current, changes: history.changes, since });
    const allowed = Math.max(least, minReplicas);
    if (stable >= allowed) return { replicas: stable, limit: undefined, stabilized };
    const limit =
      minReplicas > least
        ? { reason: 'TooFewReplicas', message: 'the desired replica count is less than the minimum replica count' }
        : {
            reason: 'ScaleDownLimit',
            message: 'the desired replica count is decreasing faster than the maximum scale rate',
          };
    return { replicas: Math.min(allowed, current), limit, stabilized };
  }
  return { replicas: stable, limit: undefined, stabilized };
}

interface LimitParts {
  readonly current: number;
  readonly changes: readonly ScaleChange[];
  readonly since: (seconds?: number) => number;
}

/** The most that the policies let it grow to from where it stood when their period began. */
function upLimit({ selectPolicy, policies = [] }: Rules, { current, changes, since }: LimitParts): number {
  if (selectPolicy === 'Disabled') return current;
  const limits = policies.map(({ type, value, periodSeconds }) => {
    const added = changes
      .filter(({ at, change }) => at > since(periodSeconds) && change > 0)
      .reduce((sum, { change }) => sum + change, 0);
    const start = current - added;
    return type === 'Pods' ? start + value : Math.ceil(start * (1 + value / 100));
  });
  return selectPolicy === 'Min' ? Math.min(...limits) : Math.max(...limits);
}

function downLimit({ selectPolicy, policies = [] }: Rules, { current, changes, since }: LimitParts): number {
  if (selectPolicy === 'Disabled') return current;
  const limits = policies.map(({ type, value, periodSeconds }) => {
    const removed = changes
      .filter(({ at, change }) => at > since(periodSeconds) && change < 0)
      .reduce((sum, { change }) => sum - change, 0);
    const start = current + removed;
    return type === 'Pods' ? start - value : Math.trunc(start * (1 - value / 100));
  });
  return selectPolicy === 'Min' ? Math.max(...limits) : Math.min(...limits);
}
