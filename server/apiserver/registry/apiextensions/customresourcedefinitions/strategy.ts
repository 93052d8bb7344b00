/** Writes of CustomResourceDefinitions: the version that is stored joins status.storedVersions. */
import { formatWarnings } from '../../../../apis/apiextensions/format-warnings.ts';
import {
  validateCustomResourceDefinition,
  validateCustomResourceDefinitionStatusUpdate,
  validateCustomResourceDefinitionUpdate,
  validateDefinitionName,
} from '../../../../apis/apiextensions/validation.ts';
import { asObject, asObjects, asText, asTexts } from '../../../../apimachinery/json-access.ts';
import { asSent } from '../../../../apimachinery/schema/sent-empties.ts';
import { schemasIn } from '../../../../apis/apiextensions/schemas-in.ts';
import { bumpGeneration } from '../../generic/generation.ts';
import type { KubeObject } from '../../../../apimachinery/meta/object.ts';
import { formatTime } from '../../../../apimachinery/meta/time.ts';
import { cleanupFinalizer, setCondition } from '../../../../apis/apiextensions/conditions.ts';
import type { Strategy, UpdateStrategy } from '../../generic/resource-definition.ts';
import { newStatusStrategy } from '../../generic/status-strategy.ts';

export const strategy: Strategy = {
  validateName: validateDefinitionName,
  metadataOnUpdate: ['change'],
  allowUnconditionalUpdate: false,
  generation: true,
  prepareForCreate(definition) {
    definition.status = { conditions: null, acceptedNames: { plural: '', kind: '' }, storedVersions: null };
    addStoredVersion(definition);
  },
  prepareForUpdate(definition, old) {
    addStoredVersion(definition);
    if (hasStrayItems(definition)) bumpGeneration(definition, old);
  },
  beginDeletion(definition, { clock }) {
    const { metadata } = definition;
    const finalizers = metadata.finalizers ?? [];
    if (!finalizers.includes(cleanupFinalizer)) metadata.finalizers = [...finalizers, cleanupFinalizer];
    const message = 'CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon';
    const pending = { type: 'Terminating', status: 'True', reason: 'InstanceDeletionPending', message } as const;
    setCondition(definition, pending, formatTime(clock.now()));
  },
  canonicalize(definition) {
    // As upstream's defaulting does when it reads the stored one.
    if (asTexts(asObject(definition.status).storedVersions).length === 0) addStoredVersion(definition);
  },
  validate: validateCustomResourceDefinition,
  validateUpdate: validateCustomResourceDefinitionUpdate,
  warningsOnCreate: (definition) => formatWarnings(definition),
  warningsOnUpdate: formatWarnings,
};

export const statusStrategy: UpdateStrategy = newStatusStrategy({
  validateUpdate: validateCustomResourceDefinitionStatusUpdate,
});

function addStoredVersion(definition: KubeObject): void {
  const stored = asObjects(asObject(definition.spec).versions).find((version) => version.storage === true);
  if (stored === undefined) return;
  const name = asText(stored.name);
  const status = asObject(definition.status);
  const known = asTexts(status.storedVersions);
  if (!known.includes(name)) definition.status = { ...status, storedVersions: [...known, name] };
}

/** Items that are no schema are not stored, and yet upstream takes them for a change. */
function hasStrayItems(definition: KubeObject): boolean {
  return asObjects(asObject(definition.spec).versions).some((version) =>
    schemasIn(asObject(version.schema).openAPIV3Schema).some(
      (schema) => schema.items === undefined && asSent(schema, 'items') !== undefined,
    ),
  );
}
