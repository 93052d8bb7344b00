/** Writes of APIServices: those without a service are served by this server, and available at once. */
import { validateApiService, validateApiServiceStatusUpdate } from '../../../../apis/apiregistration/validation.ts';
import { asObject, isSet } from '../../../../apimachinery/json-access.ts';
import { formatTime } from '../../../../apimachinery/meta/time.ts';
import type { Strategy, UpdateStrategy } from '../../generic/resource-definition.ts';
import { newStatusStrategy } from '../../generic/status-strategy.ts';

export const strategy: Strategy = {
  // Validation checks the name: it follows from the spec.
  validateName: () => [],
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
  validateUpdate: validateApiService,
};

export const statusStrategy: UpdateStrategy = newStatusStrategy({
  keepMetadata: ['labels', 'annotations', 'finalizers', 'ownerReferences'],
  validateUpdate: validateApiServiceStatusUpdate,
});
