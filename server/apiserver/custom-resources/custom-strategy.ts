/** Writes of custom objects in one version: generation, the status half, and validation by the version's schema. */
import { jsonEquals } from '../../apimachinery/json-equals.ts';
import type { FieldError } from '../../apimachinery/errors/field-error.ts';
import type { KubeObject } from '../../apimachinery/meta/object.ts';
import { embeddedErrors } from '../../apimachinery/structural-schema/embedded-resources.ts';
import { listTypeErrors } from '../../apimachinery/structural-schema/list-types.ts';
import { pruneUnknown } from '../../apimachinery/structural-schema/prune.ts';
import type { Structural } from '../../apimachinery/structural-schema/structural.ts';
import { checkRules, type RuleFindings } from '../../apimachinery/structural-schema/validate-rules.ts';
import { validateValue } from '../../apimachinery/structural-schema/validate-value.ts';
import { isLabelKey } from '../../apimachinery/validation/labels.ts';
import { bumpGeneration, startGeneration } from '../registry/generic/generation.ts';
import type { Strategy, UpdateStrategy } from '../registry/generic/resource-definition.ts';
import { newStatusStrategy } from '../registry/generic/status-strategy.ts';
import type { VersionFacts } from './definition-facts.ts';
import { scaleSpecErrors, scaleStatusErrors } from './scale-rules.ts';

export interface CustomSchemas {
  /** Of the version that the request speaks. */
  readonly own: () => Structural;
  /** Of the version that is stored; unset where that is the same. */
  readonly stored: (() => Structural) | undefined;
}

/** Broken rules that an update lets pass, until they are warned of. */
class ToleratedErrors {
  readonly #errors = new WeakMap<KubeObject, readonly FieldError[]>();

  /** What is not tolerated. */
  keep(object: KubeObject, { errors, ratcheted }: RuleFindings): readonly FieldError[] {
    if (ratcheted.length > 0) this.#errors.set(object, ratcheted);
    return errors;
  }

  warningsOf(object: KubeObject): string[] {
    return (this.#errors.get(object) ?? []).map(({ field, message }) => `${field}: ${message}`);
  }
}

export function customStrategy({ own, stored }: CustomSchemas, { scale, hasStatus }: VersionFacts): Strategy {
  const tolerated = new ToleratedErrors();
  const validate = (object: KubeObject, old: KubeObject | undefined, found: readonly FieldError[]): FieldError[] => {
    const errors = [
      ...validateValue(object, own(), old === undefined ? undefined : { value: old }).fieldErrors(''),
      ...(scale === undefined ? [] : [...scaleSpecErrors(object, scale), ...scaleStatusErrors(object, scale)]),
      ...embeddedErrors(object, own()),
      ...newListErrors(object, old, own()),
    ];
    return [...errors, ...tolerated.keep(object, checkRules(object, old, own(), [...found, ...errors]))];
  };
  return {
    allowUnconditionalUpdate: false,
    resetStatus: hasStatus,
    // What a new object may be called, and hold on to, is not asked again; finalizers are the affair of those who set them.
    metadataOnUpdate: ['change'],
    anyFinalizers: true,
    prepareForCreate: startGeneration,
    prepareForUpdate(object, old) {
      if (changedBeyondMetadata(object, old)) bumpGeneration(object, old);
    },
    validate: (object, _context, found) => validate(object, undefined, found),
    validateUpdate: (object, old, _context, found) => validate(object, old, found),
    warningsOnCreate: (object) => finalizerWarnings(object, undefined),
    warningsOnUpdate: (object, old) => [...finalizerWarnings(object, old), ...tolerated.warningsOf(object)],
    // Fields that the stored version does not have are validated, and then not stored.
    ...(stored === undefined
      ? {}
      : { canonicalize: (object: KubeObject) => pruneUnknown(object, stored(), undefined) }),
  };
}

export function customStatusStrategy({ own }: CustomSchemas, { scale }: VersionFacts): UpdateStrategy {
  const tolerated = new ToleratedErrors();
  return newStatusStrategy({
    keepMetadata: 'all',
    validateUpdate(object, old, _context, found) {
      const status = own().properties.get('status');
      const errors: FieldError[] = [];
      if (status !== undefined && object.status !== undefined) {
        const before = old.status === undefined ? undefined : { value: old.status };
        errors.push(...validateValue(object.status, status, before).fieldErrors('status'));
      }
      if (scale !== undefined) errors.push(...scaleStatusErrors(object, scale));
      // Embedded objects are looked at by writes of the whole object only, as upstream does.
      errors.push(...newListErrors(object, old, own()));
      return [...errors, ...tolerated.keep(object, checkRules(object, old, own(), [...found, ...errors]))];
    },
    warningsOnUpdate: (object) => tolerated.warningsOf(object),
  });
}

/** Of an object that had such errors before, none is new. */
function newListErrors(object: KubeObject, old: KubeObject | undefined, schema: Structural): FieldError[] {
  const errors = listTypeErrors(object, schema);
  return errors.length > 0 && old !== undefined && listTypeErrors(old, schema).length > 0 ? [] : errors;
}

/** Status counts too where it has no subresource of its own; where it has one it is the old one by now. */
function changedBeyondMetadata(object: KubeObject, old: KubeObject): boolean {
  const { metadata: _metadata, kind: _kind, apiVersion: _apiVersion, ...now } = object;
  const { metadata: _before, kind: _oldKind, apiVersion: _oldVersion, ...before } = old;
  // Maps of any JSON: a list that is there and empty is another thing than none.
  return !jsonEquals(now, before);
}

const standardFinalizers = ['orphan', 'foregroundDeletion', 'kubernetes'];

function finalizerWarnings(object: KubeObject, old: KubeObject | undefined): string[] {
  const known = old?.metadata.finalizers ?? [];
  const added = (object.metadata.finalizers ?? []).filter((name) => !known.includes(name));
  return [...new Set(added)].sort().flatMap((name) => {
    const place = `metadata.finalizers: ${JSON.stringify(name)}: `;
    const warnings = isLabelKey(name).map((complaint) => place + complaint);
    if (!name.includes('/') && !standardFinalizers.includes(name)) {
      const path = name.includes('.') ? ' including a path (/)' : '';
      const danger = 'to avoid accidental conflicts with other finalizer writers';
      warnings.push(`${place}prefer a domain-qualified finalizer name${path} ${danger}`);
    }
    return warnings;
  });
}
