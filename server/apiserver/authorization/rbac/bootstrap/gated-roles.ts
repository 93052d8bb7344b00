/** What controllers may do whose resources are off by default: their roles are there where those are served. */
import { type RulesByRole, rule } from './rule.ts';

export interface GatedRoles {
  readonly served: readonly [group: string, version: string, resource: string];
  readonly roles: RulesByRole;
}

export const gatedControllerRoles: readonly GatedRoles[] = [
  {
    served: ['certificates.k8s.io', 'v1beta1', 'podcertificaterequests'],
    roles: {
      podcertificaterequestcleaner: [rule('delete get list watch', 'certificates.k8s.io', 'podcertificaterequests')],
    },
  },
  {
    served: ['certificates.k8s.io', 'v1beta1', 'clustertrustbundles'],
    roles: {
      'kube-apiserver-serving-clustertrustbundle-publisher': [
        rule('attest', 'certificates.k8s.io', 'signers', 'kubernetes.io/kube-apiserver-serving'),
        rule('create delete list update watch', 'certificates.k8s.io', 'clustertrustbundles'),
        rule('create patch update', 'core events.k8s.io', 'events'),
      ],
    },
  },
  {
    served: ['storagemigration.k8s.io', 'v1beta1', 'storageversionmigrations'],
    roles: {
      'storage-version-migrator-controller': [
        rule('create list patch', '*', '*'),
        rule('get', 'apiextensions.k8s.io', 'customresourcedefinitions'),
        rule('patch', 'apiextensions.k8s.io', 'customresourcedefinitions/status'),
        rule('update', 'storagemigration.k8s.io', 'storageversionmigrations/status'),
      ],
    },
  },
];
