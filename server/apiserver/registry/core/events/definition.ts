/** events: names, versions and subresources. */
import { asObject, asText } from '../../../../apimachinery/json-access.ts';
import { unsupportedFieldLabel } from '../../generic/field-label.ts';
import type { ResourceDefinition } from '../../generic/resource-definition.ts';
import { strategy } from './strategy.ts';
import { table } from './table.ts';

export const events: ResourceDefinition = {
  group: '',
  resource: 'events',
  singular: 'event',
  kind: 'Event',
  namespaced: true,
  shortNames: ['ev'],
  versions: [{ version: 'v1', type: 'io.k8s.api.core.v1.Event', storage: true, servedByDefault: true }],
  strategy,
  table,
  selectableFields: {
    'involvedObject.kind': (event) => asText(asObject(event.involvedObject).kind),
    'involvedObject.namespace': (event) => asText(asObject(event.involvedObject).namespace),
    'involvedObject.name': (event) => asText(asObject(event.involvedObject).name),
    'involvedObject.uid': (event) => asText(asObject(event.involvedObject).uid),
    'involvedObject.apiVersion': (event) => asText(asObject(event.involvedObject).apiVersion),
    'involvedObject.resourceVersion': (event) => asText(asObject(event.involvedObject).resourceVersion),
    'involvedObject.fieldPath': (event) => asText(asObject(event.involvedObject).fieldPath),
    reason: (event) => asText(event.reason),
    reportingComponent: (event) => asText(event.reportingComponent),
    source: (event) => asText(asObject(event.source).component) || asText(event.reportingComponent),
    type: (event) => asText(event.type),
  },
  unknownFieldLabel: unsupportedFieldLabel,
  storagePrefix: 'events',
};
