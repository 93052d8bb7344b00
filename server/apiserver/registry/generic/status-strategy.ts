/** Writes through /status: everything but status stays as it was, and of the metadata as much as the kind says. */
import type { KubeObject, ObjectMeta } from '../../../apimachinery/meta/object.ts';
import type { StrategyContext, UpdateCheck, UpdateStrategy, ValidateUpdate } from './resource-definition.ts';

/** What upstream's ResetObjectMetaForStatus restores; managedFields pass. */
const ownedMetadata = [
  'deletionTimestamp',
  'labels',
  'annotations',
  'finalizers',
  'ownerReferences',
  'generation',
  'selfLink',
] as const;

export interface StatusStrategyOptions {
  /** Metadata that the write may not change; "all" is everything but managedFields. Default: all of it may change. */
  readonly keepMetadata?: 'all' | readonly (keyof ObjectMeta & string)[];
  /** After the other halves have been restored. Mutates `object`. */
  readonly prepare?: (object: KubeObject, old: KubeObject, context: StrategyContext) => void;
  readonly validateUpdate?: ValidateUpdate;
  readonly warningsOnUpdate?: (object: KubeObject, old: KubeObject) => string[];
  readonly metadataOnUpdate?: readonly UpdateCheck[];
}

export function newStatusStrategy(options: StatusStrategyOptions = {}): UpdateStrategy {
  const { keepMetadata, prepare, validateUpdate, warningsOnUpdate, metadataOnUpdate } = options;
  const kept = keepMetadata === 'all' ? ownedMetadata : (keepMetadata ?? []);
  return {
    prepareForUpdate(object, old, context) {
      keepAllBut(object, old, 'status');
      for (const field of kept) keepField(object.metadata, old.metadata, field);
      prepare?.(object, old, context);
    },
    ...(validateUpdate === undefined ? {} : { validateUpdate }),
    ...(warningsOnUpdate === undefined ? {} : { warningsOnUpdate }),
    ...(metadataOnUpdate === undefined ? {} : { metadataOnUpdate }),
  };
}

/** Restores every top-level field but `field` and the metadata. Mutates `object`. */
export function keepAllBut(object: KubeObject, old: KubeObject, field: string): void {
  for (const key of new Set([...Object.keys(object), ...Object.keys(old)])) {
    if (key !== field && key !== 'metadata' && key !== 'kind' && key !== 'apiVersion') keepField(object, old, key);
  }
}

/** Restores all metadata but managedFields, as writes through most subresources do. Mutates `object`. */
export function keepMetadata(object: KubeObject, old: KubeObject): void {
  for (const field of ownedMetadata) keepField(object.metadata, old.metadata, field);
}

/** `field` becomes what it was, unset included. Mutates `object`. */
export function keepField(object: object, old: object, field: string): void {
  const from = old as Record<string, unknown>;
  const to = object as Record<string, unknown>;
  if (!Object.hasOwn(from, field) || from[field] === undefined) delete to[field];
  else to[field] = from[field];
}
