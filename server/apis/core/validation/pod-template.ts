/** Pod templates inside other objects. */
import { forbidden } from '../../../apimachinery/errors/field-error.ts';
import { asList, asObject } from '../../../apimachinery/json-access.ts';
import type { JsonObject } from '../../../apimachinery/json.ts';
import { validateLabels } from '../../../apimachinery/validation/labels.ts';
import { validateAnnotations } from '../../../apimachinery/validation/object-meta.ts';
import type { Errors } from '../../validation/checks.ts';
import type { SelectorRules } from './affinity.ts';
import { checkPodAnnotations, checkProfilesAgree } from './pod-annotations.ts';
import { checkPodSpec } from './pod-spec.ts';
import type { TextMap } from './template-metadata.ts';

export const strictSelectors: SelectorRules = { allowInvalidValues: false };

export function checkPodTemplateSpec(template: JsonObject, rules: SelectorRules, path: string, errors: Errors): void {
  const spec = asObject(template.spec);
  const annotations = checkPodTemplateMetadata(template, path, errors);
  const specRules = { ...rules, podName: '', isPod: false, isMirrorPod: false };
  checkPodSpec(spec, specRules, `${path}.spec`, errors);
  checkProfilesAgree(annotations, spec, `${path}.spec`, errors);
  if (asList(spec.ephemeralContainers).length > 0) {
    errors.push(forbidden(`${path}.spec.ephemeralContainers`, 'ephemeral containers not allowed in pod template'));
  }
}

/** The annotations, once checked. */
export function checkPodTemplateMetadata(
  template: JsonObject,
  path: string,
  errors: Errors,
): Readonly<Record<string, string>> {
  const metadata = asObject(template.metadata);
  const annotations = (metadata.annotations as TextMap) ?? {};
  errors.push(...validateLabels(metadata.labels as TextMap, `${path}.labels`));
  errors.push(...validateAnnotations(annotations, `${path}.annotations`));
  checkPodAnnotations(annotations, asObject(template.spec), `${path}.annotations`, errors);
  return annotations;
}
