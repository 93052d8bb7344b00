/** kubectl create, run, expose and autoscale. */
import type { Case } from '../case.ts';
import { configMap, deployment, pod } from '../manifests.ts';

export const create: readonly Case[] = [
  {
    name: 'create -f says what it has created',
    steps: [{ run: 'create -f -', stdin: configMap('settings'), prints: 'configmap/settings created' }],
  },
  {
    name: 'create of several objects goes through them in order',
    steps: [
      {
        run: 'create -f -',
        stdin: [configMap('one'), deployment('two'), pod('three')],
        prints: 'configmap/one created\ndeployment.apps/two created\npod/three created',
      },
    ],
  },
  {
    name: 'create of an object that exists fails with AlreadyExists and keeps the first',
    given: [configMap('settings', { color: 'red' })],
    steps: [
      {
        run: 'create -f -',
        stdin: configMap('settings', { color: 'blue' }),
        exits: 1,
        complains: /\(AlreadyExists\): error when creating "STDIN": configmaps "settings" already exists$/m,
      },
      { run: 'get configmap settings -o jsonpath={.data.color}', prints: 'red' },
    ],
  },
  {
    name: 'create in a namespace that does not exist fails with NotFound',
    steps: [
      {
        run: 'create configmap settings --namespace {ns}-none',
        exits: 1,
        complains: /namespaces "{ns}-none" not found/,
      },
    ],
  },
  {
    name: 'generateName gets five more letters',
    steps: [
      {
        run: 'create -f -',
        stdin: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { generateName: 'made-' } },
        prints: /^configmap\/made-[bcdfghjklmnpqrstvwxz2456789]{5} created$/m,
      },
    ],
  },
  {
    name: 'create -o json shows the object as it is stored',
    steps: [
      {
        run: 'create -f - -o json',
        stdin: pod('web'),
        shows: {
          kind: 'Pod',
          metadata: { name: 'web', namespace: '{ns}' },
          spec: { restartPolicy: 'Always', dnsPolicy: 'ClusterFirst', terminationGracePeriodSeconds: 30 },
        },
      },
      { run: 'create configmap settings -o name', prints: 'configmap/settings' },
      { run: 'create configmap other -o jsonpath={.metadata.name}', prints: 'other' },
    ],
  },
  {
    name: 'create --dry-run=server answers as if and stores nothing',
    steps: [
      {
        run: 'create -f - --dry-run=server',
        stdin: configMap('settings'),
        prints: 'configmap/settings created (server dry run)',
      },
      { run: 'get configmap settings', exits: 1, complains: /configmaps "settings" not found/ },
    ],
  },
  {
    name: 'create --dry-run=server finds what validation forbids',
    steps: [
      {
        run: 'create -f - --dry-run=server',
        stdin: pod('web', {}, { containers: [] }),
        exits: 1,
        complains: /The Pod "web" is invalid: spec\.containers: Required value/,
      },
    ],
  },
  {
    name: 'an invalid object is refused with every cause',
    steps: [
      {
        run: 'create -f -',
        stdin: deployment('web', { replicas: -1, minReadySeconds: -1 }),
        exits: 1,
        complains: [
          /^The Deployment "web" is invalid:/m,
          /^\* spec\.replicas: Invalid value: -1: must be greater than or equal to 0/m,
          /^\* spec\.minReadySeconds: Invalid value: -1: must be greater than or equal to 0/m,
        ],
      },
    ],
  },
  {
    name: 'an invalid name is refused',
    steps: [
      {
        run: 'create configmap Settings',
        exits: 1,
        complains: /"Settings" is invalid: metadata\.name: Invalid value: "Settings": a lowercase RFC 1123 subdomain/,
      },
    ],
  },
  {
    name: 'create --save-config keeps the manifest in an annotation',
    steps: [
      { run: 'create -f - --save-config', stdin: configMap('settings', { color: 'red' }) },
      { run: 'apply view-last-applied configmap settings -o json', shows: { data: { color: 'red' } } },
    ],
  },
  {
    name: 'create --raw posts a body to a path',
    steps: [
      {
        run: 'create --raw /api/v1/namespaces/{ns}/configmaps -f -',
        stdin: '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"raw"}}',
        shows: { kind: 'ConfigMap', metadata: { name: 'raw', namespace: '{ns}' } },
      },
    ],
  },
  {
    name: 'create configmap and secret take literals',
    steps: [
      { run: 'create configmap settings --from-literal=color=red --from-literal=size=xl' },
      { run: 'get configmap settings -o jsonpath={.data}', shows: { color: 'red', size: 'xl' } },
      { run: 'create secret generic credentials --from-literal=user=ann', prints: 'secret/credentials created' },
      { run: 'get secret credentials -o jsonpath={.type}:{.data.user}', prints: 'Opaque:YW5u' },
    ],
  },
  {
    name: 'create makes workloads from an image',
    steps: [
      {
        run: 'create deployment web --image=registry.example.com/web:1 --replicas=0',
        prints: 'deployment.apps/web created',
      },
      { run: 'create job count --image=registry.example.com/count:1', prints: 'job.batch/count created' },
      {
        run: "create cronjob tick --image=registry.example.com/tick:1 --schedule='0 3 1 1 *'",
        prints: 'cronjob.batch/tick created',
      },
      { run: 'create job now --from=cronjob/tick', prints: 'job.batch/now created' },
      { run: 'get job now -o jsonpath={.metadata.ownerReferences[0].kind}', prints: 'CronJob' },
    ],
  },
  {
    name: 'create makes services of every type',
    steps: [
      { run: 'create service clusterip inside --tcp=80:8080', prints: 'service/inside created' },
      { run: 'create service nodeport outside --tcp=80', prints: 'service/outside created' },
      { run: 'create service externalname away --external-name example.com', prints: 'service/away created' },
      { run: 'get service inside -o jsonpath={.spec.clusterIP}', prints: /^[0-9a-f.:]+$/ },
      { run: 'get service outside -o jsonpath={.spec.ports[0].nodePort}', prints: /^3[0-2]\d{3}$/ },
      { run: 'get service away -o jsonpath={.spec.clusterIP}', prints: '' },
      { run: 'create service loadbalancer front --tcp=443:8443', prints: 'service/front created' },
      { run: 'get service front -o jsonpath={.spec.ports[0].nodePort}', prints: /^3[0-2]\d{3}$/ },
      { run: 'create service clusterip heads --clusterip=None', prints: 'service/heads created' },
      { run: 'get service heads -o jsonpath={.spec.clusterIPs}', prints: '["None"]' },
      {
        run: 'create service clusterip lost --tcp=80 --clusterip=192.0.2.1',
        exits: 1,
        complains: /failed to allocate IP/,
      },
    ],
  },
  {
    name: 'create makes rules of access',
    afterwards: ['delete clusterrole {ns}', 'delete clusterrolebinding {ns}'],
    steps: [
      { run: 'create serviceaccount reader', prints: 'serviceaccount/reader created' },
      { run: 'create role read --verb=get,list --resource=pods,deployments.apps', prints: /^role.*\/read created/ },
      {
        run: 'create rolebinding read --role=read --serviceaccount={ns}:reader',
        prints: /^rolebinding.*\/read created/,
      },
      { run: 'create clusterrole {ns} --verb=get --resource=nodes', prints: /^clusterrole.*\/{ns} created/ },
      {
        run: 'create clusterrolebinding {ns} --clusterrole={ns} --user=ann',
        prints: /^clusterrolebinding.*\/{ns} created/,
      },
      {
        run: 'get role read -o jsonpath={.rules}',
        shows: [
          { apiGroups: [''], resources: ['pods'], verbs: ['get', 'list'] },
          { apiGroups: ['apps'], resources: ['deployments'], verbs: ['get', 'list'] },
        ],
      },
    ],
  },
  {
    name: 'create makes an ingress, a budget, a quota and a priority class',
    afterwards: ['delete priorityclass {ns}'],
    steps: [
      {
        run: "create ingress shop --rule='shop.example.com/*=web:80'",
        prints: 'ingress.networking.k8s.io/shop created',
      },
      {
        run: 'create poddisruptionbudget web --selector=app=web --min-available=1',
        prints: 'poddisruptionbudget.policy/web created',
      },
      { run: 'create quota small --hard=configmaps=100', prints: 'resourcequota/small created' },
      { run: 'create priorityclass {ns} --value=10', prints: 'priorityclass.scheduling.k8s.io/{ns} created' },
    ],
  },
  {
    name: 'create token answers with a signed token',
    steps: [{ run: 'create token default', prints: /^[\w-]+\.[\w-]+\.[\w-]+$/m }],
  },
  {
    name: 'run makes a pod and expose a service for it',
    steps: [
      { run: 'run web --image=registry.example.com/web:1 --port=8080', prints: 'pod/web created' },
      { run: 'expose pod web --port=80', prints: 'service/web exposed' },
      { run: 'get service web -o jsonpath={.spec.selector.run}', prints: 'web' },
      { run: 'expose pod web --name=open --port=80 --type=NodePort', prints: 'service/open exposed' },
      { run: 'get service open -o jsonpath={.spec.ports[0].nodePort}', prints: /^3[0-2]\d{3}$/ },
      { run: 'expose service open --name=front --port=81 --type=LoadBalancer', prints: 'service/front exposed' },
      { run: 'get service front -o jsonpath={.spec.ipFamilyPolicy}', prints: 'SingleStack' },
    ],
  },
  {
    name: 'autoscale makes a horizontal pod autoscaler',
    given: [deployment('web')],
    steps: [
      { run: 'autoscale deployment web --min=1 --max=3', prints: 'horizontalpodautoscaler.autoscaling/web autoscaled' },
      { run: 'get hpa web -o jsonpath={.spec.scaleTargetRef.name}:{.spec.maxReplicas}', prints: 'web:3' },
    ],
  },
];
