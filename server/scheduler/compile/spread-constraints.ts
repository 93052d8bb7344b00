/** Topology spread constraints as plugins read them. */
import type { SpreadConstraint } from '../../../backends/scheduler/interface.ts';
import { LabelSelector, labelSelectorToSelector, selectorFromSet } from '../../apimachinery/labels/selector.ts';
import type { PodSpec } from '../../client/api-types.ts';
import { keyed } from './keyed-selector.ts';

type Constraints = PodSpec['topologySpreadConstraints'];

export function spreadConstraints(
  constraints: Constraints,
  labels: Readonly<Record<string, string>>,
): SpreadConstraint[] {
  return (constraints ?? []).map((constraint) => {
    const { maxSkew, minDomains = 1, topologyKey, whenUnsatisfiable, labelSelector, matchLabelKeys = [] } = constraint;
    const selector = labelSelectorToSelector(labelSelector);
    const own = matchLabelKeys.flatMap((key) => (labels[key] === undefined ? [] : [[key, labels[key]] as const]));
    const same = selectorFromSet(Object.fromEntries(own));
    return {
      maxSkew,
      minDomains,
      topologyKey,
      isHard: whenUnsatisfiable === 'DoNotSchedule',
      selector: keyed(
        own.length === 0 || selector.matchesNothing
          ? selector
          : new LabelSelector([...selector.requirements, ...same.requirements]),
      ),
      honorsAffinity: constraint.nodeAffinityPolicy !== 'Ignore',
      honorsTaints: constraint.nodeTaintsPolicy === 'Honor',
    };
  });
}
