/** The FlowSchemas and PriorityLevelConfigurations of a new cluster. Source of names and numbers: Kubernetes 1.36's bootstrap objects. */
import type { JsonObject } from '../../../apimachinery/json.ts';
import type { KubeObject } from '../../../apimachinery/meta/object.ts';
import {
  systemAuthenticated,
  systemMasters,
  systemNodes,
  systemUnauthenticated,
} from '../../../apimachinery/request/user-info.ts';

export const exemptName = 'exempt';
export const catchAllName = 'catch-all';

/** What has to be there, and what is only a proposal. */
export const mandatoryLevels: readonly KubeObject[] = [
  level(exemptName, { type: 'Exempt', exempt: { nominalConcurrencyShares: 0, lendablePercent: 0 } }),
  level(catchAllName, {
    type: 'Limited',
    limited: { nominalConcurrencyShares: 5, lendablePercent: 0, limitResponse: { type: 'Reject' } },
  }),
];

export const suggestedLevels: readonly KubeObject[] = [
  queuing('system', { shares: 30, lendablePercent: 33, queues: 64, handSize: 6 }),
  queuing('node-high', { shares: 40, lendablePercent: 25, queues: 64, handSize: 6 }),
  queuing('leader-election', { shares: 10, lendablePercent: 0, queues: 16, handSize: 4 }),
  queuing('workload-high', { shares: 40, lendablePercent: 50, queues: 128, handSize: 6 }),
  queuing('workload-low', { shares: 100, lendablePercent: 90, queues: 128, handSize: 6 }),
  queuing('global-default', { shares: 20, lendablePercent: 50, queues: 128, handSize: 6 }),
];

const everything = [resources(['*'], '*', ['*'])];
const everyPath = [{ verbs: ['*'], nonResourceURLs: ['*'] }];
const everyone = [group(systemUnauthenticated), group(systemAuthenticated)];
const kubeSystemAccounts = {
  kind: 'ServiceAccount',
  serviceAccount: { namespace: 'kube-system', name: '*' },
};
const controllerManager = user('system:kube-controller-manager');
const scheduler = user('system:kube-scheduler');
const leases = (verbs: string[]) => resources(verbs, 'coordination.k8s.io', ['leases'], { clusterScope: false });

export const mandatorySchemas: readonly KubeObject[] = [
  schema('exempt', exemptName, {
    precedence: 1,
    subjects: [group(systemMasters)],
    resourceRules: everything,
    nonResourceRules: everyPath,
  }),
  schema('catch-all', catchAllName, {
    precedence: 10_000,
    by: 'ByUser',
    subjects: everyone,
    resourceRules: everything,
    nonResourceRules: everyPath,
  }),
];

export const suggestedSchemas: readonly KubeObject[] = [
  schema('system-nodes', 'system', {
    precedence: 500,
    by: 'ByUser',
    subjects: [group(systemNodes)],
    resourceRules: everything,
    nonResourceRules: everyPath,
  }),
  schema('system-node-high', 'node-high', {
    precedence: 400,
    by: 'ByUser',
    subjects: [group(systemNodes)],
    resourceRules: [resources(['*'], '', ['nodes', 'nodes/status']), leases(['*'])],
  }),
  schema('probes', exemptName, {
    precedence: 2,
    subjects: everyone,
    nonResourceRules: [{ verbs: ['get'], nonResourceURLs: ['/healthz', '/readyz', '/livez'] }],
  }),
  schema('system-leader-election', 'leader-election', {
    precedence: 100,
    by: 'ByUser',
    subjects: [controllerManager, scheduler, kubeSystemAccounts],
    resourceRules: [leases(['get', 'create', 'update'])],
  }),
  schema('kube-controller-manager', 'workload-high', {
    precedence: 800,
    by: 'ByNamespace',
    subjects: [controllerManager],
    resourceRules: everything,
    nonResourceRules: everyPath,
  }),
  schema('kube-scheduler', 'workload-high', {
    precedence: 800,
    by: 'ByNamespace',
    subjects: [scheduler],
    resourceRules: everything,
    nonResourceRules: everyPath,
  }),
  schema('kube-system-service-accounts', 'workload-high', {
    precedence: 900,
    by: 'ByNamespace',
    subjects: [kubeSystemAccounts],
    resourceRules: everything,
    nonResourceRules: everyPath,
  }),
  schema('service-accounts', 'workload-low', {
    precedence: 9000,
    by: 'ByUser',
    subjects: [group('system:serviceaccounts')],
    resourceRules: everything,
    nonResourceRules: everyPath,
  }),
  schema('global-default', 'global-default', {
    precedence: 9900,
    by: 'ByUser',
    subjects: everyone,
    resourceRules: everything,
    nonResourceRules: everyPath,
  }),
];

function level(name: string, spec: JsonObject): KubeObject {
  return { metadata: { name }, spec };
}

interface Queuing {
  readonly shares: number;
  readonly lendablePercent: number;
  readonly queues: number;
  readonly handSize: number;
}

function queuing(name: string, { shares, lendablePercent, queues, handSize }: Queuing): KubeObject {
  const limitResponse = { type: 'Queue', queuing: { queues, handSize, queueLengthLimit: 50 } };
  return level(name, {
    type: 'Limited',
    limited: { nominalConcurrencyShares: shares, lendablePercent, limitResponse },
  });
}

interface SchemaFacts {
  readonly precedence: number;
  readonly by?: 'ByUser' | 'ByNamespace';
  readonly subjects: JsonObject[];
  readonly resourceRules?: JsonObject[];
  readonly nonResourceRules?: JsonObject[];
}

function schema(name: string, levelName: string, facts: SchemaFacts): KubeObject {
  const { precedence, by, subjects, resourceRules, nonResourceRules } = facts;
  const rules: JsonObject = { subjects };
  if (resourceRules !== undefined) rules.resourceRules = resourceRules;
  if (nonResourceRules !== undefined) rules.nonResourceRules = nonResourceRules;
  return {
    metadata: { name },
    spec: {
      priorityLevelConfiguration: { name: levelName },
      matchingPrecedence: precedence,
      ...(by === undefined ? {} : { distinguisherMethod: { type: by } }),
      rules: [rules],
    },
  };
}

function resources(verbs: string[], apiGroup: string, names: string[], { clusterScope = true } = {}): JsonObject {
  const rule: JsonObject = { verbs, apiGroups: [apiGroup], resources: names };
  if (clusterScope) rule.clusterScope = true;
  return { ...rule, namespaces: ['*'] };
}

function group(name: string): JsonObject {
  return { kind: 'Group', group: { name } };
}

function user(name: string): JsonObject {
  return { kind: 'User', user: { name } };
}
