/** RuntimeClasses. */
import { duplicate } from '../../apimachinery/errors/field-error.ts';
import { asObject, asText, isSet } from '../../apimachinery/json-access.ts';
import type { KubeObject } from '../../apimachinery/meta/object.ts';
import { validateLabels } from '../../apimachinery/validation/labels.ts';
import { isDns1123Label } from '../../apimachinery/validation/names.ts';
import { checkContainerResources } from '../core/validation/resource-requirements.ts';
import type { TextMap } from '../core/validation/template-metadata.ts';
import { checkTolerations } from '../core/validation/tolerations.ts';
import { checkEach, checkImmutable, checkRequiredFormat, type Errors } from '../validation/checks.ts';

export function validateRuntimeClass(runtimeClass: KubeObject): Errors {
  const errors: Errors = [];
  checkRequiredFormat(runtimeClass.handler, isDns1123Label, 'handler', errors);
  if (isSet(runtimeClass.overhead)) {
    const { podFixed } = asObject(runtimeClass.overhead);
    checkContainerResources({ limits: podFixed ?? null }, new Set(), 'overhead', errors);
  }
  if (!isSet(runtimeClass.scheduling)) return errors;
  const { nodeSelector, tolerations } = asObject(runtimeClass.scheduling);
  errors.push(...validateLabels(nodeSelector as TextMap, 'scheduling.nodeSelector'));
  checkTolerations(tolerations, 'scheduling.tolerations', errors);
  const seen = new Set<string>();
  checkEach(tolerations, 'scheduling.tolerations', ({ key, operator, value, effect, tolerationSeconds }, path) => {
    const texts = [key, operator, value, effect].map(asText);
    const id = texts.join('\n');
    const [Key = '', Operator = '', Value = '', Effect = ''] = texts;
    const shown = { Key, Operator, Value, Effect, TolerationSeconds: tolerationSeconds ?? null };
    if (seen.has(id)) errors.push(duplicate(path, shown));
    seen.add(id);
  });
  return errors;
}

export function validateRuntimeClassUpdate(runtimeClass: KubeObject, old: KubeObject): Errors {
  const errors: Errors = [];
  checkImmutable(runtimeClass.handler, old.handler, 'handler', errors);
  return errors;
}
