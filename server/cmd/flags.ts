/** Every flag of a server; the same table feeds the config file. */
import { Option } from 'commander';
import { accessFlags } from './access-flags.ts';
import { auditFlags } from './audit-flags.ts';
import { encryptionFlags } from './encryption-flags.ts';
import { kubeletFlags } from './kubelet-flags.ts';
import type { FlagDefinition } from './flag-definition.ts';
import { count, port, runtimeName, seconds, trueOrFalse } from './flag-values.ts';

/** Source of names and defaults: kube-apiserver 1.36's flags. */
export const flagDefinitions: readonly FlagDefinition[] = [
  {
    option: 'storage',
    flag: '--storage <url>',
    help: 'where the state lives: postgres://user@host/database, embedded:FOLDER or memory:',
  },
  {
    option: 'securePort',
    flag: '--secure-port <port>',
    help: 'port of the HTTPS server; 0: chosen by the system',
    parse: port,
    default: 6443,
  },
  {
    option: 'bindAddress',
    flag: '--bind-address <address>',
    help: 'address to listen on; 0.0.0.0 opens it to the network',
    default: '127.0.0.1',
  },
  {
    option: 'advertiseAddress',
    flag: '--advertise-address <address>',
    help: 'endpoint of the service kubernetes, and with --bind-address 0.0.0.0 the kubeconfig’s server (default: the bind address, or with loopback the first address of this machine)',
  },
  ...accessFlags,
  ...auditFlags,
  ...encryptionFlags,
  ...kubeletFlags,
  {
    option: 'tlsCertFile',
    flag: '--tls-cert-file <file>',
    help: 'serving certificate, PEM (default: one signed by our own authority)',
  },
  { option: 'tlsPrivateKeyFile', flag: '--tls-private-key-file <file>', help: 'key of --tls-cert-file' },
  {
    option: 'tlsMinVersion',
    flag: '--tls-min-version <version>',
    help: 'VersionTLS12 or VersionTLS13',
    default: 'VersionTLS12',
  },
  {
    option: 'tlsCipherSuites',
    flag: '--tls-cipher-suites <list>',
    help: 'suites of TLS 1.2, by their names in Go (default: those of Node)',
    isList: true,
  },
  {
    option: 'serviceClusterIpRange',
    flag: '--service-cluster-ip-range <cidrs>',
    help: 'addresses of services; a second block of the other family, after a comma, makes two stacks',
    default: '10.0.0.0/24',
  },
  {
    option: 'serviceNodePortRange',
    flag: '--service-node-port-range <range>',
    help: 'ports of services of the types NodePort and LoadBalancer',
    default: '30000-32767',
  },
  {
    option: 'runtimeConfig',
    flag: '--runtime-config <list>',
    help: 'versions to switch on or off: api/beta=true,resource.k8s.io/v1beta1=true',
  },
  {
    option: 'enableAdmissionPlugins',
    flag: '--enable-admission-plugins <list>',
    help: 'admission plugins to run beside those that run by default: AlwaysPullImages,NodeRestriction',
  },
  {
    option: 'disableAdmissionPlugins',
    flag: '--disable-admission-plugins <list>',
    help: 'admission plugins not to run although they would by default',
  },
  {
    option: 'admissionControlConfigFile',
    flag: '--admission-control-config-file <file>',
    help: 'an AdmissionConfiguration: settings of PodSecurity and EventRateLimit',
  },
  {
    option: 'defaultNotReadyTolerationSeconds',
    flag: '--default-not-ready-toleration-seconds <seconds>',
    help: 'how long pods stay on a node that is not ready, unless they say otherwise',
    parse: count,
    default: 300,
  },
  {
    option: 'defaultUnreachableTolerationSeconds',
    flag: '--default-unreachable-toleration-seconds <seconds>',
    help: 'how long pods stay on a node that is unreachable, unless they say otherwise',
    parse: count,
    default: 300,
  },
  {
    option: 'scheduler',
    flag: '--scheduler <bool>',
    help: 'assigns pods to nodes in this process (default: true with up, false with serve)',
    parse: trueOrFalse,
  },
  {
    option: 'schedulerConfig',
    flag: '--scheduler-config <file>',
    help: 'a KubeSchedulerConfiguration for it: profiles, plugins and their arguments, back-off',
  },
  {
    option: 'nodes',
    flag: '--nodes <n>',
    help: 'nodes to run in this process (default: 1 with up, none with serve)',
    parse: count,
  },
  {
    option: 'nodeRuntime',
    flag: '--node-runtime <name>',
    help: 'what their containers are: simulated, or process: processes of this machine, with its own system in place of images',
    parse: runtimeName,
    default: 'simulated',
  },
  {
    option: 'processImages',
    flag: '--process-images <folder>',
    help: 'images for --node-runtime process: NAME/rootfs and NAME/config.json, as of an OCI image (default: none)',
  },
  {
    option: 'processPodCidr',
    flag: '--process-pod-cidr <cidr>',
    help: "network of the pods of --node-runtime process, with services and names, which needs root (default: 10.244.0.0/16 as root, if nothing is in the way; else, and with none, they share the machine's)",
  },
  {
    option: 'metricsServer',
    flag: '--metrics-server <bool>',
    help: 'serves metrics.k8s.io from what kubelets say: kubectl top, autoscaling (default: true with up, false with serve)',
    parse: trueOrFalse,
  },
  {
    option: 'simulationSeed',
    flag: '--simulation-seed <n>',
    help: 'the same seed gives simulated nodes the same names, addresses and times',
    parse: count,
    default: 1,
  },
  {
    option: 'controllers',
    flag: '--controllers <list>',
    help: 'controllers to run in this process: "*" for those on by default, names, and -names (default: * with up, none with serve)',
    isList: true,
  },
  {
    option: 'allocateNodeCidrs',
    flag: '--allocate-node-cidrs <bool>',
    help: 'give every node a block of --cluster-cidr for its pods',
    parse: trueOrFalse,
    default: 'false',
  },
  {
    option: 'clusterCidr',
    flag: '--cluster-cidr <cidrs>',
    help: 'addresses of pods; a second block of the other family, after a comma, makes two stacks',
  },
  {
    option: 'loadBalancerCidr',
    flag: '--load-balancer-cidr <cidr>',
    help: 'addresses for services of the type LoadBalancer (default: they wait for the controller of a cloud)',
  },
  {
    option: 'eventTtl',
    flag: '--event-ttl <duration>',
    help: 'how long events are kept after they were last seen; 0: for ever',
    parse: seconds,
    default: '1h0m0s',
  },
  {
    option: 'enablePriorityAndFairness',
    flag: '--enable-priority-and-fairness <bool>',
    help: 'FlowSchemas and PriorityLevelConfigurations share what the next two flags add up to; false: each is a plain limit',
    parse: trueOrFalse,
    default: 'true',
  },
  {
    option: 'maxRequestsInflight',
    flag: '--max-requests-inflight <n>',
    help: 'reads under way at once before 429; 0: no limit',
    parse: count,
    default: 400,
  },
  {
    option: 'maxMutatingRequestsInflight',
    flag: '--max-mutating-requests-inflight <n>',
    help: 'writes under way at once before 429; 0: no limit',
    parse: count,
    default: 200,
  },
  {
    option: 'requestTimeout',
    flag: '--request-timeout <duration>',
    help: 'a request that takes longer gets 504',
    parse: seconds,
    default: '1m0s',
  },
  {
    option: 'minRequestTimeout',
    flag: '--min-request-timeout <seconds>',
    help: 'a watch without timeoutSeconds lasts this long, up to twice',
    parse: count,
    default: 1800,
  },
  {
    option: 'shutdownGracePeriod',
    flag: '--shutdown-grace-period <duration>',
    help: 'how long a stop waits for running requests',
    parse: seconds,
    default: '10s',
  },
  {
    option: 'shutdownDelayDuration',
    flag: '--shutdown-delay-duration <duration>',
    help: 'how long a stop goes on serving while /readyz fails, so that load balancers notice',
    parse: seconds,
    default: '0s',
  },
  {
    option: 'compactionInterval',
    flag: '--etcd-compaction-interval <duration>',
    help: 'how long history is kept at least',
    parse: seconds,
    default: '5m0s',
  },
];

/** Under which commander keeps the flag's value: its name in camel case. */
export function flagKey(flag: string): string {
  return new Option(flag).attributeName();
}
