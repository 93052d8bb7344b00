/** kubectl wait: for a field, a condition, a deletion or a creation, now or later. */
import type { Case } from '../case.ts';
import { configMap, pod } from '../manifests.ts';

const readyPatch = `patch pod web --subresource=status -p '{"status":{"conditions":[{"type":"Ready","status":"True"}]}}'`;

export const wait: readonly Case[] = [
  {
    name: 'wait --for=jsonpath is met at once when it holds',
    given: [configMap('settings', { color: 'red' })],
    steps: [
      { run: 'wait configmap/settings --for=jsonpath={.data.color}=red', prints: 'configmap/settings condition met' },
    ],
  },
  {
    name: 'wait --for=jsonpath is met by a later change',
    given: [configMap('settings', { color: 'red' })],
    steps: [
      {
        watch: 'wait configmap/settings --for=jsonpath={.data.color}=blue --timeout=30s',
        first: 0,
        during: [{ run: `patch configmap settings -p '{"data":{"color":"blue"}}'` }],
        prints: 'configmap/settings condition met',
      },
    ],
  },
  {
    name: 'wait --for=condition reads the conditions of the status',
    given: [pod('web')],
    steps: [
      { run: readyPatch },
      { run: 'wait pod/web --for=condition=Ready --timeout=10s', prints: 'pod/web condition met' },
      { run: 'wait pods --all --for=condition=Ready=true --timeout=10s', prints: 'pod/web condition met' },
    ],
  },
  {
    name: 'wait that is not met in time fails',
    given: [pod('web')],
    steps: [
      {
        run: 'wait pod/web --for=condition=Ready --timeout=1s',
        exits: 1,
        complains: /timed out waiting for the condition on pods\/web/,
      },
    ],
  },
  {
    name: 'wait --for=delete ends when the object is gone',
    given: [configMap('settings')],
    steps: [
      { run: `patch configmap settings --type=merge --patch='{"metadata":{"finalizers":["example.com/hold"]}}'` },
      {
        watch: 'wait configmap/settings --for=delete --timeout=30s',
        first: 0,
        paced: true,
        // It is held for as long as three commands take, so that who waits has seen it.
        during: [
          { run: 'delete configmap settings --wait=false' },
          { run: 'get configmap settings --output=name' },
          { run: 'get configmap settings --output=name' },
          { run: `patch configmap settings --type=merge --patch='{"metadata":{"finalizers":null}}'` },
        ],
        prints: /^$|condition met/,
      },
    ],
  },
  {
    name: 'wait --for=create ends when the object is there',
    since: 31,
    steps: [
      {
        watch: 'wait configmap/late --for=create --timeout=30s',
        first: 0,
        during: [{ run: 'create configmap late' }],
        prints: 'configmap/late condition met',
      },
    ],
  },
];
