/** Flags of the commands that run one part of a cluster. */
export interface ComponentFlags {
  readonly kubeconfig: string;
}

export interface SchedulerFlags extends ComponentFlags {
  readonly leaderElect: boolean;
}

export interface ControllersFlags extends ComponentFlags {
  readonly leaderElect: boolean;
  readonly controllers: string;
  readonly rootCaFile?: string;
  readonly clusterSigningCertFile?: string;
  readonly clusterSigningKeyFile?: string;
  readonly allocateNodeCidrs: boolean;
  readonly clusterCidr?: string;
}

export interface NodeFlags extends ComponentFlags {
  readonly nodes: number;
  readonly hostnameOverride?: string;
  readonly simulationSeed: number;
}
