/** describe of objects with what belongs to them, of what a server starts with, and of every kind that acts on a whole server. */
import { readCorpus } from '../../../corpus/corpus.ts';
import type { Case, Fields, Manifest } from '../../../kubectl/case.ts';
import { configMap, deployment, pod, secret, service } from '../../../kubectl/manifests.ts';
import { compared } from './compared.ts';

/** Those that `every-kind.ts` leaves out, since they may be there only once or act on the requests of others. */
const ACTS_ON_ALL =
  /^(?:admissionregistration|flowcontrol|apiextensions|apiregistration)\/|^networking\/(?:ipaddress|servicecidr)|^storage\/csinode/;

const everybodys = readCorpus().filter(({ name, resource }) => ACTS_ON_ALL.test(name) && !resource.createOnly);

const container = {
  name: 'main',
  image: 'registry.example.com/web:1',
  resources: { requests: { cpu: '100m', memory: '64Mi' }, limits: { cpu: '1' } },
};
const onNode = (name: string, more: Fields = {}) =>
  pod(name, { labels: { app: 'web' } }, { nodeName: 'node-{ns}', containers: [container], ...more });
const event = (name: string, kind: string, reason: string): Manifest => ({
  apiVersion: 'v1',
  kind: 'Event',
  metadata: { name: `${name}-${reason.toLowerCase()}` },
  involvedObject: { apiVersion: 'v1', kind, name, namespace: '{ns}' },
  reason,
  message: `It is ${reason}`,
  type: 'Normal',
  source: { component: 'painter', host: 'studio' },
  firstTimestamp: '2024-01-01T00:00:00Z',
  lastTimestamp: '2024-01-01T01:00:00Z',
  count: 3,
});
const slice: Manifest = {
  apiVersion: 'discovery.k8s.io/v1',
  kind: 'EndpointSlice',
  metadata: { name: 'web-1', labels: { 'kubernetes.io/service-name': 'web' } },
  addressType: 'IPv4',
  ports: [{ name: 'http', port: 8080 }],
  endpoints: [
    { addresses: ['192.0.2.10'], conditions: { ready: true } },
    { addresses: ['192.0.2.11'], conditions: { ready: false } },
  ],
};
const claim: Manifest = {
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name: 'data' },
  spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
};
const ingress: Manifest = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: { name: 'front', annotations: { note: 'hello' } },
  spec: {
    ingressClassName: 'bright',
    defaultBackend: { service: { name: 'none', port: { number: 80 } } },
    tls: [{ hosts: ['shop.example.com'], secretName: 'cert' }],
    rules: [
      {
        host: 'shop.example.com',
        http: {
          paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: 'web', port: { name: 'http' } } } }],
        },
      },
    ],
  },
};
const quota: Manifest = {
  apiVersion: 'v1',
  kind: 'ResourceQuota',
  metadata: { name: 'small' },
  spec: { hard: { pods: '10', 'requests.cpu': '2' }, scopes: ['NotTerminating'] },
};
const limits: Manifest = {
  apiVersion: 'v1',
  kind: 'LimitRange',
  metadata: { name: 'limits' },
  spec: {
    limits: [
      { type: 'Container', max: { cpu: '4' }, default: { memory: '100Mi' } },
      { type: 'PersistentVolumeClaim', min: { storage: '1Mi' } },
    ],
  },
};

export const descriptions: readonly Case[] = [
  ...everybodys.map(({ name, object, resource }) => {
    const reference =
      `${resource.resource}.${resource.apiVersion.includes('/') ? resource.apiVersion.split('/')[0] : ''}`.replace(
        /\.$/,
        '',
      );
    const its = `${reference} ${object.metadata?.name}`;
    return compared({
      name: `describes ${name}`,
      afterwards: [`delete ${its} --wait=false --ignore-not-found`],
      lines: [
        { run: 'create -f -', stdin: object as Manifest },
        `describe ${its}`,
        `get ${its} -o wide --show-labels`,
        `get ${its} -o yaml`,
        { run: 'diff -f -', stdin: object as Manifest },
        { run: 'apply -f -', stdin: object as Manifest },
        `label ${its} a=b`,
      ],
    });
  }),
  compared({
    name: 'describes what belongs together',
    given: [
      quota,
      limits,
      {
        apiVersion: 'v1',
        kind: 'Node',
        metadata: { name: 'node-{ns}', labels: { disk: 'ssd' } },
        spec: { podCIDR: '10.9.0.0/24' },
      },
      service('web', { ports: [{ name: 'http', port: 80, targetPort: 8080 }] }),
      slice,
      claim,
      ingress,
      configMap('settings', { color: 'red', long: 'two\nlines' }, { annotations: { note: 'hello' } }),
      secret('credentials', { user: 'ann', password: 'secret' }),
      deployment('web', { revisionHistoryLimit: 3, minReadySeconds: 5 }),
      event('web', 'Pod', 'Painted'),
      event('web', 'Pod', 'Sold'),
    ],
    afterwards: ['delete pod --all --force --grace-period=0', 'delete node node-{ns}'],
    lines: [
      {
        run: 'create -f -',
        stdin: [
          onNode('web'),
          onNode('data', {
            volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }],
            priority: 0,
            tolerations: [{ operator: 'Exists' }],
            nodeSelector: { disk: 'ssd' },
          }),
          pod('done', {}, { nodeName: 'node-{ns}', containers: [container] }),
        ],
      },
      `patch pod done --subresource=status --type=merge -p '{"status":{"phase":"Succeeded"}}'`,
      `patch node node-{ns} --subresource=status --type=merge -p '{"status":{"capacity":{"cpu":"4","memory":"8Gi","pods":"110","ephemeral-storage":"100Gi","hugepages-2Mi":"0"},"allocatable":{"cpu":"3900m","memory":"7Gi","pods":"110"},"addresses":[{"type":"InternalIP","address":"192.0.2.4"}],"conditions":[{"type":"Ready","status":"True","reason":"Fine","message":"It is","lastHeartbeatTime":"2024-01-01T00:00:00Z","lastTransitionTime":"2024-01-01T00:00:00Z"}],"nodeInfo":{"machineID":"m","systemUUID":"s","bootID":"b","kernelVersion":"6","osImage":"o","containerRuntimeVersion":"c://1","kubeletVersion":"v1.36.3","kubeProxyVersion":"","operatingSystem":"linux","architecture":"amd64"},"images":[{"names":["a:1"],"sizeBytes":5}]}}'`,
      `patch resourcequota small --subresource=status --type=merge -p '{"status":{"hard":{"pods":"10","requests.cpu":"2"},"used":{"pods":"3","requests.cpu":"300m"}}}'`,
      `patch ingress front --subresource=status --type=merge -p '{"status":{"loadBalancer":{"ingress":[{"hostname":"lb.example.com"}]}}}'`,
      'describe node node-{ns}',
      'describe namespace {ns}',
      'describe quota',
      'describe limits',
      'describe service web',
      'describe endpointslice web-1',
      'describe endpoints',
      'describe pvc data',
      'describe ingress front',
      'describe configmap settings',
      'describe secret credentials',
      'describe serviceaccount default',
      'describe deployment web',
      'describe pod web',
      'describe pods',
      'describe pod d',
      'describe pod nothing',
      'describe pods,services',
      'describe pods -l app=web --show-events=false',
      'describe pods --chunk-size=1',
      'describe all',
      'get events --sort-by=.reason',
      'events --for=pod/web',
      'events',
    ],
  }),
  compared({
    name: 'describes a workload with its replicas',
    given: [deployment('web', { replicas: 2 }), deployment('bare')],
    lines: [
      {
        run: 'create -f -',
        stdin: {
          apiVersion: 'apps/v1',
          kind: 'StatefulSet',
          metadata: { name: 'db' },
          spec: {
            replicas: 0,
            serviceName: 'db',
            selector: { matchLabels: { app: 'db' } },
            template: { metadata: { labels: { app: 'db' } }, spec: { containers: [container] } },
            volumeClaimTemplates: [
              {
                metadata: { name: 'data' },
                spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
              },
            ],
            updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 1 } },
          },
        },
      },
      `patch statefulset db --subresource=status --type=merge -p '{"status":{"replicas":2,"readyReplicas":1,"currentRevision":"a","updateRevision":"b"}}'`,
      `patch deployment web --subresource=status --type=merge -p '{"status":{"replicas":2,"updatedReplicas":1,"unavailableReplicas":1,"conditions":[{"type":"Progressing","status":"True","reason":"NewReplicaSetCreated","message":"Made"}]}}'`,
      'describe statefulset db',
      'describe deployment web',
      'rollout history statefulset/db',
      'rollout history deployment/web',
      'rollout history deployment/web --revision=1',
      'rollout undo deployment/web',
      'rollout pause deployment/web',
      'rollout pause deployment/web',
      'rollout status deployment/web --watch=false',
      'rollout status statefulset/db --watch=false',
      'rollout resume deployment/web',
      'rollout restart deployment/web deployment/bare statefulset/db',
      'rollout restart pod/none',
    ],
  }),
  compared({
    name: 'describes what a server starts with',
    lines: [
      'describe flowschemas',
      'describe prioritylevelconfigurations',
      'describe priorityclasses',
      'describe apiservice v1.apps',
      'describe servicecidr kubernetes',
      'describe ipaddress 10.0.0.1',
      'describe clusterrole system:node system:kube-scheduler system:discovery',
      'describe clusterrolebindings system:node system:discovery cluster-admin',
      'describe roles -n kube-system',
      'describe rolebindings -n kube-system',
      'describe service kubernetes -n default',
      'describe endpointslices -n default',
      'describe namespace default',
      'describe namespace kube-system',
    ],
  }),
];
