/** Commands about workloads and nodes that only need the API: scale, set, rollout, taint, cordon. */
import type { Case, Manifest } from '../case.ts';
import { deployment, pod } from '../manifests.ts';

/** Never chosen for pods of other users of the server. */
const node: Manifest = {
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name: 'node-{ns}' },
  spec: { taints: [{ key: 'example.com/test', effect: 'NoSchedule' }] },
};

const imageOf = (name: string, image: string) => ({
  run: `get deployment ${name} -o jsonpath={.spec.template.spec.containers[0].image}`,
  prints: image,
});

export const workloads: readonly Case[] = [
  {
    name: 'scale changes replicas, and only if they are as expected',
    given: [deployment('web', { paused: true })],
    steps: [
      { run: 'scale deployment web --replicas=2', prints: 'deployment.apps/web scaled' },
      { run: 'get deployment web -o jsonpath={.spec.replicas}', prints: '2' },
      {
        run: 'scale deployment web --replicas=3 --current-replicas=5',
        exits: 1,
        complains: /Expected replicas to be 5, was 2/,
      },
      { run: 'scale deployment web --replicas=0 --current-replicas=2', prints: 'deployment.apps/web scaled' },
    ],
  },
  {
    name: 'scale of what has no scale is NotFound',
    given: [pod('web')],
    steps: [{ run: 'scale pod web --replicas=2', exits: 1, complains: /could not find the requested resource/ }],
  },
  {
    name: 'set image, env, resources and serviceaccount change the template',
    given: [deployment('web')],
    steps: [
      { run: 'set image deployment/web main=web:2', prints: 'deployment.apps/web image updated' },
      imageOf('web', 'web:2'),
      { run: 'set env deployment/web COLOR=red', prints: 'deployment.apps/web env updated' },
      { run: 'set env deployment/web --list', prints: /^COLOR=red$/m },
      {
        run: 'set resources deployment web --limits=cpu=200m',
        prints: 'deployment.apps/web resource requirements updated',
      },
      { run: 'set serviceaccount deployment web builder', prints: 'deployment.apps/web serviceaccount updated' },
      {
        run: 'get deployment web -o json',
        shows: {
          spec: {
            template: {
              spec: {
                serviceAccountName: 'builder',
                containers: [{ env: [{ name: 'COLOR', value: 'red' }], resources: { limits: { cpu: '200m' } } }],
              },
            },
          },
        },
      },
    ],
  },
  {
    name: 'set image with the same image changes nothing',
    given: [deployment('web')],
    steps: [{ run: 'set image deployment/web main=registry.example.com/web:1', prints: '' }],
  },
  {
    name: 'set selector changes the selector of a service',
    given: [{ apiVersion: 'v1', kind: 'Service', metadata: { name: 'web' }, spec: { ports: [{ port: 80 }] } }],
    steps: [
      { run: 'set selector service web app=web', prints: 'service/web selector updated' },
      { run: 'get service web -o jsonpath={.spec.selector.app}', prints: 'web' },
    ],
  },
  {
    name: 'rollout pause, resume and restart write the deployment',
    given: [deployment('web')],
    steps: [
      { run: 'rollout pause deployment web', prints: 'deployment.apps/web paused' },
      { run: 'rollout pause deployment web', exits: 1, complains: /deployments\.apps "web" is already paused/ },
      { run: 'get deployment web -o jsonpath={.spec.paused}', prints: 'true' },
      { run: 'rollout resume deployment web', prints: 'deployment.apps/web resumed' },
      { run: 'get deployment web -o jsonpath={.spec.paused}', prints: '' },
      { run: 'rollout restart deployment web', prints: 'deployment.apps/web restarted' },
      {
        run: `get deployment web -o go-template='{{index .spec.template.metadata.annotations "kubectl.kubernetes.io/restartedAt"}}'`,
        prints: /^\d{4}-\d\d-\d\dT/,
      },
    ],
  },
  {
    name: 'a change of the spec counts the generation, one of labels or status does not',
    given: [deployment('web')],
    steps: [
      { run: 'label deployment web x=y' },
      { run: 'get deployment web -o jsonpath={.metadata.generation}', prints: '1' },
      { run: 'scale deployment web --replicas=1' },
      { run: 'get deployment web -o jsonpath={.metadata.generation}', prints: '2' },
    ],
  },
  {
    name: 'taint and cordon change a node',
    given: [node],
    afterwards: ['delete node node-{ns}'],
    steps: [
      { run: 'taint node node-{ns} example.com/other=yes:NoExecute', prints: 'node/node-{ns} tainted' },
      { run: 'taint node node-{ns} example.com/other:NoExecute-', prints: 'node/node-{ns} untainted' },
      { run: 'cordon node-{ns}', prints: 'node/node-{ns} cordoned' },
      {
        run: 'get node node-{ns}',
        prints: /^NAME +STATUS +ROLES +AGE +VERSION\nnode-{ns} +\w+,SchedulingDisabled +<none>/,
      },
      { run: 'uncordon node-{ns}', prints: 'node/node-{ns} uncordoned' },
      { run: 'get node node-{ns} -o jsonpath={.spec.unschedulable}', prints: '' },
    ],
  },
];
