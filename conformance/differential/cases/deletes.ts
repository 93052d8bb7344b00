/** Deletion: policies, finalizers, preconditions, grace, collections, namespaces. */
import {
  apply,
  type Case,
  get,
  type Json,
  type JsonObject,
  patch,
  post,
  put,
  remove,
  type Step,
  TABLE,
} from '../case.ts';
import { configMap, configMaps, deployment, deployments, labelledConfigMap, pod, pods } from './objects.ts';

const target = `${configMaps}/subject`;
const options = (more: { [key: string]: Json }): Json => ({ apiVersion: 'v1', kind: 'DeleteOptions', ...more });
const create = (metadata: JsonObject = {}): Step =>
  post('create', configMaps, configMap('subject', { metadata: { name: 'subject', ...metadata } }));
const withPolicy = (path: string, name: string, object: Json, policy: string): Step[] => [
  post(`create for ${policy}`, path, object),
  remove(`delete ${policy}`, `${path}/${name}`, options({ propagationPolicy: policy })),
  get(`get after ${policy}`, `${path}/${name}`),
  remove(`delete again ${policy}`, `${path}/${name}`, options({ propagationPolicy: 'Background' })),
  patch('merge', `finalizers away ${policy}`, `${path}/${name}`, { metadata: { finalizers: null } }),
  get(`get at last ${policy}`, `${path}/${name}`),
];
const POLICIES = ['Background', 'Foreground', 'Orphan'];

const job = {
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name: 'subject' },
  spec: { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'a', image: 'a:1' }] } } },
};
const jobs = '/apis/batch/v1/namespaces/{ns}/jobs';
const namespaces = '/api/v1/namespaces';
const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'differential-doomed' } };

export const deleteCases: readonly Case[] = [
  {
    name: 'deletes: policies on a config map',
    steps: POLICIES.flatMap((policy) => withPolicy(configMaps, 'subject', configMap('subject'), policy)),
  },
  {
    name: 'deletes: policies on a deployment',
    steps: POLICIES.flatMap((policy) => withPolicy(deployments, 'subject', deployment('subject'), policy)),
  },
  { name: 'deletes: policies on a job', steps: POLICIES.flatMap((policy) => withPolicy(jobs, 'subject', job, policy)) },
  {
    name: 'deletes: policies on a pod',
    steps: POLICIES.flatMap((policy) => withPolicy(pods, 'subject', pod('subject'), policy)),
  },
  {
    name: 'deletes: default policy',
    steps: [
      post('create job', jobs, job),
      remove('delete job', `${jobs}/subject`),
      get('get job', `${jobs}/subject`),
      post('create deployment', deployments, deployment('subject')),
      remove('delete deployment', `${deployments}/subject`),
      get('get deployment', `${deployments}/subject`),
      post('create for orphanDependents', configMaps, configMap('subject')),
      remove('delete with orphanDependents', target, options({ orphanDependents: true })),
      get('get after orphanDependents', target),
    ],
  },
  {
    name: 'deletes: finalizers',
    steps: [
      create({ finalizers: ['example.com/one', 'example.com/two'] }),
      remove('delete', target),
      get('get', target),
      get('get as table', target, { accept: TABLE }),
      remove('delete again', target),
      remove('delete with a grace period', target, options({ gracePeriodSeconds: 30 })),
      post('create again', configMaps, configMap('subject')),
      patch('merge', 'change data', target, { data: { a: '1' } }),
      patch('merge', 'add a finalizer', target, {
        metadata: { finalizers: ['example.com/one', 'example.com/two', 'example.com/three'] },
      }),
      patch('merge', 'swap a finalizer', target, { metadata: { finalizers: ['example.com/four'] } }),
      patch('merge', 'take one away', target, { metadata: { finalizers: ['example.com/two'] } }),
      put('update without finalizers', target, (seen) => withoutFinalizers(seen.body('take one away'))),
      get('get at last', target),
    ],
  },
  {
    name: 'deletes: the write that takes the last finalizer away answers with the revision before the deletion',
    steps: [
      ...['update', 'merge', 'json', 'apply'].flatMap((way): Step[] => [
        post(`create for ${way}`, configMaps, {
          ...configMap('subject'),
          metadata: { name: 'subject', finalizers: ['example.com/a'] },
        }),
        remove(`delete for ${way}`, target),
        get(`watch ${way}`, `${configMaps}?watch=1&fieldSelector=metadata.name%3Dsubject`, {
          watch: {
            events: 2,
            during: [
              way === 'update'
                ? put('by update', target, (seen) => withoutFinalizers(seen.body('delete for update')))
                : way === 'apply'
                  ? apply('by apply', target, {
                      apiVersion: 'v1',
                      kind: 'ConfigMap',
                      metadata: { name: 'subject', finalizers: [] },
                    })
                  : patch(
                      way === 'json' ? 'json' : 'merge',
                      `by ${way} patch`,
                      target,
                      way === 'json'
                        ? [{ op: 'remove', path: '/metadata/finalizers' }]
                        : { metadata: { finalizers: null } },
                    ),
            ],
          },
        }),
        get(`get after ${way}`, target),
      ]),
    ],
  },
  {
    name: 'deletes: preconditions',
    steps: [
      create(),
      remove('wrong uid', target, options({ preconditions: { uid: '11111111-2222-3333-4444-555555555555' } })),
      remove('wrong resourceVersion', target, options({ preconditions: { resourceVersion: '999' } })),
      remove('empty preconditions, dry run', target, options({ preconditions: {}, dryRun: ['All'] })),
      remove('right ones', target, (seen) => {
        const { uid, resourceVersion } = seen.body('create').metadata as { uid: string; resourceVersion: string };
        return options({ preconditions: { uid, resourceVersion } });
      }),
    ],
  },
  {
    name: 'deletes: pods with grace',
    steps: [
      post('create assigned', pods, pod('graceful', { nodeName: 'corpus-nowhere', terminationGracePeriodSeconds: 20 })),
      remove('delete', `${pods}/graceful`),
      get('get', `${pods}/graceful`),
      get('get as table', `${pods}/graceful`, { accept: TABLE }),
      remove('delete with more', `${pods}/graceful`, options({ gracePeriodSeconds: 100 })),
      remove('delete with less', `${pods}/graceful`, options({ gracePeriodSeconds: 5 })),
      remove('delete with less in the query', `${pods}/graceful?gracePeriodSeconds=3`),
      remove('delete as dry run', `${pods}/graceful?gracePeriodSeconds=0&dryRun=All`),
      remove('delete at once', `${pods}/graceful`, options({ gracePeriodSeconds: 0 })),
      get('get deleted', `${pods}/graceful`),
      post('create to delete at once', pods, pod('abrupt', { nodeName: 'corpus-nowhere' })),
      remove('delete with a negative period', `${pods}/abrupt`, options({ gracePeriodSeconds: -1 })),
      post('create free', pods, pod('free')),
      remove('delete free', `${pods}/free`),
      get('get free', `${pods}/free`),
    ],
  },
  {
    name: 'deletes: collections',
    steps: [
      ...['a', 'b', 'c', 'd'].map((name, at) =>
        post(
          `create ${name}`,
          configMaps,
          labelledConfigMap(`many-${name}`, { parity: at % 2 === 0 ? 'even' : 'odd' }),
        ),
      ),
      remove('dry run', `${configMaps}?dryRun=All`),
      get('list after the dry run', configMaps),
      remove('by selector', `${configMaps}?labelSelector=parity%3Dodd`),
      get('list after the selector', configMaps),
      remove('by field', `${configMaps}?fieldSelector=metadata.name%3Dmany-a`),
      remove('as table', configMaps, undefined, { accept: TABLE }),
      remove('of nothing', configMaps),
      remove('of pods', pods),
      remove('with preconditions', configMaps, options({ preconditions: { uid: 'x' } })),
    ],
  },
  {
    name: 'deletes: collections with finalizers',
    steps: [
      post('create held', configMaps, configMap('held', { metadata: { name: 'held', finalizers: ['example.com/a'] } })),
      post('create loose', configMaps, configMap('loose')),
      remove('delete', configMaps),
      get('list', configMaps),
      remove('delete foreground', `${configMaps}?propagationPolicy=Foreground`),
      get('list again', configMaps),
    ],
  },
  {
    name: 'deletes: namespaces',
    steps: [
      post('create', namespaces, namespace),
      remove('delete as dry run', `${namespaces}/differential-doomed?dryRun=All`),
      remove('delete', `${namespaces}/differential-doomed`),
      get('get', `${namespaces}/differential-doomed`),
      get('get as table', `${namespaces}/differential-doomed`, { accept: TABLE }),
      remove('delete again', `${namespaces}/differential-doomed`),
      post('create in it', `${namespaces}/differential-doomed/configmaps`, configMap('late')),
      put('finalize with another name', `${namespaces}/differential-doomed/finalize`, {
        ...namespace,
        metadata: { name: 'x' },
      }),
      put('finalize partly', `${namespaces}/differential-doomed/finalize`, {
        ...namespace,
        spec: { finalizers: ['kubernetes', 'example.com/more'] },
      }),
      put('finalize', `${namespaces}/differential-doomed/finalize`, { ...namespace, spec: { finalizers: [] } }),
      get('get deleted', `${namespaces}/differential-doomed`),
    ],
  },
  {
    name: 'deletes: namespaces that may not go',
    steps: [
      remove('default', `${namespaces}/default`),
      remove('kube-system', `${namespaces}/kube-system`),
      remove('kube-public', `${namespaces}/kube-public`),
    ],
  },
];

function withoutFinalizers(object: JsonObject): JsonObject {
  return { ...object, metadata: { ...(object.metadata as JsonObject), finalizers: undefined } };
}
