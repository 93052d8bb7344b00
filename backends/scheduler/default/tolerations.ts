/** Which taints a pod puts up with. */
import type { Taint, Toleration } from '../interface.ts';

export function tolerates({ key, operator, value, effect }: Toleration, taint: Taint): boolean {
  if (effect !== '' && effect !== taint.effect) return false;
  if (key !== '' && key !== taint.key) return false;
  switch (operator) {
    case 'Exists':
      return true;
    case 'Gt':
    case 'Lt': {
      const [asked, given] = [Number(value), Number(taint.value)];
      if (!Number.isSafeInteger(asked) || !Number.isSafeInteger(given)) return false;
      return operator === 'Gt' ? given > asked : given < asked;
    }
    default:
      return value === taint.value;
  }
}

/** The first of these effects that it does not put up with. */
export function untolerated(
  taints: readonly Taint[],
  tolerations: readonly Toleration[],
  isOfInterest: (effect: string) => boolean,
): Taint | undefined {
  for (const taint of taints) {
    if (isOfInterest(taint.effect) && !tolerations.some((toleration) => tolerates(toleration, taint))) return taint;
  }
  return undefined;
}

export const keepsAway = (effect: string): boolean => effect === 'NoSchedule' || effect === 'NoExecute';
