/** Requests for certificates of pods go when nobody can still be about to answer them, or to take the answer. */
import { podCertificateRequests } from '../../client/resource-types.ts';
import type { Controller } from '../controller.ts';
import { sweep } from './sweep.ts';

const minute = 60_000;
const every = 5 * minute;
const mostAge = 15 * minute;

export const podCertificateCleaner: Controller = {
  name: 'podcertificaterequest-cleaner-controller',
  account: 'podcertificaterequestcleaner',
  needs: podCertificateRequests,
  async run(context) {
    const isOutdated = ({ metadata }: { metadata: { creationTimestamp?: string | null } }, now: number) =>
      now - Date.parse(metadata.creationTimestamp ?? '') >= mostAge;
    await sweep(context, podCertificateRequests, { every, isOutdated });
  },
};
