/** What is wrong with new objects and with the metadata of updates, in upstream's order and as often as it says it. */
import { finalizerErrors } from '../../../apis/core/validation/finalizers.ts';
import type { FieldError } from '../../../apimachinery/errors/field-error.ts';
import type { KubeObject } from '../../../apimachinery/meta/object.ts';
import {
  type ValidateName,
  validateDnsSubdomainName,
  validatePathSegmentName,
} from '../../../apimachinery/validation/names.ts';
import { validateObjectMeta, validateObjectMetaUpdate } from '../../../apimachinery/validation/object-meta.ts';
import type { ResourceDefinition, Strategy, StrategyContext, UpdateStrategy } from './resource-definition.ts';

export function creationErrors(
  object: KubeObject,
  { namespaced, strategy }: ResourceDefinition,
  context: StrategyContext,
): FieldError[] {
  const path = 'metadata';
  const own = strategy.metadataLast === true ? (strategy.validate?.(object, context, []) ?? []) : [];
  if (own.length > 0) return own;
  if (strategy.metadataLast === true) {
    return validateObjectMeta(object.metadata, { namespaced, validateName: validatePathSegmentName, path });
  }
  const validateName = nameRule(strategy, object);
  const errors = [
    ...(strategy.validateBeforeMetadata?.(object, context) ?? []),
    ...validateObjectMeta(object.metadata, { namespaced, validateName, path }),
  ];
  errors.push(...(strategy.validate?.(object, context, errors) ?? []));
  // Kinds that take any name are left with what holds for all.
  return errors.length > 0 || strategy.validateName === undefined
    ? errors
    : validateObjectMeta(object.metadata, { namespaced, validateName: validatePathSegmentName, path });
}

function nameRule({ validateName }: Strategy, object: KubeObject): ValidateName {
  return validateName === undefined ? validateDnsSubdomainName : (name, prefix) => validateName(name, prefix, object);
}

/** `strategy` is that of the subresource which is written through, or the kind's own. */
export function updateErrors(
  object: KubeObject,
  old: KubeObject,
  { definition, strategy, context }: UpdateRules,
): FieldError[] {
  const errors = metadataErrors(object, old, { definition, strategy, context });
  if (strategy.validateUpdate !== undefined) errors.push(...strategy.validateUpdate(object, old, context, errors));
  return errors;
}

export interface UpdateRules {
  readonly definition: ResourceDefinition;
  readonly strategy: UpdateStrategy;
  readonly context: StrategyContext;
}

const ofWhole = ['change', 'object'] as const;
const ofSubresource = ['change'] as const;

/**
 * Upstream checks the metadata of every update in common and again in the kind's own validation, so that causes are there
 * several times. The finalizers' errors before own checks of the kind are among these.
 */
function metadataErrors(
  object: KubeObject,
  old: KubeObject,
  { definition: { namespaced, strategy: own }, strategy, context }: UpdateRules,
): FieldError[] {
  const { metadata } = object;
  const path = 'metadata';
  const inCommon = validateObjectMeta(metadata, { namespaced, validateName: validatePathSegmentName, path });
  const change = validateObjectMetaUpdate(metadata, old.metadata, { path });
  // Names do not change: those that were once allowed must not be looked at where nothing else is wrong.
  const isSound = inCommon.length === 0 && change.length === 0 && (metadata.generateName ?? '') === '';
  const isGood = isSound && !metadata.finalizers?.length;
  const again = strategy.metadataOnUpdate ?? (strategy === own ? ofWhole : ofSubresource);
  if (isGood && again.every((check) => typeof check === 'string')) return inCommon;
  const errors = [...inCommon, ...change];
  const validateName = nameRule(own, object);
  again.forEach((check, index) => {
    if (typeof check === 'function') errors.push(...check(object, old, context, errors));
    else if (!isGood) {
      if (check === 'change') errors.push(...change);
      else errors.push(...validateObjectMeta(metadata, { namespaced, validateName, path }));
      const next = again[index + 1] ?? strategy.validateUpdate;
      if (typeof next !== 'function' && own.anyFinalizers !== true) errors.push(...finalizerErrors(object));
    }
  });
  return errors;
}
