/** Custom resources through kubectl. */
import type { Case, Fields, Manifest } from '../case.ts';

const group = '{ns}.example.com';

const definition: Manifest = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `boats.${group}` },
  spec: {
    group,
    scope: 'Namespaced',
    names: { plural: 'boats', singular: 'boat', kind: 'Boat', shortNames: ['bt{ns}'] },
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
        ],
        schema: {
          openAPIV3Schema: {
            type: 'object',
            description: 'A boat floats.',
            properties: {
              spec: {
                type: 'object',
                required: ['sails'],
                properties: {
                  sails: { type: 'integer', minimum: 0, description: 'How many sails it has.' },
                  hull: { type: 'string', enum: ['wood', 'steel'], default: 'wood' },
                  oars: { type: 'integer' },
                },
              },
              status: { type: 'object', properties: { oars: { type: 'integer' }, speed: { type: 'integer' } } },
            },
          },
        },
      },
    ],
  },
};

const boat = (name: string, spec: Fields): Manifest => ({
  apiVersion: `${group}/v1`,
  kind: 'Boat',
  metadata: { name },
  spec,
});

/** Makes the kind, then goes on. */
const withBoats = (name: string, steps: Case['steps'], more: Partial<Case> = {}): Case => ({
  name,
  given: [definition],
  afterwards: [`delete crd boats.${group}`],
  steps: [
    {
      run: `wait crd/boats.${group} --for=condition=Established --timeout=30s`,
      prints: `customresourcedefinition.apiextensions.k8s.io/boats.${group} condition met`,
    },
    ...steps,
  ],
  ...more,
});

export const customResources: readonly Case[] = [
  withBoats('a custom kind can be created, listed with its columns, changed and deleted', [
    { run: 'create -f -', stdin: boat('ark', { sails: 1 }), prints: `boat.${group}/ark created` },
    { run: `get boats.${group}`, prints: /^NAME +SAILS\nark +1\n$/ },
    { run: `get boats.${group} -o wide`, prints: /^NAME +SAILS +HULL\nark +1 +wood\n$/ },
    { run: 'get bt{ns} ark -o jsonpath={.spec.hull}', prints: 'wood' },
    { run: `patch boats.${group} ark --type=merge -p '{"spec":{"sails":3}}'`, prints: `boat.${group}/ark patched` },
    { run: `label boats.${group} ark fast=yes`, prints: `boat.${group}/ark labeled` },
    { run: `get boats.${group} -l fast=yes -o jsonpath={.items[*].spec.sails}`, prints: '3' },
    { run: `delete boats.${group} ark`, prints: new RegExp(`^boat\\.${group} "ark" deleted`) },
  ]),
  withBoats('apply, diff and edit work on custom objects', [
    { run: 'apply -f -', stdin: boat('ark', { sails: 1, hull: 'steel' }), prints: `boat.${group}/ark created` },
    { run: 'apply -f -', stdin: boat('ark', { sails: 1, hull: 'steel' }), prints: `boat.${group}/ark unchanged` },
    { run: 'diff -f -', stdin: boat('ark', { sails: 2, hull: 'steel' }), exits: 1, prints: /^\+ {2}sails: 2$/m },
    { run: 'apply -f -', stdin: boat('ark', { sails: 2 }), prints: `boat.${group}/ark configured` },
    { run: `get boats.${group} ark -o jsonpath={.spec}`, shows: { hull: 'wood', sails: 2 } },
    { run: `edit boats.${group} ark`, editor: 'sed -i s/wood/steel/', prints: `boat.${group}/ark edited` },
  ]),
  withBoats('a custom object is validated by its schema', [
    {
      run: 'create -f -',
      stdin: boat('ark', { sails: -1, hull: 'paper' }),
      exits: 1,
      complains: [
        /^The Boat "ark" is invalid:/m,
        /spec\.sails: Invalid value: -1: .*should be greater than or equal to 0/,
        /spec\.hull: Unsupported value: "paper": supported values: "wood", "steel"/,
      ],
    },
    { run: 'create -f -', stdin: boat('ark', {}), exits: 1, complains: /spec\.sails: Required value/ },
    {
      run: 'create -f -',
      stdin: boat('ark', { sails: 1, motor: true }),
      exits: 1,
      complains: /unknown field "spec\.motor"/,
    },
    {
      run: 'create -f - --validate=ignore -o jsonpath={.spec}',
      stdin: boat('ark', { sails: 1, motor: true }),
      prints: '{"hull":"wood","sails":1}',
    },
  ]),
  withBoats('status and scale of a custom object are subresources', [
    { run: 'create -f -', stdin: boat('ark', { sails: 1, oars: 2 }) },
    {
      run: `patch boats.${group} ark --type=merge -p '{"status":{"speed":9}}'`,
      prints: `boat.${group}/ark patched (no change)`,
    },
    {
      run: `patch boats.${group} ark --subresource=status --type=merge -p '{"status":{"speed":9}}'`,
      prints: `boat.${group}/ark patched`,
    },
    { run: `get boats.${group} ark -o jsonpath={.status.speed}`, prints: '9' },
    { run: `scale boats.${group} ark --replicas=5`, prints: `boat.${group}/ark scaled` },
    { run: `get boats.${group} ark -o jsonpath={.spec.oars}:{.metadata.generation}`, prints: '5:2' },
  ]),
  withBoats('a custom object can be watched', [
    { run: 'create -f -', stdin: boat('ark', { sails: 1 }) },
    {
      watch: `get boats.${group} -w --output-watch-events -o jsonpath={.type}:{.object.spec.sails}{"\\n"}`,
      first: 1,
      during: [
        { run: `patch boats.${group} ark --type=merge -p '{"spec":{"sails":2}}'` },
        { run: `delete boats.${group} ark` },
      ],
      lines: 3,
      prints: 'ADDED:1\nMODIFIED:2\nDELETED:2',
    },
  ]),
  {
    name: 'a custom resource definition that is not valid is refused',
    steps: [
      {
        run: 'create -f -',
        stdin: { ...definition, metadata: { name: `ships.${group}` } },
        exits: 1,
        complains:
          /metadata\.name: Invalid value: "ships\.{ns}\.example\.com": must be spec\.names\.plural\+"\."\+spec\.group/,
      },
    ],
  },
];
