/** Who has which of the bootstrap roles. */
import type { JsonObject } from '../../../../apimachinery/json.ts';

const apiGroup = 'rbac.authorization.k8s.io';
const user = (name: string): JsonObject => ({ kind: 'User', apiGroup, name });
const group = (name: string): JsonObject => ({ kind: 'Group', apiGroup, name });

export const systemAccount = (name: string): JsonObject => ({ kind: 'ServiceAccount', name, namespace: 'kube-system' });

export interface BindingTemplate {
  readonly name: string;
  readonly role: string;
  readonly subjects: readonly JsonObject[];
}

const controllerManager = user('system:kube-controller-manager');
const scheduler = user('system:kube-scheduler');
const authenticated = group('system:authenticated');

function sameName(name: string, ...subjects: readonly JsonObject[]): BindingTemplate {
  return { name, role: name, subjects };
}

/** Beside those of the controllers, which follow from their names. */
export const clusterRoleBindings: readonly BindingTemplate[] = [
  sameName('cluster-admin', group('system:masters')),
  sameName('system:monitoring', group('system:monitoring')),
  sameName('system:discovery', authenticated),
  sameName('system:basic-user', authenticated),
  sameName('system:public-info-viewer', authenticated, group('system:unauthenticated')),
  sameName('system:node-proxier', user('system:kube-proxy')),
  sameName('system:kube-controller-manager', controllerManager),
  sameName('system:kube-dns', systemAccount('kube-dns')),
  sameName('system:kube-scheduler', scheduler),
  sameName('system:volume-scheduler', scheduler),
  sameName('system:service-account-issuer-discovery', group('system:serviceaccounts')),
  // Nodes have their own authorizer; the binding is there for those who add subjects to it.
  sameName('system:node'),
];

export const roleBindings: Readonly<Record<string, readonly BindingTemplate[]>> = {
  'kube-public': [sameName('system:controller:bootstrap-signer', systemAccount('bootstrap-signer'))],
  'kube-system': [
    {
      name: 'system::extension-apiserver-authentication-reader',
      role: 'extension-apiserver-authentication-reader',
      subjects: [controllerManager, scheduler],
    },
    sameName(
      'system::leader-locking-kube-controller-manager',
      controllerManager,
      systemAccount('kube-controller-manager'),
      systemAccount('leader-election-controller'),
    ),
    sameName('system::leader-locking-kube-scheduler', scheduler, systemAccount('kube-scheduler')),
    sameName('system:controller:bootstrap-signer', systemAccount('bootstrap-signer')),
    sameName('system:controller:cloud-provider', systemAccount('cloud-provider')),
    sameName('system:controller:token-cleaner', systemAccount('token-cleaner')),
  ],
};
