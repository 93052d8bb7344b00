/** Label and field selectors of a request as one selection that the cacher can index and share. */
import { newBadRequest } from '../../apimachinery/errors/status-error.ts';
import { parseFieldSelector } from '../../apimachinery/fields/selector.ts';
import { parseLabelSelector } from '../../apimachinery/labels/selector.ts';
import type { ObjectSelector } from '../cacher/interface.ts';
import type { ResourceDefinition } from '../registry/generic/resource-definition.ts';

/** Undefined: nothing is selected away. @throws StatusError 400 for a selector that cannot be read or a label that is not selectable. */
export function parseSelection(
  labelText: string,
  fieldText: string,
  definition: ResourceDefinition,
): ObjectSelector | undefined {
  if (labelText === '' && fieldText === '') return undefined;
  const labels = parseLabelSelector(labelText);
  const fields = parseFieldSelector(fieldText, (field, value) => {
    requireSelectable(field, definition);
    return { field, value };
  });
  if (labels.isEmpty && fields.isEmpty) return undefined;
  return {
    id: `${labels.toString()}\0${fields.toString()}`,
    labelEquals: labels.requirements
      .filter(({ operator }) => operator === '=' || operator === '==' || operator === 'in')
      .map(({ key, values }) => ({ key, values: [...values] })),
    fieldEquals: fields.requirements
      .filter(({ operator }) => operator === '=')
      .map(({ field, value }) => ({ field, value })),
    everything: false,
    matches: (objectLabels, field) => labels.matches(objectLabels) && fields.matches(field),
  };
}

function requireSelectable(field: string, definition: ResourceDefinition): void {
  if (field === 'metadata.name') return;
  if (field === 'metadata.namespace' && definition.selectableNamespace !== false) return;
  if (definition.selectableFields !== undefined && Object.hasOwn(definition.selectableFields, field)) return;
  const message =
    definition.unknownFieldLabel?.(field) ??
    `${JSON.stringify(field)} is not a known field selector: only "metadata.name", "metadata.namespace"`;
  throw newBadRequest(message);
}
