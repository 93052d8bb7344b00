/** The three conditions of an autoscaler. */
import type { HorizontalPodAutoscaler } from '../../client/api-types.ts';

type Condition = NonNullable<NonNullable<HorizontalPodAutoscaler['status']>['conditions']>[number];
type Type = 'AbleToScale' | 'ScalingActive' | 'ScalingLimited';

export class AutoscalerConditions {
  #conditions: Condition[];
  readonly #now: string;

  constructor(before: readonly Condition[], now: string) {
    this.#conditions = [...before];
    this.#now = now;
  }

  set(
    type: Type,
    status: 'True' | 'False',
    { reason, message }: { readonly reason: string; readonly message: string },
  ): void {
    const old = this.#conditions.find((condition) => condition.type === type);
    const lastTransitionTime = old?.status === status ? old.lastTransitionTime : this.#now;
    const made = { type, status, reason, message, lastTransitionTime };
    this.#conditions =
      old === undefined ? [...this.#conditions, made] : this.#conditions.map((each) => (each === old ? made : each));
  }

  get all(): Condition[] {
    return this.#conditions;
  }
}
