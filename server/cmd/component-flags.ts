/** Flags of the commands that run one part of a cluster. */
import type { RuntimeName } from './backends.ts';

export interface ComponentFlags {
  readonly kubeconfig: string;
}

/** How several take turns; what is not said is as in the configuration, or upstream's default. */
export interface LeaderElectionFlags {
  readonly leaderElect?: boolean;
  /** Seconds. */
  readonly leaderElectLeaseDuration?: number;
  readonly leaderElectRenewDeadline?: number;
  readonly leaderElectRetryPeriod?: number;
  readonly leaderElectResourceName?: string;
  readonly leaderElectResourceNamespace?: string;
}

/** Where a component answers about itself. */
export interface ServingFlags {
  readonly securePort: number;
  readonly bindAddress: string;
  readonly tlsCertFile?: string;
  readonly tlsPrivateKeyFile?: string;
}

export interface SchedulerFlags extends LeaderElectionFlags, ServingFlags {
  readonly kubeconfig?: string;
  readonly config?: string;
}

export interface ControllersFlags extends ComponentFlags, LeaderElectionFlags, ServingFlags {
  readonly controllers: string;
  readonly useServiceAccountCredentials: boolean;
  readonly rootCaFile?: string;
  readonly clusterSigningCertFile?: string;
  readonly clusterSigningKeyFile?: string;
  readonly allocateNodeCidrs: boolean;
  readonly clusterCidr?: string;
}

export interface MetricsFlags extends ComponentFlags, ServingFlags {}

export interface NodeFlags extends ComponentFlags {
  readonly nodes: number;
  readonly hostnameOverride?: string;
  readonly bootstrapKubeconfig?: string;
  readonly nodeRuntime: RuntimeName;
  readonly processImages?: string;
  readonly processPodCidr?: string;
  readonly simulationSeed: number;
  readonly nodeIp?: string;
  readonly port: number;
  readonly clientCaFile?: string;
  readonly tlsCertFile?: string;
  readonly tlsPrivateKeyFile?: string;
}
