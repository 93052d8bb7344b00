/** How long a pod may stay on a node with taints that drive pods away. */
import type { Node, PodSpec } from '../../client/api-types.ts';

export type Taint = NonNullable<NonNullable<Node['spec']>['taints']>[number];
type Toleration = NonNullable<PodSpec['tolerations']>[number];

export function tolerates(
  { key = '', operator = 'Equal', value = '', effect = '' }: Toleration,
  taint: Taint,
): boolean {
  if (effect !== '' && effect !== taint.effect) return false;
  if (key !== '' && key !== taint.key) return false;
  if (operator === 'Exists') return true;
  if (operator === 'Equal') return key !== '' && value === (taint.value ?? '');
  const [wanted, given] = [Number(value), Number(taint.value)];
  if (!Number.isInteger(wanted) || !Number.isInteger(given)) return false;
  return operator === 'Gt' ? given > wanted : operator === 'Lt' ? given < wanted : false;
}

/** Milliseconds; 0: it must go now; Infinity: it may stay. */
export function timeToStay(tolerations: readonly Toleration[], taints: readonly Taint[]): number {
  const used = new Set<Toleration>();
  for (const taint of taints) {
    const found = tolerations.filter((toleration) => tolerates(toleration, taint));
    if (found.length === 0) return 0;
    for (const toleration of found) used.add(toleration);
  }
  const seconds = [...used].map(({ tolerationSeconds }) => tolerationSeconds ?? Infinity);
  return Math.max(0, Math.min(Infinity, ...seconds)) * 1000;
}

export function drivingTaints({ spec }: Node): Taint[] {
  return (spec?.taints ?? []).filter(({ effect }) => effect === 'NoExecute');
}
