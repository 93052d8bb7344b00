/** Custom resources: every verb on objects of a kind that a definition has brought. */
import type { Case, Fields, Manifest } from '../../../kubectl/case.ts';
import { compared } from './compared.ts';

const group = '{ns}.example.com';
const boats = `boats.${group}`;

const spec = {
  type: 'object',
  description: 'What it is like.',
  required: ['sails'],
  properties: {
    sails: { type: 'integer', minimum: 0, description: 'How many sails it has.' },
    hull: { type: 'string', enum: ['wood', 'steel'], default: 'wood' },
    oars: { type: 'integer' },
    built: { type: 'string', format: 'date-time' },
    crew: {
      type: 'array',
      description: 'Who is on board.',
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['name'],
      items: {
        type: 'object',
        required: ['name'],
        properties: { name: { type: 'string' }, rank: { type: 'string', default: 'mate' } },
      },
    },
    flags: { type: 'object', additionalProperties: { type: 'string' } },
  },
  'x-kubernetes-validations': [
    { rule: '!has(self.oars) || self.oars <= 2 * self.sails + 8', message: 'too many oars' },
    { rule: 'self.sails >= oldSelf.sails', message: 'no sail is taken down' },
  ],
};
const status = {
  type: 'object',
  properties: {
    oars: { type: 'integer' },
    conditions: {
      type: 'array',
      items: {
        type: 'object',
        properties: { type: { type: 'string' }, status: { type: 'string' } },
      },
    },
  },
};
const definition: Manifest = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: boats },
  spec: {
    group,
    scope: 'Namespaced',
    names: { plural: 'boats', singular: 'boat', kind: 'Boat', shortNames: ['bt{ns}'], categories: ['fleet{ns}'] },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        subresources: {
          status: {},
          scale: { specReplicasPath: '.spec.oars', statusReplicasPath: '.status.oars' },
        },
        additionalPrinterColumns: [
          { name: 'Sails', type: 'integer', jsonPath: '.spec.sails' },
          { name: 'Hull', type: 'string', jsonPath: '.spec.hull', priority: 1 },
          { name: 'Captain', type: 'string', jsonPath: ".spec.crew[?(@.rank=='captain')].name" },
          { name: 'Built', type: 'date', jsonPath: '.spec.built' },
        ],
        selectableFields: [{ jsonPath: '.spec.hull' }],
        schema: { openAPIV3Schema: { type: 'object', description: 'A boat floats.', properties: { spec, status } } },
      },
      {
        name: 'v1beta1',
        served: true,
        storage: false,
        deprecated: true,
        schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
      },
    ],
  },
};

const boat = (name: string, fields: Fields, more: Fields = {}): Manifest => ({
  apiVersion: `${group}/v1`,
  kind: 'Boat',
  metadata: { name },
  spec: fields,
  ...more,
});
const ark = boat('ark', { sails: 1, built: '2020-01-01T00:00:00Z', crew: [{ name: 'noah', rank: 'captain' }] });
const larger = boat('ark', { sails: 2, crew: [{ name: 'noah', rank: 'captain' }, { name: 'sem' }] });

const withBoats = (name: string, lines: Parameters<typeof compared>[0]['lines']): Case =>
  compared({
    name: `custom kinds: ${name}`,
    given: [definition],
    afterwards: [`delete ${boats} --all --wait=false`, `delete crd ${boats}`],
    lines: [`wait crd/${boats} --for=condition=Established --timeout=30s`, ...lines],
  });

export const customKinds: readonly Case[] = [
  withBoats('created, shown and changed', [
    { run: 'create -f - --dry-run=server -o yaml', stdin: ark },
    { run: 'create -f -', stdin: [ark, boat('raft', { sails: 0, hull: 'steel' })] },
    { run: 'create -f -', stdin: ark },
    { run: 'create -f -', stdin: boat('bad', { sails: -1, hull: 'paper', crew: [{ name: 'a' }, { name: 'a' }] }) },
    { run: 'create -f -', stdin: boat('bad', { sails: 1, oars: 99 }) },
    { run: 'create -f -', stdin: boat('bad', { sails: 1, motor: true }) },
    { run: 'create -f - --validate=warn', stdin: boat('warned', { sails: 1, motor: true }) },
    { run: 'create -f - --validate=ignore -o yaml', stdin: boat('ignored', { sails: 1, motor: true }) },
    { run: 'create -f -', stdin: { ...ark, apiVersion: `${group}/v1beta1`, metadata: { name: 'old' } } },
    ...['', '-o wide --show-labels', '-o yaml', '-o name', '--sort-by=.spec.sails', '-L color', '--show-kind'].map(
      (form) => `get ${boats} ${form}`,
    ),
    `get ${boats} -o custom-columns=NAME:.metadata.name,CREW:.spec.crew[*].name`,
    `get ${boats} -o jsonpath={range .items[*]}{.metadata.name}={.spec.sails}{"\\n"}{end}`,
    `get ${boats} --field-selector=spec.hull=steel`,
    `get ${boats} --field-selector=spec.sails=1`,
    'get bt{ns} ark',
    'get fleet{ns}',
    `get boats.v1beta1.${group} ark -o yaml`,
    `get ${boats} --server-print=false`,
    `describe ${boats} ark`,
    `label ${boats} ark color=red`,
    `annotate ${boats} ark note=hello`,
    `patch ${boats} ark -p '{"spec":{"sails":2}}'`,
    `patch ${boats} ark --type=merge -p '{"spec":{"sails":2}}' -o yaml`,
    `patch ${boats} ark --type=merge -p '{"spec":{"sails":1}}'`,
    `patch ${boats} ark --type=json -p '[{"op":"add","path":"/spec/flags","value":{"a":"b"}}]'`,
    `patch ${boats} ark --type=json -p '[{"op":"test","path":"/spec/sails","value":9}]'`,
    `patch ${boats} ark --subresource=status --type=merge -p '{"status":{"oars":3,"conditions":[{"type":"Ready","status":"True"}]}}'`,
    `scale ${boats} ark --replicas=4`,
    `scale ${boats} ark --replicas=99`,
    `get ${boats} ark --subresource=scale -o yaml`,
    `get ${boats} ark --subresource=status -o yaml`,
    `wait ${boats}/ark --for=jsonpath={.spec.oars}=4 --timeout=5s`,
    `wait ${boats}/ark --for=jsonpath={.spec.oars}=5 --timeout=1s`,
    `wait ${boats}/ark --for=condition=Ready --timeout=5s`,
    `wait ${boats}/none --for=condition=Ready --timeout=1s`,
    `edit ${boats} none`,
    { run: `edit ${boats} ark`, editor: 'sed -i s/wood/steel/' },
    { run: `edit ${boats} ark`, editor: 'sed -i s/steel/paper/' },
    { run: 'replace -f -', stdin: boat('ark', { sails: 3 }) },
    { run: 'replace -f - --force', stdin: boat('raft', { sails: 1 }) },
    `autoscale ${boats} ark --min=1 --max=3`,
    `expose ${boats} ark --port=80`,
    `set image ${boats}/ark main=a`,
    `rollout status ${boats}/ark`,
    `explain ${boats}`,
    `explain ${boats}.spec --recursive`,
    `explain ${boats}.spec.crew.rank`,
    `explain ${boats}.spec.none`,
    `explain boats --api-version=${group}/v1beta1`,
    `api-resources --api-group=${group}`,
    `api-resources --api-group=${group} -o wide`,
    `describe crd ${boats}`,
    `get crd ${boats} -o wide`,
    `delete ${boats} raft`,
    `delete ${boats} raft`,
    `delete ${boats} --all`,
    `get ${boats}`,
  ]),
  withBoats('applied and compared', [
    { run: 'apply -f - --dry-run=server -o yaml', stdin: ark },
    { run: 'apply -f -', stdin: ark },
    { run: 'apply -f -', stdin: ark },
    { run: 'diff -f -', stdin: larger },
    { run: 'apply -f - -o yaml --show-managed-fields', stdin: larger },
    { run: 'apply -f -', stdin: boat('ark', { sails: 1 }) },
    `apply view-last-applied ${boats} ark`,
    { run: 'diff --server-side --force-conflicts -f -', stdin: boat('ark', { sails: 3 }) },
    { run: 'apply --server-side -f -', stdin: boat('ark', { sails: 3 }) },
    {
      run: 'apply --server-side --field-manager=other -f -',
      stdin: boat('ark', { sails: 4, crew: [{ name: 'noah', rank: 'cook' }] }),
    },
    {
      run: 'apply --server-side --field-manager=other --force-conflicts -f - -o yaml --show-managed-fields',
      stdin: boat('ark', { sails: 4, crew: [{ name: 'noah', rank: 'captain' }, { name: 'ham' }] }),
    },
    {
      run: 'apply --server-side --field-manager=other -f - -o yaml --show-managed-fields',
      stdin: boat('ark', { sails: 4 }),
    },
    { run: 'apply --server-side -f -', stdin: boat('new', { sails: 1, hull: 'paper' }) },
    { run: 'apply --server-side -f -', stdin: boat('new', { sails: 1, motor: 1 }) },
    { run: 'apply --server-side --validate=false -f -', stdin: boat('new', { sails: 1, motor: 1 }) },
    {
      run: 'apply --server-side --subresource=status -f - -o yaml',
      stdin: boat('new', { sails: 9 }, { status: { oars: 2 } }),
    },
    { run: 'delete -f -', stdin: [ark, boat('new', { sails: 1 })] },
  ]),
];
