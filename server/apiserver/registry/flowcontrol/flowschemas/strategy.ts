/** Writes of FlowSchemas. */
import { validateFlowSchema, validateFlowSchemaStatusUpdate } from '../../../../apis/flowcontrol/validation.ts';
import type { Strategy, UpdateStrategy } from '../../generic/resource-definition.ts';
import { newStatusStrategy } from '../../generic/status-strategy.ts';

export const strategy: Strategy = {
  metadataOnUpdate: ['object'],
  generation: true,
  validate: validateFlowSchema,
  validateUpdate: validateFlowSchema,
};

export const statusStrategy: UpdateStrategy = newStatusStrategy({
  metadataOnUpdate: [],
  keepMetadata: 'all',
  validateUpdate: validateFlowSchemaStatusUpdate,
});
