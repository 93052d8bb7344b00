/** Writes of PodTemplates. */
import { dropTemplateFieldsOffByDefault } from '../../../../apis/core/fields-off-by-default.ts';
import { podTemplateWarnings } from '../../../../apis/core/warnings/pods.ts';
import { validatePodTemplate } from '../../../../apis/core/validation/replication-controller.ts';
import type { Strategy } from '../../generic/resource-definition.ts';

export const strategy: Strategy = {
  metadataOnUpdate: ['change'],
  generation: true,
  returnDeletedObject: true,
  prepareForCreate: (podTemplate) => dropTemplateFieldsOffByDefault(podTemplate.template, undefined),
  prepareForUpdate: (podTemplate, old) => dropTemplateFieldsOffByDefault(podTemplate.template, old.template),
  validate: validatePodTemplate,
  validateUpdate: validatePodTemplate,
  warningsOnCreate: (object) => podTemplateWarnings(object.template, 'template'),
  warningsOnUpdate: (object, old) =>
    object.metadata.generation === old.metadata.generation ? [] : podTemplateWarnings(object.template, 'template'),
};
