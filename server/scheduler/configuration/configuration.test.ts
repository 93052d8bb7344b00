import test from 'ava';
import { defaultScheduler } from '../../../backends/scheduler/default/default-scheduler.ts';
import type { NodeInfo, SchedulerHandle } from '../../../backends/scheduler/interface.ts';
import { loadFacts } from '../../../openapi/facts.ts';
import { nodeInfo } from '../compile/node-info.ts';
import { podInfo } from '../compile/pod-info.ts';
import { ProfileRunner } from '../profile-runner.ts';
import { SchedulerCache } from '../scheduler-cache.ts';
import { readSchedulerConfiguration } from './scheduler-configuration.ts';

const head = 'apiVersion: kubescheduler.config.k8s.io/v1\nkind: KubeSchedulerConfiguration\n';
const read = (text: string) =>
  readSchedulerConfiguration(head + text, { api: loadFacts(), readFile: (path) => `content of ${path}` });

function profilesOf(text: string): ProfileRunner[] {
  const cache = new SchedulerCache();
  const handle = {
    nodes: cache,
    objects: {},
    defaultSelector: () => undefined,
    namespaceLabels: () => ({}),
    bind: () => Promise.resolve(),
  } as unknown as SchedulerHandle;
  const { profiles } = read(text);
  return defaultScheduler({ random: () => 0, profiles })
    .profiles(handle)
    .map((profile) => new ProfileRunner(profile));
}

const node = (name: string, labels: Record<string, string> = {}): NodeInfo =>
  nodeInfo(
    {
      metadata: { name, labels },
      status: { allocatable: { cpu: '4', memory: '8Gi', pods: '10', 'example.com/gpu': '4' } },
    },
    undefined,
  );
const pod = (requests: Record<string, string>) =>
  podInfo({
    metadata: { name: 'p', namespace: 'default', uid: 'p' },
    spec: { containers: [{ name: 'c', image: 'i', resources: { requests } }] },
  });

test('what is not said is as upstream has it', (t) => {
  const { profiles, initialBackOff, maxBackOff, leaderElection } = read('');
  t.deepEqual(
    profiles.map(({ schedulerName }) => schedulerName),
    ['default-scheduler'],
  );
  t.deepEqual([initialBackOff, maxBackOff], [1000, 10_000]);
  t.deepEqual(leaderElection, {
    leaderElect: true,
    leaseDuration: 15_000,
    renewDeadline: 10_000,
    retryPeriod: 2000,
    resourceNamespace: 'kube-system',
    resourceName: 'kube-scheduler',
  });
});

test('fields that nobody knows are refused, also in the arguments of plugins', (t) => {
  t.throws(
    () => read('foo: 1\nprofiles: [{schedulerName: a, pluginConfig: [{name: InterPodAffinity, args: {x: 1}}]}]'),
    {
      message:
        'strict decoding error: unknown field "foo", decoding .profiles[0].pluginConfig[0]: strict decoding error: decoding args for plugin InterPodAffinity: strict decoding error: unknown field "x"',
    },
  );
  t.throws(() => read('parallelism: many'), {
    message: 'json: cannot unmarshal string into Go struct field KubeSchedulerConfiguration.parallelism of type int32',
  });
});

test('what cannot be is told with the words of upstream, all at once', (t) => {
  const text =
    'parallelism: -1\nprofiles:\n- {schedulerName: a, pluginConfig: [{name: InterPodAffinity, args: {hardPodAffinityWeight: 200}}]}\n- {percentageOfNodesToScore: 200}';
  t.throws(() => read(text), {
    message:
      '[parallelism: Invalid value: -1: should be an integer value greater than zero, profiles[0].pluginConfig[0].args.hardPodAffinityWeight: Invalid value: 200: not in valid range [0, 100], profiles[1].schedulerName: Required value, profiles[1].percentageOfNodesToScore: Invalid value: 200: not in valid range [0-100]]',
  });
});

test('plugins are turned off and on, for all extension points or one', (t) => {
  const named = (runner: ProfileRunner | undefined, point: 'filter' | 'score') =>
    runner?.plugins.filter((plugin) => plugin[point] !== undefined).map(({ name }) => name) ?? [];
  const [without, only] = profilesOf(
    `profiles:
- schedulerName: without
  plugins: {multiPoint: {disabled: [{name: InterPodAffinity}]}, score: {disabled: [{name: ImageLocality}], enabled: [{name: NodeAffinity, weight: 7}]}}
- schedulerName: only
  plugins: {filter: {disabled: [{name: "*"}], enabled: [{name: NodeName}]}}`,
  );
  t.false(named(without, 'filter').includes('InterPodAffinity'));
  t.false(named(without, 'score').includes('ImageLocality'));
  t.is(without?.plugins.find(({ name }) => name === 'NodeAffinity')?.weight, 7);
  t.deepEqual(named(only, 'filter'), ['NodeName']);
  t.true(named(only, 'score').includes('NodeResourcesFit'));
});

test('a profile that cannot work is refused as upstream words it', (t) => {
  const profile = (plugins: string) => () => profilesOf(`profiles: [{schedulerName: a, plugins: ${plugins}}]`);
  const where = 'initializing profiles: creating profile for scheduler name a:';
  t.throws(profile('{filter: {enabled: [{name: Foo}]}}'), { message: `${where} FilterPlugin "Foo" does not exist` });
  t.throws(profile('{score: {enabled: [{name: NodeName}]}}'), {
    message: `${where} plugin "NodeName" does not extend ScorePlugin plugin`,
  });
  t.throws(profile('{multiPoint: {disabled: [{name: "*"}], enabled: [{name: NodeName}]}}'), {
    message: `${where} only one queue sort plugin required for profile with scheduler name "a", but got 0`,
  });
});

test('nodes are scored as the strategy says', (t) => {
  const scoreOf = (strategy: string, requests: Record<string, string>) => {
    const [runner] = profilesOf(
      `profiles: [{schedulerName: a, pluginConfig: [{name: NodeResourcesFit, args: {scoringStrategy: ${strategy}}}]}]`,
    );
    const fit = runner?.plugins.find(({ name }) => name === 'NodeResourcesFit');
    return fit?.score?.(pod(requests), node('a'), undefined);
  };
  const asked = { cpu: '1', memory: '2Gi', 'example.com/gpu': '1' };
  t.is(scoreOf('{type: LeastAllocated}', asked), 75);
  t.is(scoreOf('{type: MostAllocated}', asked), 25);
  t.is(scoreOf('{type: MostAllocated, resources: [{name: example.com/gpu, weight: 5}]}', asked), 25);
  t.is(scoreOf('{type: MostAllocated, resources: [{name: example.com/gpu}]}', { cpu: '1' }), 0);
  const shape = '[{utilization: 0, score: 0}, {utilization: 50, score: 10}]';
  t.is(scoreOf(`{type: RequestedToCapacityRatio, requestedToCapacityRatio: {shape: ${shape}}}`, asked), 50);
});

test('added node affinity is asked of every pod', (t) => {
  const [runner] = profilesOf(
    'profiles: [{schedulerName: a, pluginConfig: [{name: NodeAffinity, args: {addedAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchExpressions: [{key: pool, operator: In, values: [a]}]}]}}}}]}]',
  );
  const plugin = runner?.plugins.find(({ name }) => name === 'NodeAffinity');
  t.is(plugin?.filter?.(pod({}), node('in', { pool: 'a' }), undefined), undefined);
  t.deepEqual(plugin?.filter?.(pod({}), node('out'), undefined)?.reasons, [
    "node(s) didn't match scheduler-enforced node affinity",
  ]);
});
