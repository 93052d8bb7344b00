/** Nothing is made of a kind whose definition is going away: its deletion would never end. */
import { newForbidden } from '../../apimachinery/errors/status-error.ts';
import type { AdmissionPlugin } from './admission.ts';

export const terminatingDefinition: AdmissionPlugin = {
  name: 'TerminatingDefinition',
  mutate({ operation, scope, name }) {
    if (operation !== 'CREATE' || scope.definition.custom !== 'terminating') return;
    const detail = 'create not allowed while custom resource definition is terminating';
    throw newForbidden(scope.groupResource, name, detail);
  },
};
