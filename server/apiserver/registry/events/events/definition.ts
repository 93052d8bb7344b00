/** events.events.k8s.io: another view of the core events. */
import { asObject, asText } from '../../../../apimachinery/json-access.ts';
import { fromCoreEvent, toCoreEvent } from '../../../../apis/events/conversion.ts';
import { unsupportedFieldLabel } from '../../generic/field-label.ts';
import type { ResourceDefinition } from '../../generic/resource-definition.ts';
import { strategy } from './strategy.ts';
import { table } from './table.ts';

export const eventsK8sIoEvents: ResourceDefinition = {
  group: 'events.k8s.io',
  resource: 'events',
  singular: 'event',
  kind: 'Event',
  namespaced: true,
  shortNames: ['ev'],
  versions: [
    {
      version: 'v1',
      type: 'io.k8s.api.events.v1.Event',
      servedByDefault: true,
      toStorage: toCoreEvent,
      fromStorage: fromCoreEvent,
    },
  ],
  strategy,
  table,
  selectableFields: {
    'regarding.kind': (event) => asText(asObject(event.involvedObject).kind),
    'regarding.namespace': (event) => asText(asObject(event.involvedObject).namespace),
    'regarding.name': (event) => asText(asObject(event.involvedObject).name),
    'regarding.uid': (event) => asText(asObject(event.involvedObject).uid),
    'regarding.apiVersion': (event) => asText(asObject(event.involvedObject).apiVersion),
    'regarding.resourceVersion': (event) => asText(asObject(event.involvedObject).resourceVersion),
    'regarding.fieldPath': (event) => asText(asObject(event.involvedObject).fieldPath),
    reason: (event) => asText(event.reason),
    reportingController: (event) => asText(event.reportingComponent),
    type: (event) => asText(event.type),
  },
  unknownFieldLabel: unsupportedFieldLabel,
  storagePrefix: 'events',
  storedKind: '/v1/Event',
  storedAs: { group: '', resource: 'events' },
};
