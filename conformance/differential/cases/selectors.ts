/** Selectors: every field of every kind, label selectors and quantities pieced together from a seed. */
import { collectionPath, resources } from '../../corpus/resources.ts';
import { type Case, get, type JsonObject, post, type Step } from '../case.ts';
import { Chance } from '../generated/chance.ts';
import { configMaps, labelledConfigMap } from './objects.ts';

/** Every field that some kind can be selected by, and some that none can. */
const FIELDS = [
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'name',
  'spec.nodeName',
  'spec.restartPolicy',
  'spec.schedulerName',
  'spec.serviceAccountName',
  'spec.hostNetwork',
  'spec.unschedulable',
  'spec.clusterIP',
  'spec.type',
  'spec.signerName',
  'spec.driver',
  'spec.group',
  'spec.parentRef.name',
  'spec.taint.key',
  'spec.poolName',
  'status.phase',
  'status.podIP',
  'status.podIPs',
  'status.nominatedNodeName',
  'status.replicas',
  'status.successful',
  'type',
  'involvedObject.kind',
  'involvedObject.namespace',
  'involvedObject.name',
  'involvedObject.uid',
  'involvedObject.apiVersion',
  'involvedObject.resourceVersion',
  'involvedObject.fieldPath',
  'regarding.name',
  'regarding.kind',
  'reason',
  'reportingComponent',
  'reportingController',
  'source',
  'action',
  'nonsense',
] as const;

const SEED = 20_260_303;
const SELECTORS = 400;
const SELECTOR_PARTS = [
  'a',
  'b',
  'in',
  'notin',
  'exists',
  'x.example.com/a',
  '1',
  '22',
  '',
  ' ',
  '!',
  '=',
  '==',
  '!=',
  '>',
  '<',
  '(',
  ')',
  ',',
  '(a,b)',
  '(1)',
  '()',
  '-',
  '_',
  '.',
  '/',
];
const QUANTITIES = 600;
const SIGNS = ['', '', '-', '+'];
const DIGITS = [
  '0',
  '1',
  '5',
  '10',
  '24',
  '100',
  '999',
  '1000',
  '1024',
  '1536',
  '123456789',
  '9223372036854775807',
  '9223372036854775808',
  '18446744073709551616',
  '00012',
  '',
];
const FRACTIONS = ['', '.', '.0', '.5', '.001', '.0000000001', '.999999999', '.1234567890123', '.50000'];
const SUFFIXES = [
  '',
  'n',
  'u',
  'm',
  'k',
  'K',
  'M',
  'G',
  'T',
  'P',
  'E',
  'Ki',
  'Mi',
  'Gi',
  'Ti',
  'Pi',
  'Ei',
  'e3',
  'E3',
  'e-3',
  'E+5',
  'e18',
  'e19',
  'e-10',
  'e',
  'mi',
  ' ',
];

export const selectorCases: readonly Case[] = [
  {
    name: 'selectors: fields of every kind',
    steps: resources
      .filter(({ createOnly }) => !createOnly)
      .flatMap((resource) => {
        const path = collectionPath(resource);
        return FIELDS.map((field) =>
          get(`${resource.apiVersion} ${resource.kind} ${field}`, `${path}?fieldSelector=${field}%3Dx`),
        );
      }),
  },
  {
    name: 'selectors: labels pieced together',
    steps: [
      post('create none', configMaps, labelledConfigMap('none', {})),
      post('create a', configMaps, labelledConfigMap('a', { a: '1', b: '' })),
      post('create b', configMaps, labelledConfigMap('b', { a: '22', b: 'a', in: 'in' })),
      post('create c', configMaps, labelledConfigMap('c', { 'x.example.com/a': 'b', notin: 'exists' })),
      ...labelSelectors(),
    ],
  },
  { name: 'selectors: quantities pieced together', steps: quantities() },
];

function labelSelectors(): Step[] {
  const chance = new Chance(SEED, 'labels');
  return Array.from({ length: SELECTORS }, (_, index) => {
    const text = Array.from({ length: 1 + chance.below(7) }, () => chance.pick(SELECTOR_PARTS)).join('');
    return get(`${index} ${text}`, `${configMaps}?labelSelector=${encodeURIComponent(text)}`);
  });
}

/** In a LimitRange: stored in canonical form, compared with each other, refused in the words of the parser. */
function quantities(): Step[] {
  const chance = new Chance(SEED, 'quantities');
  const path = '/api/v1/namespaces/{ns}/limitranges?dryRun=All';
  return Array.from({ length: QUANTITIES }, (_, index) => {
    const text = [SIGNS, DIGITS, FRACTIONS, SUFFIXES].map((parts) => chance.pick(parts)).join('');
    return post(`${index} ${text}`, path, limitRange(text));
  });
}

function limitRange(quantity: string): JsonObject {
  return {
    apiVersion: 'v1',
    kind: 'LimitRange',
    metadata: { name: 'quantities' },
    spec: { limits: [{ type: 'Container', max: { 'example.com/q': quantity }, min: { 'example.com/q': '1' } }] },
  };
}
