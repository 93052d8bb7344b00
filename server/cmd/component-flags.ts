/** Flags of the commands that run one part of a cluster. */
export interface ComponentFlags {
  readonly kubeconfig: string;
}

export interface SchedulerFlags extends ComponentFlags {
  readonly leaderElect: boolean;
}

export interface NodeFlags extends ComponentFlags {
  readonly nodes: number;
  readonly hostnameOverride?: string;
  readonly simulationSeed: number;
}
