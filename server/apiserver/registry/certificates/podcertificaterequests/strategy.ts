/** Writes of PodCertificateRequests. */
import {
  validatePodCertificateRequest,
  validatePodCertificateRequestStatusUpdate,
  validatePodCertificateRequestUpdate,
} from '../../../../apis/certificates/pod-certificate-request-validation.ts';
import type { Strategy, UpdateStrategy } from '../../generic/resource-definition.ts';
import { newStatusStrategy } from '../../generic/status-strategy.ts';

export const strategy: Strategy = {
  metadataOnUpdate: ['change'],
  allowUnconditionalUpdate: false,
  validate: validatePodCertificateRequest,
  validateUpdate: validatePodCertificateRequestUpdate,
};

export const statusStrategy: UpdateStrategy = newStatusStrategy({
  keepMetadata: 'all',
  validateUpdate: validatePodCertificateRequestStatusUpdate,
});
