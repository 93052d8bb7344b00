/** kubectl describe and explain. */
import type { Case, Manifest } from '../case.ts';
import { configMap, deployment, pod, secret, service } from '../manifests.ts';

const node: Manifest = {
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name: 'node-{ns}' },
  spec: { unschedulable: true, taints: [{ key: 'example.com/test', effect: 'NoExecute' }] },
};

/** kubectl looks for the events of an object by its uid, which for nodes is their name. */
const event: Manifest = {
  apiVersion: 'v1',
  kind: 'Event',
  metadata: { name: 'node-{ns}' },
  involvedObject: { kind: 'Node', name: 'node-{ns}', uid: 'node-{ns}' },
  reason: 'Painted',
  message: 'It is red now',
  type: 'Normal',
  source: { component: 'painter' },
};

export const describe: readonly Case[] = [
  {
    name: 'describe pod shows its containers and volumes',
    given: [pod('web', { labels: { app: 'web' } }, { volumes: [{ name: 'scratch', emptyDir: {} }] })],
    steps: [
      {
        run: 'describe pod web',
        prints: [
          /^Name: +web$/m,
          /^Namespace: +{ns}$/m,
          /^Labels: +app=web$/m,
          /^Status: +Pending$/m,
          /^ {4}Image: +registry\.example\.com\/web:1$/m,
          /^ {2}scratch:\n {4}Type: +EmptyDir/m,
          /^QoS Class: +BestEffort$/m,
        ],
      },
    ],
  },
  {
    name: 'describe shows the events of an object',
    given: [node],
    afterwards: ['delete node node-{ns}', 'delete event node-{ns} -n default'],
    steps: [
      { run: 'create -f - -n default', stdin: event },
      {
        run: 'describe node node-{ns}',
        prints: [/^Unschedulable: +true$/m, /^ {2}Normal +Painted +.* +painter +It is red now$/m],
      },
    ],
  },
  {
    name: 'describe takes a prefix of names and labels',
    given: [
      configMap('settings-a', {}, { labels: { set: 'd' } }),
      configMap('settings-b', {}, { labels: { set: 'd' } }),
    ],
    steps: [
      { run: 'describe configmap settings', prints: [/^Name: +settings-a$/m, /^Name: +settings-b$/m] },
      { run: 'describe configmap -l set=d', prints: [/^Name: +settings-a$/m, /^Name: +settings-b$/m] },
      {
        run: 'describe configmap none',
        exits: 1,
        complains: 'Error from server (NotFound): configmaps "none" not found',
      },
    ],
  },
  {
    name: 'describe reads what belongs to a deployment, a service, a namespace and a secret',
    given: [deployment('web'), service('web'), secret('credentials', { user: 'ann' })],
    steps: [
      {
        run: 'describe deployment web',
        prints: [
          /^Selector: +app=web$/m,
          /^StrategyType: +RollingUpdate$/m,
          /^RollingUpdateStrategy: +25% max unavailable, 25% max surge$/m,
        ],
      },
      {
        run: 'describe service web',
        prints: [/^Type: +ClusterIP$/m, /^Port: +<unset> +80\/TCP$/m, /^Session Affinity: +None$/m],
      },
      { run: 'describe namespace {ns}', prints: [/^Name: +{ns}$/m, /^Status: +Active$/m, /^No resource quota\.$/m] },
      { run: 'describe secret credentials', prints: [/^Type: +Opaque$/m, /^user: +3 bytes$/m] },
    ],
  },
  {
    name: 'describe reads the rules of a role',
    steps: [
      { run: 'create role reader --verb=get --resource=pods' },
      { run: 'describe role reader', prints: /^ {2}pods +\[\] +\[\] +\[get\]$/m },
    ],
  },
  {
    name: 'explain describes a kind and its fields',
    steps: [
      {
        run: 'explain pods',
        prints: [/^KIND: +Pod$/m, /^VERSION: +v1$/m, /^DESCRIPTION:\n +\S+/m, /^ {2}spec\s+<PodSpec>$/m],
      },
      { run: 'explain deployment', prints: [/^GROUP: +apps$/m, /^KIND: +Deployment$/m, /^VERSION: +v1$/m] },
    ],
  },
  {
    name: 'explain describes one field, with its type',
    steps: [
      {
        run: 'explain pod.spec.containers.imagePullPolicy',
        prints: [
          /^FIELD: imagePullPolicy <string>$/m,
          /Always[\s\S]+IfNotPresent[\s\S]+Never/,
          /^DESCRIPTION:\n +Image pull policy/m,
        ],
      },
      {
        run: 'explain pod.metadata',
        prints: /^DESCRIPTION:\n +Standard object's metadata[\s\S]+creationTimestamp\s+<string>/m,
      },
      { run: 'explain deployments.spec.replicas', prints: /^FIELD: replicas <integer>$/m },
      {
        run: 'explain services.spec.ports',
        prints: [/^FIELD: ports <\[\]ServicePort>$/m, /^ {2}port\s+<integer> -required-$/m],
      },
    ],
  },
  {
    name: 'explain --recursive shows the whole tree',
    steps: [
      {
        run: 'explain statefulsets --recursive',
        prints: [/^ {2}spec\t<StatefulSetSpec>$/m, /^ {4}volumeClaimTemplates\t<\[\]PersistentVolumeClaim>$/m],
      },
    ],
  },
  {
    name: 'explain --api-version chooses the version',
    steps: [
      {
        run: 'explain hpa.spec --api-version=autoscaling/v1',
        prints: /^ {2}targetCPUUtilizationPercentage\t<integer>$/m,
      },
      { run: 'explain hpa.spec --api-version=autoscaling/v2', prints: /^ {2}metrics\t<\[\]MetricSpec>$/m },
    ],
  },
  {
    name: 'explain of a field that does not exist fails',
    steps: [{ run: 'explain pods.spec.nonsense', exits: 1, complains: /field "nonsense" does not exist/ }],
  },
];
