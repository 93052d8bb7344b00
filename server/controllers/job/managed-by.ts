/** A job may be somebody else's to run. */
import type { Job } from '../../client/api-types.ts';

export function isManagedElsewhere({ spec }: Job): boolean {
  return (spec?.managedBy ?? ourName) !== ourName;
}

const ourName = 'kubernetes.io/job-controller';
