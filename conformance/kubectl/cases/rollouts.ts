/** Commands that lean on what controllers and nodes do: rollouts, drain, top. The objects stand in for their work. */
import type { Case, Manifest } from '../case.ts';
import { deployment, pod } from '../manifests.ts';

const NAME = 'web';

const statefulSet: Manifest = {
  apiVersion: 'apps/v1',
  kind: 'StatefulSet',
  metadata: { name: 'data' },
  spec: {
    replicas: 0,
    serviceName: 'data',
    selector: { matchLabels: { app: 'data' } },
    updateStrategy: { type: 'OnDelete' },
    template: { metadata: { labels: { app: 'data' } }, spec: { containers: [{ name: 'main', image: 'data:1' }] } },
  },
};

const node: Manifest = {
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name: 'node-{ns}' },
  spec: { taints: [{ key: 'example.com/test', effect: 'NoSchedule' }] },
};

export const rollouts: readonly Case[] = [
  {
    name: 'rollout history of a deployment without revisions is empty, and undo finds none',
    given: [deployment(NAME, { paused: true })],
    steps: [
      { run: 'rollout history deployment web', prints: /^deployment\.apps\/web/ },
      {
        run: 'rollout undo deployment web',
        exits: 1,
        complains: /cannot rollback a paused deployment|no rollout history found/,
      },
    ],
  },
  {
    name: 'rollout status waits for what the controller has seen, and tells how far it is',
    given: [deployment(NAME, { replicas: 2, paused: true })],
    steps: [
      {
        run: `patch deployment web --subresource=status --type=merge -p '{"status":{"observedGeneration":1,"replicas":2,"updatedReplicas":1}}'`,
      },
      {
        run: 'rollout status deployment web --watch=false',
        prints: 'Waiting for deployment "web" rollout to finish: 1 out of 2 new replicas have been updated...',
      },
      {
        run: `patch deployment web --subresource=status --type=merge -p '{"status":{"updatedReplicas":2,"readyReplicas":2,"availableReplicas":2}}'`,
      },
      { run: 'rollout status deployment web', prints: 'deployment "web" successfully rolled out' },
      {
        run: `patch deployment web --subresource=status --type=merge -p '{"status":{"conditions":[{"type":"Progressing","status":"False","reason":"ProgressDeadlineExceeded"}]}}'`,
      },
      {
        run: 'rollout status deployment web',
        exits: 1,
        complains: /deployment "web" exceeded its progress deadline/,
      },
    ],
  },
  {
    name: 'rollout status of a set that is updated by hand is refused',
    given: [statefulSet],
    steps: [
      {
        run: 'rollout status statefulset data',
        exits: 1,
        complains: /rollout status is only available for RollingUpdate strategy type/,
      },
      { run: 'rollout restart statefulset data', prints: 'statefulset.apps/data restarted' },
    ],
  },
  {
    name: 'set subject adds to a role binding',
    steps: [
      { run: 'create rolebinding view --clusterrole=view --user=ann' },
      { run: 'set subject rolebinding view --user=bob --serviceaccount={ns}:bot', prints: /subjects updated/ },
      {
        run: 'get rolebinding view -o jsonpath={.subjects[*].name}',
        prints: 'ann bob bot',
      },
    ],
  },
  {
    name: 'set env takes variables from a config map and removes them',
    given: [
      deployment(NAME),
      {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'settings' },
        data: { 'log-level': 'info' },
      },
    ],
    steps: [
      {
        run: 'set env deployment/web --from=configmap/settings --prefix=APP_',
        prints: 'deployment.apps/web env updated',
      },
      {
        run: 'get deployment web -o jsonpath={.spec.template.spec.containers[0].env[*].name}',
        prints: 'APP_LOG_LEVEL',
      },
      { run: 'set env deployment/web APP_LOG_LEVEL-', prints: 'deployment.apps/web env updated' },
      { run: 'get deployment web -o jsonpath={.spec.template.spec.containers[0].env}', prints: '' },
    ],
  },
  {
    name: 'drain cordons a node and evicts the pods of nobody only with --force',
    given: [node, pod('bare', {}, { nodeName: 'node-{ns}', terminationGracePeriodSeconds: 0 })],
    afterwards: ['delete node node-{ns}'],
    steps: [
      {
        run: 'drain node-{ns} --ignore-daemonsets',
        exits: 1,
        prints: 'node/node-{ns} cordoned',
        complains: /Pods (?:that )?declare no controller \(use --force to override\): {ns}\/bare/,
      },
      {
        run: 'drain node-{ns} --ignore-daemonsets --force --timeout=30s',
        prints: [/^evicting pod {ns}\/bare$|already cordoned/m, /^node\/node-{ns} drained$/m],
      },
      { run: 'get pod bare', exits: 1, complains: /pods "bare" not found/ },
      { run: 'uncordon node-{ns}', prints: 'node/node-{ns} uncordoned' },
    ],
  },
  {
    name: 'top says that there are no metrics',
    steps: [
      { run: 'top nodes', exits: 1, complains: 'error: Metrics API not available' },
      { run: 'top pods', exits: 1, complains: 'error: Metrics API not available' },
    ],
  },
  {
    name: 'create makes secrets for registries and a cron job with its options',
    steps: [
      {
        run: 'create secret docker-registry registry --docker-server=registry.example.com --docker-username=ann --docker-password=secret',
        prints: 'secret/registry created',
      },
      { run: 'get secret registry -o jsonpath={.type}', prints: 'kubernetes.io/dockerconfigjson' },
      {
        run: "create cronjob nightly --image=job:1 --schedule='@daily' --restart=Never",
        prints: 'cronjob.batch/nightly created',
      },
      { run: 'get cronjob nightly -o jsonpath={.spec.jobTemplate.spec.template.spec.restartPolicy}', prints: 'Never' },
    ],
  },
];
