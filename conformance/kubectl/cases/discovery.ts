/** What the server serves: api-resources, api-versions, version, cluster-info, raw discovery documents, health. */
import type { Case } from '../case.ts';

export const discovery: readonly Case[] = [
  {
    name: 'api-resources lists built-in resources with short name, group version, scope and kind',
    steps: [
      {
        run: 'api-resources',
        prints: [
          /^NAME +SHORTNAMES +APIVERSION +NAMESPACED +KIND$/m,
          /^pods +po +v1 +true +Pod$/m,
          /^nodes +no +v1 +false +Node$/m,
          /^deployments +deploy +apps\/v1 +true +Deployment$/m,
          /^customresourcedefinitions +crd,crds +apiextensions\.k8s\.io\/v1 +false +CustomResourceDefinition$/m,
          /^endpointslices +discovery\.k8s\.io\/v1 +true +EndpointSlice$/m,
        ],
      },
    ],
  },
  {
    name: 'api-resources filters by group, scope and verbs',
    steps: [
      {
        run: 'api-resources --api-group=apps -o name',
        prints: 'controllerrevisions.apps\ndaemonsets.apps\ndeployments.apps\nreplicasets.apps\nstatefulsets.apps',
      },
      { run: 'api-resources --namespaced=false -o name', prints: [/^namespaces$/m, /^(?![\s\S]*^pods$)/m] },
      { run: 'api-resources --api-group=authorization.k8s.io --verbs=list -o name', prints: '' },
      {
        run: 'api-resources --categories=all -o name',
        prints: [/^pods$/m, /^deployments\.apps$/m, /^(?!.*configmaps)/s],
      },
    ],
  },
  {
    name: 'api-resources -o wide shows verbs and categories',
    steps: [
      {
        run: 'api-resources --api-group=apps -o wide',
        prints: /^deployments .*create,delete,deletecollection,get,list,patch,update,watch +all$/m,
      },
    ],
  },
  {
    name: 'api-versions lists group versions',
    steps: [
      {
        run: 'api-versions',
        prints: [
          /^apps\/v1$/m,
          /^autoscaling\/v1$/m,
          /^autoscaling\/v2$/m,
          /^batch\/v1$/m,
          /^rbac\.authorization\.k8s\.io\/v1$/m,
          /^v1$/m,
        ],
      },
    ],
  },
  {
    name: 'version shows the version of the server',
    steps: [
      { run: 'version -o json', shows: { serverVersion: { major: '1', minor: '36' } } },
      { run: 'get --raw /version', prints: /^\{\n {2}"major": "1",\n/, shows: { major: '1', minor: '36' } },
    ],
  },
  {
    name: 'cluster-info says where the control plane is',
    steps: [{ run: 'cluster-info', prints: /Kubernetes control plane.* is running at .*https:\/\// }],
  },
  {
    name: 'discovery documents can be read one by one',
    steps: [
      { run: 'get --raw /api', shows: { kind: 'APIVersions', versions: ['v1'] } },
      { run: 'get --raw /apis', shows: { kind: 'APIGroupList', apiVersion: 'v1' } },
      {
        run: 'get --raw /apis/apps',
        shows: { kind: 'APIGroup', name: 'apps', preferredVersion: { groupVersion: 'apps/v1', version: 'v1' } },
      },
      { run: 'get --raw /apis/apps/v1', shows: { kind: 'APIResourceList', groupVersion: 'apps/v1' } },
      { run: 'get --raw /openapi/v3', prints: /"apis\/apps\/v1":\s*\{\s*"serverRelativeURL"/ },
      { run: 'get --raw /openapi/v2', shows: { swagger: '2.0' } },
    ],
  },
  {
    name: 'health checks answer ok',
    steps: [
      { run: 'get --raw /healthz', prints: 'ok' },
      { run: 'get --raw /livez', prints: 'ok' },
      { run: 'get --raw /readyz', prints: 'ok' },
      { run: 'get --raw /readyz?verbose', prints: [/^\[\+\]ping ok$/m, /readyz check passed$/m] },
    ],
  },
];
