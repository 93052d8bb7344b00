/** Writes of Services, once their addresses and node ports are settled (allocation/). */
import { loadBalancerWarnings } from '../../../../apis/core/warnings/services.ts';
import { serviceWarnings } from '../../../../apis/core/warnings/services.ts';
import {
  validateService,
  validateServiceStatusUpdate,
  validateServiceUpdate,
} from '../../../../apis/core/validation/service.ts';
import { validateDnsLabelName } from '../../../../apimachinery/validation/names.ts';
import { isJsonObject } from '../../../../apimachinery/json.ts';
import type { KubeObject } from '../../../../apimachinery/meta/object.ts';
import type { Strategy, UpdateStrategy } from '../../generic/resource-definition.ts';
import { newStatusStrategy } from '../../generic/status-strategy.ts';
import { dropTypeDependentFields } from './allocated-fields.ts';

export const strategy: Strategy = {
  allowCreateOnUpdate: true,
  returnDeletedObject: true,
  validateName: validateDnsLabelName,
  prepareForUpdate: dropTypeDependentFields,
  metadataOnUpdate: ['change'],
  validate: validateService,
  validateUpdate: validateServiceUpdate,
  canonicalize: dropInternalTrafficPolicy,
  warningsOnCreate: serviceWarnings,
  warningsOnUpdate: serviceWarnings,
};

/** It is accepted for ExternalName, and never shown. */
function dropInternalTrafficPolicy({ spec }: KubeObject): void {
  if (isJsonObject(spec) && spec.type === 'ExternalName') delete spec.internalTrafficPolicy;
}

export const statusStrategy: UpdateStrategy = newStatusStrategy({
  validateUpdate: validateServiceStatusUpdate,
  warningsOnUpdate: loadBalancerWarnings,
});
