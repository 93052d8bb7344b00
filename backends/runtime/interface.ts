/**
 * The runtime seam, in the terms of upstream's container runtime interface: pods are sandboxes with containers in them. One
 * runtime may serve many nodes; what an image, an address or a machine is stays its own affair.
 */
export interface Runtime {
  /** Begins container IDs ("simulated://…") and names the runtime in a node's status. */
  readonly name: string;
  readonly version: string;

  describeNode(node: string): NodeDescription;

  /** Where the network of the pods meets the machine; undefined: pods have none of their own. */
  readonly network?: PodNetwork | undefined;

  /** Gives the pod its network. @throws RuntimeError; trying again is allowed. */
  runPodSandbox(config: PodSandboxConfig): Promise<PodSandbox>;
  /** Ends what still runs in it, at once, and gives its addresses back. No error where it is gone already. */
  removePodSandbox(sandboxId: string): Promise<void>;

  /** What the node has of an image; undefined: it must be pulled. */
  imageStatus(node: string, image: string): Image | undefined;
  /** @throws ImagePullError */
  pullImage(request: PullRequest): Promise<Image>;
  listImages(node: string): readonly Image[];

  /** @throws RuntimeError: the container cannot be made or started, and there is none. */
  startContainer(sandboxId: string, config: ContainerConfig): Promise<ContainerStatus>;
  /** SIGTERM, and SIGKILL after the grace period. Resolves when it has ended. */
  stopContainer(containerId: string, graceSeconds: number): Promise<void>;
  removeContainer(containerId: string): Promise<void>;
  /** Changes what a running container may use. @throws RuntimeError: it cannot be */
  updateContainer(containerId: string, resources: ContainerResources): Promise<void>;
  containerStatus(containerId: string): ContainerStatus | undefined;
  /** What the API gives may have changed: asks for the files of the pod's volumes again. Undefined: they are asked for whenever they are read. */
  refreshVolumes?(sandboxId: string): Promise<void>;

  /** One attempt of a probe; reaching the container is the runtime's affair. Never throws. */
  probe(containerId: string, probe: Probe): Promise<ProbeOutcome>;
  /** Resolves with the exit code when the command has ended. @throws RuntimeError: nothing could be run. */
  exec(containerId: string, request: ExecRequest): Promise<number>;
  /** Joins the container's own process. Resolves when it has ended. */
  attach(containerId: string, streams: Streams): Promise<void>;
  /** A connection to a port inside the pod. @throws RuntimeError */
  connect(sandboxId: string, port: number): Promise<Connection>;
  /** Lines as they were written, until the end, or while the container runs if `follow`. */
  logs(containerId: string, options: LogRequest): AsyncIterable<LogLine>;
  stats(containerId: string): ContainerStats | undefined;

  /** Told whenever a container has changed on its own accord. Returns its end. */
  subscribe(listener: (event: ContainerEvent) => void): () => void;
  close(): Promise<void>;
}

export interface NodeDescription {
  /** By resource name, as quantities: cpu, memory, pods, ephemeral-storage … */
  readonly capacity: Readonly<Record<string, string>>;
  readonly operatingSystem: string;
  readonly architecture: string;
  readonly osImage: string;
  readonly kernelVersion: string;
  readonly machineId: string;
  readonly systemUuid: string;
  readonly bootId: string;
  /** Address of the node. */
  readonly internalIp: string;
}

export interface PodSandboxConfig {
  readonly node: string;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly annotations: Readonly<Record<string, string>>;
  readonly hostname: string;
  /** What follows the host's name in its full name; empty: nothing. */
  readonly domain: string;
  readonly hostNetwork: boolean;
  /** Further lines of the hosts file: an address and its names. */
  readonly hostAliases: readonly { readonly ip: string; readonly hostnames: readonly string[] }[];
  /** Undefined: the runtime's affair. */
  readonly dns: DnsConfig | undefined;
  /** Ports of the machine that lead to ports of the pod. */
  readonly portMappings: readonly PortMapping[];
  /** Names as "kernel.shm_rmid_forced", and their values. */
  readonly sysctls: readonly (readonly [string, string])[];
  /** Whose the pod's volumes are; undefined: root's alone. */
  readonly fsGroup: number | undefined;
}

/** As a resolv.conf says it. */
export interface DnsConfig {
  readonly servers: readonly string[];
  readonly searches: readonly string[];
  readonly options: readonly string[];
  /** What of the machine's own comes with it. */
  readonly ofMachine: 'everything' | 'searches' | 'nothing';
}

export interface PortMapping {
  readonly protocol: 'TCP' | 'UDP';
  /** Empty: every address of the node. */
  readonly hostIp: string;
  readonly hostPort: number;
  readonly containerPort: number;
}

export interface PodNetwork {
  /** Address of the machine as pods see it. */
  readonly gateway: string;
  /** Makes a block of addresses ("10.0.0.0/24") the machine's own, so that what pods send there can be relayed. @throws Error */
  ownAddresses(block: string): Promise<void>;
  /** Listens there. @throws RuntimeError: it cannot */
  relay(relay: Relay): Promise<OpenRelay>;
}

/** Connections and flows that are passed on from one address to others. */
export interface Relay {
  readonly protocol: 'TCP' | 'UDP';
  readonly address: string;
  readonly port: number;
  /** Where the next one goes that comes from this address; undefined: it is refused. */
  readonly choose: (client: string) => { readonly address: string; readonly port: number } | undefined;
}

export interface PodSandbox {
  readonly id: string;
  /** First the main one; empty with the host's network. */
  readonly ips: readonly string[];
}

export interface OpenRelay {
  /** Flows of datagrams, which know no end, go where they are told next; connections stay. */
  choosesAnew(): void;
  close(): void;
}

export interface Image {
  readonly id: string;
  readonly names: readonly string[];
  readonly sizeBytes: number;
  /** As whom its containers run where nothing else is said: "1000", "1000:1000", a name; unset: root. */
  readonly user?: string;
}

export interface PullRequest {
  readonly node: string;
  readonly image: string;
  readonly annotations: Readonly<Record<string, string>>;
}

export interface Mount {
  readonly name: string;
  readonly path: string;
  readonly subPath: string;
  readonly readOnly: boolean;
  readonly volume: VolumeContent;
}

/** What a volume brings: files that the API gives, or nothing but room. */
export interface VolumeContent {
  readonly name: string;
  /** Who sees the same room under the same name: the containers of the pod, the pods of the node, or all pods. */
  readonly sharedBy: 'pod' | 'node' | 'all';
  /** Kept in memory rather than on a disk. */
  readonly isMemory?: boolean;
  /** Bytes at most, where the runtime can see to it; unset: no limit. */
  readonly sizeLimit?: number;
  /** A path of the node's own file system, as what must be there already, or is made: the type of a hostPath. */
  readonly hostPath?: { readonly path: string; readonly type: string };
  /** What an image brings, to be read only. */
  readonly image?: string;
  /** By path inside the volume; read when a container asks for them, so that nobody pays for what nobody reads. */
  readonly files?: () => Promise<ReadonlyMap<string, VolumeFile>>;
}

export interface VolumeFile {
  readonly content: Uint8Array;
  /** Permission bits. */
  readonly mode: number;
  /** Unset: root. */
  readonly owner?: number;
}

export interface ContainerConfig {
  readonly name: string;
  readonly image: string;
  readonly imageId: string;
  /** Empty: what the image says. */
  readonly command: readonly string[];
  readonly args: readonly string[];
  readonly workingDirectory: string;
  readonly env: readonly (readonly [string, string])[];
  readonly mounts: readonly Mount[];
  readonly ports: readonly number[];
  /** How often the container has been started before in this pod. */
  readonly attempt: number;
  readonly tty: boolean;
  readonly stdin: boolean;
  /** ID of a container whose processes it sees beside its own, where the runtime can have it so; unset: its own alone. */
  readonly target?: string | undefined;
  /** A container that is meant to end. */
  readonly isInit: boolean;
  /** Unset: who the image says, else root. */
  readonly runAsUser: number | undefined;
  readonly runAsGroup: number | undefined;
  readonly supplementalGroups: readonly number[];
  readonly privileges: Privileges;
  readonly terminationMessagePath: string;
  readonly readOnlyRoot: boolean;
  readonly resources: ContainerResources;
  /** How gladly the kernel ends it when memory runs out, from -1000 to 1000. */
  readonly oomScore: number;
}

/** Of 0 there is none. */
export interface ContainerResources {
  /** Thousandths of a core. */
  readonly cpuRequest: number;
  readonly cpuLimit: number;
  /** Bytes. */
  readonly memoryLimit: number;
}

/** What a container may do beyond its user's rights. */
export interface Privileges {
  /** Everything that root may. */
  readonly privileged: boolean;
  /** No program that it starts gets more rights than it has. */
  readonly noNewPrivileges: boolean;
  /** Names as "NET_ADMIN", or "ALL"; beyond and of the usual ones. */
  readonly add: readonly string[];
  readonly drop: readonly string[];
}

export interface ContainerStatus {
  readonly id: string;
  readonly sandboxId: string;
  readonly name: string;
  readonly state: 'running' | 'exited';
  /** Milliseconds since the epoch; finishedAt is 0 while it runs. */
  readonly startedAt: number;
  readonly finishedAt: number;
  readonly exitCode: number;
  readonly signal: number;
  /** Completed, Error, OOMKilled, …; empty while it runs. */
  readonly reason: string;
  /** What it left as its termination message; without one, the end of its log is the kubelet's affair. */
  readonly terminationMessage: string;
  readonly imageId: string;
}

export interface ContainerEvent {
  readonly type: 'exited';
  readonly containerId: string;
  readonly sandboxId: string;
}

export type Probe =
  | {
      readonly type: 'exec';
      readonly command: readonly string[];
      readonly kind: ProbeKind;
      readonly timeoutSeconds: number;
    }
  | {
      readonly type: 'httpGet';
      readonly scheme: string;
      readonly host: string;
      readonly port: number;
      readonly path: string;
      readonly headers: readonly (readonly [string, string])[];
      readonly kind: ProbeKind;
      readonly timeoutSeconds: number;
    }
  | {
      readonly type: 'tcpSocket';
      readonly host: string;
      readonly port: number;
      readonly kind: ProbeKind;
      readonly timeoutSeconds: number;
    }
  | {
      readonly type: 'grpc';
      readonly port: number;
      readonly serviceName: string;
      readonly kind: ProbeKind;
      readonly timeoutSeconds: number;
    };

/** Hooks of a container's life are asked the same way; their answer does not matter, if there is one. */
export type ProbeKind = 'startup' | 'readiness' | 'liveness' | 'hook';

export interface ProbeOutcome {
  readonly success: boolean;
  /** What a person is told of a failure. */
  readonly output: string;
}

export interface Streams {
  /** Ends when the client has sent everything; undefined: no input. */
  readonly stdin: AsyncIterable<Uint8Array> | undefined;
  readonly stdout: ((chunk: Uint8Array) => void) | undefined;
  readonly stderr: ((chunk: Uint8Array) => void) | undefined;
  readonly tty: boolean;
  /** Terminal sizes as they change. */
  readonly resize: AsyncIterable<{ readonly width: number; readonly height: number }> | undefined;
  readonly signal: AbortSignal;
}

export interface ExecRequest extends Streams {
  readonly command: readonly string[];
}

export interface Connection {
  readonly read: AsyncIterable<Uint8Array>;
  write(chunk: Uint8Array): void;
  end(): void;
}

export interface LogRequest {
  readonly follow: boolean;
  readonly signal: AbortSignal;
}

export interface LogLine {
  readonly stream: 'stdout' | 'stderr';
  /** Milliseconds since the epoch. */
  readonly time: number;
  /** Without its line break. */
  readonly text: string;
  /** The last one, if no line break has ended it. */
  readonly isPartial?: true;
}

export interface ContainerStats {
  /** Of now. */
  readonly cpuNanoCores: number;
  /** Since the container started. */
  readonly cpuNanoSeconds: number;
  readonly memoryBytes: number;
}
