/** What the npm package gives to programs: servers, clients of what they serve, resources, controllers and schedulers of one's own. */
export { defineController } from '../extend/define-controller.ts';
export { defineResource } from '../extend/define-resource.ts';
export { installResource } from '../extend/install-resource.ts';
export * as resources from '../client/resource-types.ts';
export { runController } from './run-controller.ts';
export { newServingCertificate } from './pki.ts';
export type { PorticoOptions } from './options.ts';
export { type Portico, startPortico } from './start-portico.ts';
export { type Simulation, type SimulationOptions, startSimulation } from './start-simulation.ts';
export type {
  NodeInfo,
  Plugin as SchedulerPlugin,
  PodInfo,
  Rejection,
  SchedulerBackend,
  SchedulerHandle,
} from '../../backends/scheduler/interface.ts';
