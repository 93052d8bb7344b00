/** Writes of CustomResourceDefinitions: the version that is stored joins status.storedVersions. */
import { formatWarnings } from '../../../../apis/apiextensions/format-warnings.ts';
import {
  validateCustomResourceDefinition,
  validateCustomResourceDefinitionStatusUpdate,
  validateCustomResourceDefinitionUpdate,
} from '../../../../apis/apiextensions/validation.ts';
import { asObject, asObjects, asText, asTexts } from '../../../../apimachinery/json-access.ts';
import type { KubeObject } from '../../../../apimachinery/meta/object.ts';
import type { Strategy, UpdateStrategy } from '../../generic/resource-definition.ts';
import { newStatusStrategy } from '../../generic/status-strategy.ts';

export const strategy: Strategy = {
  allowUnconditionalUpdate: false,
  generation: true,
  prepareForCreate(definition) {
    definition.status = { conditions: null, acceptedNames: { plural: '', kind: '' }, storedVersions: null };
    addStoredVersion(definition);
  },
  prepareForUpdate: addStoredVersion,
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
