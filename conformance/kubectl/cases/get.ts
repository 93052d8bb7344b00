/** kubectl get: every form of output. */
import type { Case } from '../case.ts';
import { configMap, deployment, pod, secret, service } from '../manifests.ts';

const colors = [configMap('one', { color: 'red' }), configMap('two', { color: 'blue', size: 'xl' })];

export const get: readonly Case[] = [
  {
    name: 'get prints the table of config maps',
    given: colors,
    steps: [{ run: 'get configmap two', prints: /^NAME +DATA +AGE\ntwo +2 +\d+s\n$/ }],
  },
  {
    name: 'get prints the table of pods, and -o wide more columns',
    given: [pod('web')],
    steps: [
      { run: 'get pods', prints: /^NAME +READY +STATUS +RESTARTS +AGE\nweb +0\/1 +Pending +0 +\d+s\n$/ },
      {
        run: 'get pods -o wide',
        prints: [
          /^NAME +READY +STATUS +RESTARTS +AGE +IP +NODE +NOMINATED NODE +READINESS GATES$/m,
          /^web +0\/1 +Pending +0 +\d+s +<none> +<none> +<none> +<none>$/m,
        ],
      },
    ],
  },
  {
    name: 'get prints the table of deployments, and -o wide containers, images and selector',
    given: [deployment('web')],
    steps: [
      { run: 'get deployments', prints: /^NAME +READY +UP-TO-DATE +AVAILABLE +AGE\nweb +0\/0 +0 +0 +\d+s\n$/ },
      {
        run: 'get deploy web -o wide',
        prints: [/AGE +CONTAINERS +IMAGES +SELECTOR\n/, /^web .* main +registry\.example\.com\/web:1 +app=web$/m],
      },
    ],
  },
  {
    name: 'get prints the table of services',
    given: [
      service('web', {
        ports: [
          { name: 'http', port: 80 },
          { name: 'dns', port: 53, protocol: 'UDP' },
        ],
      }),
    ],
    steps: [
      {
        run: 'get svc',
        prints: [
          /^NAME +TYPE +CLUSTER-IP +EXTERNAL-IP +PORT\(S\) +AGE$/m,
          /^web +ClusterIP +[0-9a-f.:]+ +<none> +80\/TCP,53\/UDP +\d+s$/m,
        ],
      },
      { run: 'create service nodeport outside --tcp=80' },
      { run: 'create service loadbalancer front --tcp=443' },
      { run: 'create service externalname away --external-name example.com' },
      { run: 'create service clusterip heads --clusterip=None' },
      {
        run: 'get svc -o wide',
        prints: [
          /^outside +NodePort +[0-9a-f.:]+ +<none> +80:3[0-2]\d{3}\/TCP +\d+s +app=outside$/m,
          /^front +LoadBalancer +[0-9a-f.:]+ +<pending> +443:3[0-2]\d{3}\/TCP +\d+s +app=front$/m,
          /^away +ExternalName +<none> +example\.com +<none> +\d+s +app=away$/m,
          /^heads +ClusterIP +None +<none> +<none> +\d+s +app=heads$/m,
        ],
      },
    ],
  },
  {
    name: 'get prints the tables of secrets, roles and namespaces',
    given: [secret('credentials', { user: 'ann' })],
    steps: [
      { run: 'get secret credentials', prints: /^NAME +TYPE +DATA +AGE\ncredentials +Opaque +1 +\d+s\n$/ },
      { run: 'create role reader --verb=get --resource=pods' },
      { run: 'get role reader', prints: /^NAME +CREATED AT\nreader +\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\n$/ },
      { run: 'get namespace {ns}', prints: /^NAME +STATUS +AGE\n{ns} +Active +\d+s\n$/ },
    ],
  },
  {
    name: 'get of several kinds prints a table for each, with the kind before the name',
    given: [...colors, secret('credentials')],
    steps: [
      {
        run: 'get configmap/one secret/credentials',
        prints: [/^NAME +DATA +AGE\nconfigmap\/one +1 +\d+s$/m, /^NAME +TYPE +DATA +AGE\nsecret\/credentials +Opaque/m],
      },
      { run: 'get configmap one --show-kind --no-headers', prints: /^configmap\/one +1 +\d+s\n$/ },
    ],
  },
  {
    name: 'get -o name prints kind, group and name',
    given: [configMap('one'), deployment('web')],
    steps: [
      { run: 'get configmap/one deployment/web -o name', prints: 'configmap/one\ndeployment.apps/web' },
      { run: 'get deployments -o name', prints: 'deployment.apps/web' },
    ],
  },
  {
    name: 'get -o json and -o yaml print one object',
    given: colors,
    steps: [
      {
        run: 'get configmap one -o json',
        shows: {
          apiVersion: 'v1',
          kind: 'ConfigMap',
          metadata: { name: 'one', namespace: '{ns}' },
          data: { color: 'red' },
        },
      },
      { run: 'get configmap one -o yaml', prints: [/^apiVersion: v1\ndata:\n {2}color: red\nkind: ConfigMap$/m] },
    ],
  },
  {
    name: 'get -o json of several objects prints a List in the order of their names',
    given: [configMap('b', {}, { labels: { x: 'y' } }), configMap('a', {}, { labels: { x: 'y' } })],
    steps: [
      {
        run: 'get configmaps -l x=y -o json',
        shows: {
          apiVersion: 'v1',
          kind: 'List',
          items: [{ kind: 'ConfigMap', metadata: { name: 'a' } }, { metadata: { name: 'b' } }],
        },
      },
    ],
  },
  {
    name: 'get -o jsonpath reads fields, ranges and filters',
    given: [
      pod(
        'web',
        {},
        {
          containers: [
            { name: 'a', image: 'a:1' },
            { name: 'b', image: 'b:2' },
          ],
        },
      ),
    ],
    steps: [
      { run: 'get pod web -o jsonpath={.spec.containers[*].image}', prints: 'a:1 b:2' },
      {
        run: `get pod web -o jsonpath='{range .spec.containers[*]}{.name}={.image}{"\\n"}{end}'`,
        prints: 'a=a:1\nb=b:2',
      },
      { run: `get pod web -o jsonpath='{.spec.containers[?(@.name=="b")].image}'`, prints: 'b:2' },
      { run: 'get pods -o jsonpath={.items[0].metadata.name}', prints: 'web' },
      { run: 'get pod web -o jsonpath-as-json={.spec.containers[*].name}', shows: ['a', 'b'] },
    ],
  },
  {
    name: 'get -o custom-columns prints chosen fields',
    given: colors,
    steps: [
      {
        run: 'get configmaps one two -o custom-columns=WHO:.metadata.name,COLOR:.data.color,SIZE:.data.size',
        prints: /^WHO +COLOR +SIZE\none +red +<none>\ntwo +blue +xl\n$/,
      },
      { run: 'get configmap one --no-headers -o custom-columns=:metadata.name', prints: 'one' },
    ],
  },
  {
    name: 'get -o go-template runs a template',
    given: colors,
    steps: [
      { run: `get configmap two -o go-template='{{.data.color}} {{len .data}}'`, prints: 'blue 2' },
      { run: `get configmaps one two --template='{{range .items}}{{.metadata.name}};{{end}}'`, prints: 'one;two;' },
    ],
  },
  {
    name: 'get --show-labels and -L add columns',
    given: [configMap('one', {}, { labels: { app: 'shop', tier: 'front' } })],
    steps: [
      {
        run: 'get configmap one --show-labels',
        prints: /^NAME +DATA +AGE +LABELS\none +0 +\d+s +app=shop,tier=front\n$/,
      },
      { run: 'get configmap one -L tier,none', prints: /^NAME +DATA +AGE +TIER +NONE\none +0 +\d+s +front *\n$/ },
    ],
  },
  {
    name: 'get -A prints the namespace of each object',
    given: [configMap('{ns}')],
    steps: [
      {
        run: 'get configmaps -A --field-selector metadata.name={ns}',
        prints: /^NAMESPACE +NAME +DATA +AGE\n{ns} +{ns} +0 +\d+s\n$/,
      },
    ],
  },
  {
    name: 'get of nothing says so and exits with 0',
    steps: [
      { run: 'get pods', prints: '', complains: 'No resources found in {ns} namespace.' },
      { run: 'get pods -o name', prints: '' },
      { run: 'get pods -o json', shows: { kind: 'List', items: [] } },
    ],
  },
  {
    name: 'get of a missing object fails with NotFound, unless --ignore-not-found',
    given: [configMap('one')],
    steps: [
      { run: 'get configmap none', exits: 1, complains: 'Error from server (NotFound): configmaps "none" not found' },
      {
        run: 'get deployment none',
        exits: 1,
        complains: 'Error from server (NotFound): deployments.apps "none" not found',
      },
      { run: 'get configmap one none -o name', exits: 1, prints: 'configmap/one', complains: /"none" not found/ },
      { run: 'get configmap none --ignore-not-found', prints: '' },
    ],
  },
  {
    name: 'get takes short, singular, plural and full names of a kind',
    given: [deployment('web')],
    steps: [
      { run: 'get deploy web -o name', prints: 'deployment.apps/web' },
      { run: 'get deployment web -o name', prints: 'deployment.apps/web' },
      { run: 'get deployments.apps web -o name', prints: 'deployment.apps/web' },
      { run: 'get deployments.v1.apps web -o name', prints: 'deployment.apps/web' },
      { run: 'get Deployment web -o name', prints: 'deployment.apps/web' },
    ],
  },
  {
    name: 'get of a kind that does not exist fails',
    steps: [{ run: 'get nonsense', exits: 1, complains: /the server doesn't have a resource type "nonsense"/ }],
  },
  {
    name: 'get all prints the kinds of the category "all"',
    given: [deployment('web'), service('web'), configMap('one')],
    steps: [
      { run: 'get all -o name -l app=web', prints: /^deployment\.apps\/web$/m },
      { run: 'get all -o name', prints: [/^service\/web$/m, /^(?![\s\S]*configmap)/] },
    ],
  },
  {
    name: 'get --sort-by sorts by a field',
    given: Object.entries({ a: '3', b: '1', c: '2' }).map(([name, rank]) =>
      configMap(name, { rank }, { labels: { set: 's' } }),
    ),
    steps: [
      {
        run: 'get configmaps -l set=s --sort-by={.data.rank} -o name',
        prints: 'configmap/b\nconfigmap/c\nconfigmap/a',
      },
      { run: 'get configmaps -l set=s --sort-by=.metadata.name --no-headers', prints: /^a .*\nb .*\nc .*\n$/ },
    ],
  },
  {
    name: 'get --chunk-size goes through the pages of a list',
    given: ['a', 'b', 'c', 'd', 'e'].map((name) => configMap(name, {}, { labels: { set: 'pages' } })),
    steps: [
      {
        run: 'get configmaps -l set=pages --chunk-size=2 -o name',
        prints: 'configmap/a\nconfigmap/b\nconfigmap/c\nconfigmap/d\nconfigmap/e',
      },
      { run: 'get configmaps -l set=pages --chunk-size=2 --no-headers', prints: /^a .*\nb .*\nc .*\nd .*\ne .*\n$/ },
    ],
  },
  {
    name: 'get hides managed fields unless asked',
    given: [configMap('one', { color: 'red' })],
    steps: [
      { run: 'get configmap one -o yaml', prints: /^(?![\s\S]*managedFields)/ },
      {
        run: 'get configmap one -o json --show-managed-fields',
        shows: { metadata: { managedFields: [{ manager: 'kubectl-create', operation: 'Update', apiVersion: 'v1' }] } },
      },
    ],
  },
  {
    name: 'get --raw prints the body of a path',
    given: [configMap('one', { color: 'red' })],
    steps: [
      { run: 'get --raw /api/v1/namespaces/{ns}/configmaps/one', shows: { data: { color: 'red' } } },
      {
        run: 'get --raw /api/v1/namespaces/{ns}/configmaps?limit=1',
        shows: { kind: 'ConfigMapList', apiVersion: 'v1' },
      },
      { run: 'get --raw /none', exits: 1, complains: /\(NotFound\)/ },
    ],
  },
  {
    name: 'get -f reads which objects to get from a manifest',
    given: [configMap('one', { color: 'red' })],
    steps: [{ run: 'get -f - -o jsonpath={.items[0].data.color}', stdin: configMap('one'), prints: 'red' }],
  },
  {
    name: 'get --subresource prints status and scale',
    given: [deployment('web')],
    steps: [
      { run: 'get deployment web --subresource=status -o jsonpath={.kind}', prints: 'Deployment' },
      {
        run: 'get deployment web --subresource=scale -o jsonpath={.kind}:{.spec.replicas}:{.status.selector}',
        prints: /^Scale:0?:app=web$/,
      },
      { run: 'get deployment web --subresource=scale', prints: /^NAME +DESIRED +AVAILABLE +AGE\nweb +0 +0 +\d+s\n$/ },
    ],
  },
  {
    name: 'get --server-print=false prints a table made by kubectl',
    given: [configMap('one')],
    steps: [{ run: 'get configmap one --server-print=false', prints: /^NAME +AGE\none +\d+s\n$/ }],
  },
];
