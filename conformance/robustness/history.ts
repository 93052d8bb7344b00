/** What has been done to the objects of a run, and what a watcher has seen of it. */

export type Operation = 'create' | 'update' | 'delete';

/** A write that is known to have happened. */
export interface Write {
  readonly key: string;
  readonly operation: Operation;
  /** Value of the object: counts its writes. A deletion keeps the last one. */
  readonly count: number;
  /** Undefined for deletions and for writes whose answer was lost. */
  readonly resourceVersion: number | undefined;
}

export interface Sighting {
  readonly key: string;
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly count: number;
  readonly resourceVersion: number;
}

export interface ObjectState {
  readonly count: number;
  readonly resourceVersion: number;
}

export const SEEN_AS = { create: 'ADDED', update: 'MODIFIED', delete: 'DELETED' } as const;

export interface ConfigMap {
  readonly metadata: { readonly name: string; readonly resourceVersion: string };
  readonly data?: { readonly count?: string };
}

export function stateOf({ metadata, data }: ConfigMap): ObjectState {
  return { count: Number(data?.count), resourceVersion: Number(metadata.resourceVersion) };
}
