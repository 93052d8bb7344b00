/** Writes of Nodes. */
import { validateNode, validateNodeChanges, validateNodeUpdate } from '../../../../apis/core/validation/node.ts';
import { asObject, asText, isSet } from '../../../../apimachinery/json-access.ts';
import { isJsonObject } from '../../../../apimachinery/json.ts';
import type { KubeObject } from '../../../../apimachinery/meta/object.ts';
import type { Strategy, UpdateStrategy } from '../../generic/resource-definition.ts';
import { newStatusStrategy } from '../../generic/status-strategy.ts';

export const strategy: Strategy = {
  metadataOnUpdate: ['object'],
  // A kubelet registers with its status: the create keeps it.
  resetStatus: false,
  prepareForCreate(node) {
    if (isJsonObject(node.spec)) delete node.spec.configSource;
    if (isJsonObject(node.status)) delete node.status.config;
  },
  prepareForUpdate(node, old) {
    if (old.status === undefined) delete node.status;
    else node.status = old.status;
    if (isJsonObject(node.spec) && !isSet(asObject(old.spec).configSource)) delete node.spec.configSource;
  },
  warningsOnCreate: nodeWarnings,
  warningsOnUpdate: nodeWarnings,
  validate: validateNode,
  validateUpdate: validateNodeUpdate,
};

export const statusStrategy: UpdateStrategy = newStatusStrategy({
  prepare(node, old) {
    if (isJsonObject(node.status) && !isSet(asObject(old.status).config)) delete node.status.config;
  },
  validateUpdate: validateNodeChanges,
});

function nodeWarnings(node: KubeObject): string[] {
  const spec = asObject(node.spec);
  const warnings: string[] = [];
  if (isSet(spec.configSource)) warnings.push('spec.configSource: the feature is removed');
  if (asText(spec.externalID) !== '') {
    warnings.push('spec.externalID: this field is deprecated, and is unused by Kubernetes');
  }
  return warnings;
}
