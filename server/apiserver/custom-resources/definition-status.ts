/** What the status of a definition must say: names, schema, approval. Pure, and without effect on a status that says it already. */
import { asBoolean, asObject, asObjects } from '../../apimachinery/json-access.ts';
import { invalid } from '../../apimachinery/errors/field-error.ts';
import { isJsonObject } from '../../apimachinery/json.ts';
import type { KubeObject } from '../../apimachinery/meta/object.ts';
import { approvalCondition } from '../../apis/apiextensions/api-approval.ts';
import { removeCondition, setCondition } from '../../apis/apiextensions/conditions.ts';
import { structuralErrors } from '../../apis/apiextensions/structural-schema.ts';
import { acceptNames } from './accepted-names.ts';
import type { AcceptedNames } from './definition-facts.ts';

/** In place. `used` are the accepted names of the definition's group. */
export function updateStatus(definition: KubeObject, used: readonly AcceptedNames[], now: string): void {
  acceptNames(definition, used, now);
  const problems = structuralProblems(definition);
  if (problems === undefined) removeCondition(definition, 'NonStructuralSchema');
  else {
    const condition = { type: 'NonStructuralSchema', status: 'True', reason: 'Violations', message: problems } as const;
    setCondition(definition, condition, now);
  }
  const approval = approvalCondition(definition);
  if (approval !== undefined) setCondition(definition, approval, now);
}

/** Only definitions from before schemas had to be structural can have any. */
function structuralProblems(definition: KubeObject): string | undefined {
  const spec = asObject(definition.spec);
  const errors = asBoolean(spec.preserveUnknownFields)
    ? [invalid('spec.preserveUnknownFields', true, 'must be false')]
    : [];
  asObjects(spec.versions).forEach((version, index) => {
    const schema = asObject(version.schema).openAPIV3Schema;
    const path = `spec.versions[${index}].schema.openAPIV3Schema`;
    if (isJsonObject(schema)) errors.push(...structuralErrors(schema, path));
  });
  if (errors.length === 0) return undefined;
  const lines = [...new Set(errors.map(({ field, message }) => `${field}: ${message}`))];
  return lines.length === 1 ? lines[0] : `[${lines.join(', ')}]`;
}
