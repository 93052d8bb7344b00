/** Every scenario, kind by kind. */
import type { Scenario } from '../scenario.ts';
import { cronJobScenarios } from './cron-jobs.ts';
import { daemonSetScenarios } from './daemon-sets.ts';
import { deploymentScenarios } from './deployments.ts';
import { jobScenarios } from './jobs.ts';
import { replicaSetScenarios } from './replica-sets.ts';
import { statefulSetScenarios } from './stateful-sets.ts';

/** Upstream's looks at a job a second after its pods have changed, and may then have to look again. */
const afterJobs = (scenario: Scenario): Scenario => ({ ...scenario, restMs: 2500 });

export const scenarios: readonly Scenario[] = [
  ...deploymentScenarios,
  ...replicaSetScenarios,
  ...statefulSetScenarios,
  ...daemonSetScenarios,
  ...jobScenarios.map(afterJobs),
  ...cronJobScenarios.map(afterJobs),
];
