/** What both forms of events share: names, namespaces, times. */
import type { Clock } from '../apimachinery/clock/clock.ts';
import type { Random } from '../apimachinery/clock/random.ts';
import type { ObjectReference } from './api-types.ts';

/** The object's name and the time in nanoseconds, of which the clock does not know the last ones. */
export function eventName({ name = '' }: ObjectReference, { clock, random }: { clock: Clock; random: Random }): string {
  const nanoseconds = BigInt(Math.floor(clock.now())) * 1_000_000n + BigInt(Math.floor(random.fraction() * 1_000_000));
  return `${name}.${nanoseconds.toString(16)}`;
}

/** Events about what lies in no namespace lie in the default one. */
export function eventNamespace({ namespace }: ObjectReference): string {
  return namespace === undefined || namespace === '' ? 'default' : namespace;
}

export function referenceKey({ kind, namespace, name, uid, apiVersion }: ObjectReference): string {
  return [kind, namespace, name, uid, apiVersion].join('|');
}
