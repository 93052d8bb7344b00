/** Verbs that need a cluster that acts, compared between clusters: controllers, a scheduler and simulated nodes on each side. */
import type { Case, Fields, Manifest } from '../../../kubectl/case.ts';
import { deployment, pod } from '../../../kubectl/manifests.ts';
import { compared, paced } from './compared.ts';
import { nodeCases } from './nodes.ts';

const image = (tag: number) => `registry.example.com/web:${tag}`;
const sets: Readonly<Record<string, Fields>> = {
  Deployment: { replicas: 2 },
  ReplicaSet: { replicas: 2 },
  StatefulSet: { replicas: 2, serviceName: 'web' },
  DaemonSet: {},
};

function workload(kind: string, name: string, spec: Fields = {}): Manifest {
  const { metadata, spec: rest } = deployment(name) as Manifest & { readonly spec: Fields };
  const { replicas: _, ...common } = rest;
  return { apiVersion: 'apps/v1', kind, ...(metadata && { metadata }), spec: { ...common, ...sets[kind], ...spec } };
}

function replicationController(name: string): Manifest {
  const labels = { app: name };
  const containers = [{ name: 'main', image: image(1) }];
  const template = { metadata: { labels }, spec: { containers } };
  return {
    apiVersion: 'v1',
    kind: 'ReplicationController',
    metadata: { name, labels },
    spec: { replicas: 2, selector: labels, template },
  };
}

function job(name: string): Manifest {
  const containers = [{ name: 'main', image: 'registry.example.com/serve:1' }];
  const template = { spec: { restartPolicy: 'Never', containers } };
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name },
    spec: { parallelism: 2, completions: 2, template },
  };
}

const rollouts = ['Deployment', 'StatefulSet', 'DaemonSet'].map((kind) => {
  const it = `${kind.toLowerCase()}/web`;
  const done = paced(`rollout status ${it} --timeout=60s`);
  return compared({
    name: `rollouts of a ${kind}`,
    given: [workload(kind, 'web')],
    lines: [
      done,
      `rollout history ${it}`,
      `annotate ${it} kubernetes.io/change-cause='the second image'`,
      `set image ${it} main=${image(2)}`,
      done,
      `rollout history ${it}`,
      `rollout history ${it} --revision=1`,
      `rollout history ${it} --revision=2`,
      `rollout history ${it} --revision=9`,
      `rollout history ${it} -o jsonpath={.metadata.name}`,
      `rollout pause ${it}`,
      `rollout pause ${it}`,
      `rollout status ${it} --watch=false`,
      `rollout restart ${it}`,
      `rollout undo ${it}`,
      `rollout resume ${it}`,
      `rollout resume ${it}`,
      done,
      `set image ${it} main=${image(3)}`,
      done,
      `rollout undo ${it} --to-revision=1 --dry-run=client`,
      `rollout undo ${it} --to-revision=1 --dry-run=server`,
      `rollout undo ${it} --to-revision=99`,
      `rollout undo ${it} --to-revision=1`,
      done,
      `rollout history ${it}`,
      `get ${it} -o jsonpath={.spec.template.spec.containers[0].image}`,
      `rollout undo ${it}`,
      done,
      `rollout undo ${it} -o name`,
      done,
      `rollout restart ${it}`,
      done,
      `rollout restart ${it} --dry-run=server`,
      // kubectl restarts nothing twice within a second.
      `wait ${it} --for=jsonpath={.metadata.name}=none --timeout=2s`,
      'rollout restart -l app=web deployment,statefulset,daemonset',
      paced('rollout status -l app=web deployment,statefulset,daemonset --timeout=60s'),
      `rollout status ${it} --watch=false`,
      `rollout history ${it}`,
      `rollout status ${it.replace('web', 'none')}`,
      `rollout undo ${it.replace('web', 'none')}`,
      `get ${it}`,
    ],
  });
});

const scalable: readonly Manifest[] = [
  workload('Deployment', 'web'),
  workload('ReplicaSet', 'web'),
  workload('StatefulSet', 'web'),
  replicationController('web'),
];

const scales = scalable.map((manifest) => {
  const it = `${manifest.kind.toLowerCase()}/web`;
  const ready = (count: number) => `wait ${it} --for=jsonpath={.status.readyReplicas}=${count} --timeout=60s`;
  return compared({
    name: `scale a ${manifest.kind}`,
    given: [manifest],
    lines: [
      ready(2),
      `scale ${it} --replicas=3`,
      ready(3),
      `scale ${it} --replicas=4 --current-replicas=9`,
      `scale ${it} --replicas=4 --current-replicas=3`,
      ready(4),
      `scale ${it} --replicas=2 --resource-version=1`,
      `scale ${it} --replicas=2 --dry-run=server`,
      `scale ${it} --replicas=2 --dry-run=client -o name`,
      `scale ${it} --replicas=-1`,
      `scale ${it}`,
      `scale ${manifest.kind.toLowerCase()} -l app=web --replicas=1`,
      ready(1),
      `scale ${manifest.kind.toLowerCase()} --all --replicas=2 --timeout=60s`,
      ready(2),
      `scale ${it.replace('web', 'none')} --replicas=2`,
      `get ${it} -o jsonpath={.spec.replicas}/{.status.replicas}`,
      `get ${it}`,
      { run: 'scale -f - --replicas=1', stdin: manifest },
      `autoscale ${it} --min=2 --max=5 --name=first`,
      `autoscale ${it} --max=1 --min=3`,
      'get hpa first -o jsonpath={.spec}',
      `expose ${it} --port=80 --target-port=8080 --name=plain`,
      `expose ${it} --port=80 --name=ported --type=NodePort --protocol=UDP --labels=a=b --session-affinity=ClientIP`,
      `expose ${it}`,
      'get services plain,ported',
      'get service plain -o jsonpath={.spec.selector}{.spec.ports}',
      'get service ported -o jsonpath={.metadata.labels}{.spec.sessionAffinity}',
    ],
  });
});

const cascades = [...scalable, workload('DaemonSet', 'web'), job('web')].map((manifest) => {
  const kind = manifest.kind.toLowerCase();
  const selector = manifest.kind === 'Job' ? 'job-name=web' : 'app=web';
  const running = [
    { run: 'create -f -', stdin: manifest },
    ...(manifest.kind === 'Job'
      ? [`wait ${kind}/web --for=jsonpath={.status.active}=2 --timeout=60s`]
      : ['DaemonSet', 'Deployment', 'StatefulSet'].includes(manifest.kind)
        ? [paced(`rollout status ${kind}/web --timeout=60s`)]
        : [`wait ${kind}/web --for=jsonpath={.status.readyReplicas}=2 --timeout=60s`]),
  ];
  return compared({
    name: `delete a ${manifest.kind} in every way`,
    lines: [
      ...running,
      `delete ${kind} web --cascade=background`,
      paced(`wait pods -l ${selector} --for=delete --timeout=60s`),
      `get ${kind},pods`,
      ...running,
      `delete ${kind} web --cascade=foreground --timeout=60s`,
      `get ${kind},pods`,
      ...running,
      `delete ${kind} web --cascade=orphan --timeout=60s`,
      `get ${kind}`,
      `get pods -l ${selector} -o jsonpath='{range .items[*]}[{.metadata.ownerReferences[*].kind}]{end}'`,
      `delete pods,replicasets --all --timeout=60s`,
    ],
  });
});

const waits = compared({
  name: 'wait for what a cluster does',
  given: [workload('Deployment', 'web'), pod('own', {}, { schedulerName: 'default-scheduler' })],
  lines: [
    'wait deployment/web --for=condition=Available --timeout=60s',
    'wait deployment/web --for=condition=available=true --timeout=60s',
    'wait deployment/web --for=condition=Progressing=False --timeout=1s',
    'wait deployment/web --for=jsonpath={.status.readyReplicas}=2 --timeout=60s',
    'wait pod/own --for=condition=Ready --timeout=60s',
    'wait pod --for=condition=Ready --all --timeout=60s -o name',
    'wait pod -l app=web --for=jsonpath={.status.phase}=Running --timeout=60s',
    'wait pod/own --for=condition=PodScheduled --for=condition=Ready --timeout=60s',
    'delete pod own --wait=false',
    paced('wait pod/own --for=delete --timeout=60s'),
    'scale deployment/web --replicas=0',
    paced('wait pod -l app=web --for=delete --timeout=60s'),
    'get deployment web',
  ],
});

/** `node`: the name of one that is ready. */
export function actingCases(node: string): readonly Case[] {
  return [...rollouts, ...scales, ...cascades, waits, ...nodeCases(node)];
}
