/**
 * What a resource does beside its own object when it is written: a Service takes addresses and ports before it is stored and
 * lets them go when it is gone. The store calls these around its writes; other resources have none and pay nothing.
 */
import type { KubeObject } from '../../../apimachinery/meta/object.ts';
import type { StrategyContext } from './resource-definition.ts';

/** One of the two is called, once. Neither throws: what they cannot do, a repair does later. */
export interface PendingWrite {
  commit(): Promise<void>;
  revert(): Promise<void>;
}

export interface StoreHooks {
  /** Before the strategy looks at the object. May mutate. @throws StatusError */
  beginCreate(object: KubeObject, context: StrategyContext): Promise<PendingWrite>;
  /** Not for writes through a subresource. May mutate `object`. @throws StatusError */
  beginUpdate(object: KubeObject, old: KubeObject, context: StrategyContext): Promise<PendingWrite>;
  /** The object is gone, by whatever way. Does not throw. */
  afterDelete(object: KubeObject, context: StrategyContext): Promise<void>;
}

/** `write` answers undefined when it stored nothing because it lost a race. */
export async function settled<T>(pending: PendingWrite, write: () => Promise<T>): Promise<T> {
  let result: T;
  try {
    result = await write();
  } catch (error) {
    await pending.revert();
    throw error;
  }
  if (result === undefined) await pending.revert();
  else await pending.commit();
  return result;
}
