/** kubectl auth, impersonation, certificates. */
import type { Case } from '../case.ts';
import { fromCorpus } from '../manifests.ts';

const request = { ...fromCorpus('certificates/certificatesigningrequest/corpus-badge'), metadata: { name: '{ns}' } };

export const access: readonly Case[] = [
  {
    name: 'auth can-i answers for oneself',
    steps: [
      { run: 'auth can-i create pods', prints: 'yes' },
      { run: 'auth can-i --list', prints: /^Resources +Non-Resource URLs +Resource Names +Verbs$/m },
    ],
  },
  {
    name: 'auth can-i answers for someone else',
    steps: [
      { run: 'create role reader --verb=get,list --resource=pods' },
      { run: 'create rolebinding reader --role=reader --user=ann' },
      { run: 'auth can-i list pods --as=ann', prints: 'yes' },
      { run: 'auth can-i delete pods --as=ann', exits: 1, prints: 'no' },
      { run: 'auth can-i list pods --as=ann -n default', exits: 1, prints: 'no' },
    ],
  },
  {
    name: 'auth whoami shows user and groups, also impersonated ones',
    since: 28,
    steps: [
      { run: 'auth whoami', prints: /^Username +\S+$/m },
      {
        run: 'auth whoami --as=ann --as-group=crew',
        prints: [/^Username +ann$/m, /^Groups +\[crew system:authenticated\]$/m],
      },
    ],
  },
  {
    name: 'a request without permission is Forbidden and says who may not do what',
    steps: [
      {
        run: 'get pods --as=ann',
        exits: 1,
        complains:
          /Error from server \(Forbidden\): pods is forbidden: User "ann" cannot list resource "pods" in API group "" in the namespace "{ns}"/,
      },
      {
        run: 'delete deployment web --as=ann',
        exits: 1,
        complains:
          /deployments\.apps "web" is forbidden: User "ann" cannot delete resource "deployments" in API group "apps" in the namespace "{ns}"/,
      },
    ],
  },
  {
    name: 'a role gives permission at once, and its loss takes it',
    steps: [
      { run: 'create role reader --verb=get,list --resource=configmaps' },
      { run: 'create rolebinding reader --role=reader --user=ann' },
      { run: 'wait --for=jsonpath={.metadata.name}=reader role/reader --timeout=5s' },
      { run: 'auth can-i list configmaps --as=ann', prints: 'yes' },
      { run: 'delete rolebinding reader' },
    ],
  },
  {
    name: 'auth reconcile makes roles and adds missing rules',
    steps: [
      { run: 'create role reader --verb=get --resource=pods' },
      {
        run: 'auth reconcile -f -',
        stdin: {
          apiVersion: 'rbac.authorization.k8s.io/v1',
          kind: 'Role',
          metadata: { name: 'reader', namespace: '{ns}' },
          rules: [{ apiGroups: [''], resources: ['pods', 'secrets'], verbs: ['get'] }],
        },
        prints: /role\.rbac\.authorization\.k8s\.io\/reader reconciled/,
      },
      { run: 'get role reader -o jsonpath={.rules[*].resources}', prints: /secrets/ },
    ],
  },
  {
    name: 'a certificate signing request is listed, and approved',
    given: [request],
    afterwards: ['delete csr {ns}'],
    steps: [
      {
        run: 'get csr {ns}',
        prints: [
          /^NAME +AGE +SIGNERNAME +REQUESTOR +REQUESTEDDURATION +CONDITION$/m,
          /badges\.example\.com\/stage .* Pending$/m,
        ],
      },
      { run: 'certificate approve {ns}', prints: 'certificatesigningrequest.certificates.k8s.io/{ns} approved' },
      { run: 'get csr {ns}', prints: /Approved$/m },
      { run: 'describe csr {ns}', prints: [/^Signer: +badges\.example\.com\/stage$/m, /Common Name: +badge/] },
    ],
  },
  {
    name: 'a certificate signing request can be denied, but not after it is approved',
    given: [request],
    afterwards: ['delete csr {ns}'],
    steps: [
      { run: 'certificate deny {ns}', prints: 'certificatesigningrequest.certificates.k8s.io/{ns} denied' },
      { run: 'get csr {ns} -o jsonpath={.status.conditions[0].type}', prints: 'Denied' },
      { run: 'certificate approve {ns}', exits: 1 },
    ],
  },
];
