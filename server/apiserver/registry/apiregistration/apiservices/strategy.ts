/** Writes of APIServices: those without a service are served by this server, and available at once. */
import {
  validateApiService,
  validateApiServiceName,
  validateApiServiceStatusUpdate,
  validateApiServiceUpdate,
} from '../../../../apis/apiregistration/validation.ts';
import { asObject, isSet } from '../../../../apimachinery/json-access.ts';
import { formatTime } from '../../../../apimachinery/meta/time.ts';
import type { Strategy, UpdateStrategy } from '../../generic/resource-definition.ts';
import { newStatusStrategy } from '../../generic/status-strategy.ts';

export const strategy: Strategy = {
  // It follows from the spec, and is looked at first.
  validateName: () => [],
  validateBeforeMetadata: validateApiServiceName,
  anyFinalizers: true,
  allowUnconditionalUpdate: false,
  prepareForCreate(service, context) {
    if (isSet(asObject(service.spec).service)) return;
    const lastTransitionTime = formatTime(context.clock.now());
    const message = 'Local APIServices are always available';
    service.status = {
      conditions: [{ type: 'Available', status: 'True', lastTransitionTime, reason: 'Local', message }],
    };
  },
  validate: validateApiService,
  validateUpdate: validateApiServiceUpdate,
};

export const statusStrategy: UpdateStrategy = newStatusStrategy({
  keepMetadata: ['labels', 'annotations', 'finalizers', 'ownerReferences'],
  validateUpdate: validateApiServiceStatusUpdate,
});
