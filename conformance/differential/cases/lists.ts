/** Lists: pages, selectors, resource versions, all namespaces, representations. */
import {
  type Case,
  get,
  type JsonObject,
  PARTIAL_LIST,
  PROTOBUF,
  post,
  remove,
  type Seen,
  type Step,
  TABLE,
} from '../case.ts';
import { configMaps, labelledConfigMap, pod, pods } from './objects.ts';

const PAGES = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
const seven: Step[] = PAGES.map((name, at) =>
  post(
    `create ${name}`,
    configMaps,
    labelledConfigMap(`page-${name}`, { parity: at % 2 === 0 ? 'even' : 'odd', run: 'pages', at: `${at}` }),
  ),
);
const RUN = 'labelSelector=run%3Dpages';

const continueOf = (seen: Seen, step: string): string =>
  encodeURIComponent(String((seen.body(step).metadata as JsonObject | undefined)?.continue ?? ''));
const revisionOf = (seen: Seen, step: string): string =>
  String((seen.body(step).metadata as JsonObject | undefined)?.resourceVersion ?? '');

const next = (name: string, after: string, query: string, more: Partial<Step> = {}): Step =>
  get(name, (seen) => `${configMaps}?${query}&continue=${continueOf(seen, after)}`, more);

const selected = (selector: string): Step =>
  get(selector, `${configMaps}?labelSelector=${encodeURIComponent(selector)}`);

export const listCases: readonly Case[] = [
  {
    name: 'lists: pages',
    steps: [
      ...seven,
      get('page 1', `${configMaps}?limit=3`),
      next('page 2', 'page 1', 'limit=3'),
      next('page 3', 'page 2', 'limit=3'),
      next('page 2 with another limit', 'page 1', 'limit=1'),
      next('page 2 without a limit', 'page 1', ''),
      next('page 2 with a resourceVersion', 'page 1', 'limit=3&resourceVersion=1'),
      next('page 2 with resourceVersion 0', 'page 1', 'limit=3&resourceVersion=0'),
      next('page 2 with a match', 'page 1', 'limit=3&resourceVersionMatch=Exact'),
      next('page 2 with a selector', 'page 1', `limit=3&${RUN}`),
      next('page 2 of another resource', 'page 1', 'limit=3', {
        path: (seen) => `${pods}?continue=${continueOf(seen, 'page 1')}`,
      }),
      get('limit of all', `${configMaps}?limit=7`),
      get('limit beyond all', `${configMaps}?limit=700`),
    ],
  },
  {
    name: 'lists: pages stay as they were',
    steps: [
      ...seven,
      get('page 1', `${configMaps}?limit=3`),
      remove('delete one to come', `${configMaps}/page-e`),
      post('create one to come', configMaps, labelledConfigMap('page-d1', { run: 'pages' })),
      next('page 2', 'page 1', 'limit=3'),
      next('page 3', 'page 2', 'limit=3'),
      get('afresh', configMaps),
    ],
  },
  {
    name: 'lists: pages with a selector',
    steps: [
      ...seven,
      get('page 1', `${configMaps}?limit=2&labelSelector=parity%3Deven`),
      next('page 2', 'page 1', 'limit=2&labelSelector=parity%3Deven'),
      get('page of nothing', `${configMaps}?limit=2&labelSelector=parity%3Dnone`),
      get('by field', `${configMaps}?limit=1&fieldSelector=metadata.name%3Dpage-c`),
      get('by field, not', `${configMaps}?limit=2&fieldSelector=metadata.name!%3Dpage-a`),
    ],
  },
  {
    name: 'lists: pages in other forms',
    steps: [
      ...seven,
      get('table 1', `${configMaps}?limit=3`, { accept: TABLE }),
      next('table 2', 'table 1', 'limit=3', { accept: TABLE }),
      get('metadata 1', `${configMaps}?limit=3`, { accept: PARTIAL_LIST }),
      next('metadata 2', 'metadata 1', 'limit=5', { accept: PARTIAL_LIST }),
      get('protobuf', `${configMaps}?limit=3`, { accept: PROTOBUF }),
      ...['None', 'Metadata', 'Object', 'bogus'].map((include) =>
        get(`table including ${include}`, `${configMaps}?limit=1&includeObject=${include}`, { accept: TABLE }),
      ),
    ],
  },
  {
    name: 'lists: at a revision',
    steps: [
      ...seven,
      get('now', configMaps),
      remove('delete', `${configMaps}/page-a`),
      get(
        'exactly then',
        (seen) => `${configMaps}?resourceVersionMatch=Exact&resourceVersion=${revisionOf(seen, 'now')}`,
      ),
      get(
        'exactly then, in pages',
        (seen) => `${configMaps}?limit=2&resourceVersionMatch=Exact&resourceVersion=${revisionOf(seen, 'now')}`,
      ),
      next('exactly then, page 2', 'exactly then, in pages', 'limit=9'),
      get(
        'not older than then',
        (seen) => `${configMaps}?resourceVersionMatch=NotOlderThan&resourceVersion=${revisionOf(seen, 'now')}`,
      ),
      get('at least then', (seen) => `${configMaps}?resourceVersion=${revisionOf(seen, 'now')}`),
      get('at least then, limited', (seen) => `${configMaps}?limit=2&resourceVersion=${revisionOf(seen, 'now')}`),
      get('any', `${configMaps}?resourceVersion=0`),
      get('get deleted at any revision', `${configMaps}/page-a?resourceVersion=0`),
    ],
  },
  {
    name: 'lists: label selectors',
    steps: [
      ...seven,
      ...[
        'run=pages',
        'run==pages,parity=odd',
        'parity!=odd',
        'parity in (odd)',
        'parity in (odd,even)',
        'parity notin (odd)',
        'parity notin (odd),run',
        'run',
        '!run',
        '!nothing',
        'at>2',
        'at<2,at>0',
        'at=3',
        'nothing!=x',
        'nothing notin (x)',
      ].map(selected),
    ],
  },
  {
    name: 'lists: fields of pods',
    steps: [
      post(
        'create assigned',
        pods,
        pod('assigned', { nodeName: 'corpus-nowhere', restartPolicy: 'Never', hostNetwork: true }),
      ),
      post('create free', pods, pod('free', { schedulerName: 'someone', serviceAccountName: 'usher' })),
      ...[
        'spec.nodeName=corpus-nowhere',
        'spec.nodeName=',
        'spec.nodeName!=corpus-nowhere',
        'spec.restartPolicy=Never',
        'spec.schedulerName=someone',
        'spec.serviceAccountName=usher',
        'spec.hostNetwork=true',
        'spec.hostNetwork=false',
        'status.phase=Pending',
        'status.phase!=Pending',
        'status.podIP=',
        'status.podIPs=',
        'status.nominatedNodeName=',
        'metadata.name=free,spec.nodeName=',
        'spec.containers=x',
        'spec.host=x',
      ].map((selector) => get(selector, `${pods}?fieldSelector=${encodeURIComponent(selector)}`)),
    ],
  },
  {
    name: 'lists: fields of other kinds',
    steps: (
      [
        [
          '/api/v1/events',
          'involvedObject.kind=X',
          'involvedObject.name=X',
          'reason=X',
          'type=X',
          'source=X',
          'reportingComponent=X',
          'involvedObject.fieldPath=X',
          'bogus=X',
        ],
        [
          '/apis/events.k8s.io/v1/events',
          'regarding.kind=X',
          'involvedObject.kind=X',
          'reason=X',
          'type=X',
          'reportingController=X',
        ],
        ['/api/v1/namespaces', 'metadata.name={ns}', 'status.phase=Terminating', 'name=x'],
        ['/api/v1/nodes', 'spec.unschedulable=true', 'spec.unschedulable=x', 'status.phase=x'],
        ['/api/v1/secrets', 'type=bogus', 'data=x'],
        ['/api/v1/services', 'spec.clusterIP=None', 'spec.type=ExternalName', 'spec.x=1'],
        ['/api/v1/replicationcontrollers', 'status.replicas=7', 'spec.replicas=1'],
        ['/apis/apps/v1/replicasets', 'status.replicas=7', 'spec.replicas=1'],
        ['/apis/apps/v1/deployments', 'status.replicas=7', 'metadata.name=x'],
        ['/apis/batch/v1/jobs', 'status.successful=7', 'status.active=1'],
        ['/apis/batch/v1/cronjobs', 'spec.suspend=true'],
        ['/apis/certificates.k8s.io/v1/certificatesigningrequests', 'spec.signerName=x', 'spec.x=1'],
        ['/api/v1/persistentvolumes', 'name=x', 'metadata.name=x', 'spec.x=1'],
        ['/api/v1/persistentvolumeclaims', 'name=x', 'spec.x=1'],
        ['/api/v1/resourcequotas', 'spec.x=1'],
        ['/apis/apiextensions.k8s.io/v1/customresourcedefinitions', 'spec.group=x', 'metadata.name=x'],
        ['/apis/networking.k8s.io/v1/ipaddresses', 'spec.parentRef.name=x', 'ipAddress.spec.parentRef=x'],
        ['/apis/resource.k8s.io/v1/resourceslices', 'spec.driver=x', 'spec.nodeName=x', 'spec.x=1'],
        ['/apis/storage.k8s.io/v1/csidrivers', 'spec.attachRequired=true'],
      ] as const
    ).flatMap(([path, ...texts]) =>
      texts.map((text) => get(`${path} ${text}`, `${path}?fieldSelector=${encodeURIComponent(text)}`)),
    ),
  },
  {
    name: 'lists: of all namespaces',
    steps: [
      post('create', configMaps, labelledConfigMap('everywhere', { run: 'everywhere' })),
      get('list', '/api/v1/configmaps?labelSelector=run%3Deverywhere'),
      get('table', '/api/v1/configmaps?labelSelector=run%3Deverywhere', { accept: TABLE }),
      get('by namespace', '/api/v1/configmaps?fieldSelector=metadata.namespace%3D{ns}'),
      get('by another namespace', '/api/v1/configmaps?fieldSelector=metadata.namespace%3Dnowhere'),
    ],
  },
];
