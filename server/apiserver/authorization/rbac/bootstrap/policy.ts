/** The roles and bindings that every cluster has (upstream: bootstrappolicy), as objects. Source of names and rules: Kubernetes 1.36.3. */
import type { JsonObject } from '../../../../apimachinery/json.ts';
import type { KubeObject } from '../../../../apimachinery/meta/object.ts';
import { type BindingTemplate, clusterRoleBindings, roleBindings, systemAccount } from './bindings.ts';
import { componentRoles } from './component-roles.ts';
import { controllerRoles } from './controller-roles.ts';
import { type GatedRoles, gatedControllerRoles } from './gated-roles.ts';
import { namespaceRoles } from './namespace-roles.ts';
import type { RulesByRole } from './rule.ts';
import { userRoles } from './user-roles.ts';

export interface BootstrapPolicy {
  readonly clusterRoles: readonly KubeObject[];
  readonly clusterRoleBindings: readonly KubeObject[];
  readonly roles: readonly KubeObject[];
  readonly roleBindings: readonly KubeObject[];
}

/** @param isServed of resources that are off by default */
export function bootstrapPolicy(isServed: (gated: GatedRoles) => boolean = () => false): BootstrapPolicy {
  const gated = gatedControllerRoles.filter(isServed).flatMap(({ roles }) => Object.entries(roles));
  const rulesOf: RulesByRole = Object.fromEntries([...Object.entries(controllerRoles), ...gated]);
  const controllers = Object.fromEntries(Object.entries(rulesOf).map(([name, rules]) => [controllerName(name), rules]));
  return {
    clusterRoles: [...rolesFrom({ ...userRoles, ...componentRoles, ...controllers }), ...aggregatedRoles()],
    clusterRoleBindings: [
      ...clusterRoleBindings,
      ...Object.keys(rulesOf).map((name) => {
        const role = controllerName(name);
        return { name: role, role, subjects: [systemAccount(name)] };
      }),
    ].map((template) => binding(template)),
    roles: Object.entries(namespaceRoles).flatMap(([namespace, roles]) => rolesFrom(roles, namespace)),
    roleBindings: Object.entries(roleBindings).flatMap(([namespace, templates]) =>
      templates.map((template) => binding(template, namespace)),
    ),
  };
}

const group = 'rbac.authorization.k8s.io';
const aggregateTo = (role: string): string => `${group}/aggregate-to-${role}`;

function controllerName(name: string): string {
  return `system:controller:${name}`;
}

function metadata(name: string, more: { readonly labels?: JsonObject; readonly namespace?: string | undefined } = {}) {
  return {
    name,
    ...(more.namespace === undefined ? {} : { namespace: more.namespace }),
    labels: { 'kubernetes.io/bootstrapping': 'rbac-defaults', ...more.labels } as { [key: string]: string },
    annotations: { 'rbac.authorization.kubernetes.io/autoupdate': 'true' },
  };
}

function rolesFrom(roles: RulesByRole, namespace?: string): KubeObject[] {
  return Object.entries(roles).map(([name, rules]) => {
    const target = /^system:aggregate-to-(\w+)$/.exec(name)?.[1];
    const labels = target === undefined ? {} : { [aggregateTo(target)]: 'true' };
    return { metadata: metadata(name, { labels, namespace }), rules: [...rules] };
  });
}

/**
 * admin, edit and view begin with what their parts hold together, as the controller that aggregates them would have made
 * them: they give permissions from the first moment on, also where no controller runs.
 */
function aggregatedRoles(): KubeObject[] {
  const view = userRoles['system:aggregate-to-view'] ?? [];
  const edit = [...(userRoles['system:aggregate-to-edit'] ?? []), ...view];
  const admin = [...edit, ...(userRoles['system:aggregate-to-admin'] ?? [])];
  return [
    aggregated('admin', { rules: admin }),
    aggregated('edit', { rules: edit, partOf: 'admin' }),
    aggregated('view', { rules: view, partOf: 'edit' }),
  ];
}

function aggregated(
  name: string,
  { rules, partOf }: { readonly rules: readonly JsonObject[]; readonly partOf?: string },
): KubeObject {
  return {
    metadata: metadata(name, partOf === undefined ? {} : { labels: { [aggregateTo(partOf)]: 'true' } }),
    aggregationRule: { clusterRoleSelectors: [{ matchLabels: { [aggregateTo(name)]: 'true' } }] },
    rules: [...rules],
  };
}

function binding({ name, role, subjects }: BindingTemplate, namespace?: string): KubeObject {
  return {
    metadata: metadata(name, { namespace }),
    roleRef: { apiGroup: group, kind: namespace === undefined ? 'ClusterRole' : 'Role', name: role },
    ...(subjects.length === 0 ? {} : { subjects: [...subjects] }),
  };
}
