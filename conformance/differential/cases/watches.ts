/** Watches: what comes first, what follows, and how they end. */
import {
  type Case,
  get,
  type JsonObject,
  PARTIAL,
  patch,
  post,
  remove,
  type Seen,
  type Step,
  TABLE,
  YAML,
} from '../case.ts';
import { configMap, configMaps, labelledConfigMap } from './objects.ts';

const revisionOf = (seen: Seen, step: string): string =>
  String((seen.body(step).metadata as JsonObject | undefined)?.resourceVersion ?? '');

const relabel = (name: string, step: string, value: string | null): Step =>
  patch('merge', step, `${configMaps}/${name}`, { metadata: { labels: { team: value } } });

/** Creates, changes and deletes one object: three events. */
const life = (name: string): Step[] => [
  post(`create ${name}`, configMaps, labelledConfigMap(name, { team: 'red' })),
  patch('merge', `change ${name}`, `${configMaps}/${name}`, { data: { a: '1' } }),
  remove(`delete ${name}`, `${configMaps}/${name}`),
];

const fromNow = (query: string) => (seen: Seen) =>
  `${configMaps}?watch=true&resourceVersion=${revisionOf(seen, 'list')}${query}`;

export const watchCases: readonly Case[] = [
  {
    name: 'watches: from a list',
    steps: [
      post('create before', configMaps, configMap('before')),
      get('list', configMaps),
      get('watch', fromNow(''), { watch: { events: 3, during: life('during') } }),
      get('watch from the past', fromNow(''), { watch: { events: 3 } }),
    ],
  },
  {
    name: 'watches: with no revision, or any',
    steps: [
      post('create b', configMaps, configMap('b')),
      post('create a', configMaps, configMap('a')),
      get('unset', `${configMaps}?watch=true`, {
        watch: { events: 3, during: [post('create c', configMaps, configMap('c'))] },
      }),
      get('zero', `${configMaps}?watch=true&resourceVersion=0`, {
        watch: { events: 4, during: [post('create d', configMaps, configMap('d'))] },
      }),
    ],
  },
  {
    name: 'watches: initial events',
    steps: [
      post('create b', configMaps, configMap('b')),
      post('create a', configMaps, configMap('a')),
      get(
        'with bookmarks',
        `${configMaps}?watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true`,
        {
          watch: { events: 4, during: [post('create c', configMaps, configMap('c'))] },
        },
      ),
      get(
        'with bookmarks, by selector',
        `${configMaps}?watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true&labelSelector=none`,
        {
          watch: { events: 1 },
        },
      ),
      get(
        'with bookmarks, resourceVersion 0',
        `${configMaps}?watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true&resourceVersion=0`,
        {
          watch: { events: 4 },
        },
      ),
      get(
        'without bookmarks',
        `${configMaps}?watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&timeoutSeconds=1`,
        { watch: {} },
      ),
      get('list', configMaps),
      get(
        'none wanted',
        (seen) =>
          `${configMaps}?watch=true&sendInitialEvents=false&resourceVersionMatch=NotOlderThan&resourceVersion=${revisionOf(seen, 'list')}&timeoutSeconds=1`,
        { watch: {} },
      ),
      get(
        'as metadata',
        `${configMaps}?watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true`,
        {
          accept: PARTIAL,
          watch: { events: 4 },
        },
      ),
      get(
        'as table',
        `${configMaps}?watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true`,
        {
          accept: TABLE,
          watch: { events: 4 },
        },
      ),
    ],
  },
  {
    name: 'watches: objects enter and leave a selector',
    steps: [
      post('create', configMaps, labelledConfigMap('subject', { team: 'blue' })),
      get('list', configMaps),
      get('watch', fromNow('&labelSelector=team%3Dred'), {
        watch: {
          events: 5,
          during: [
            relabel('subject', 'enter', 'red'),
            patch('merge', 'change inside', `${configMaps}/subject`, { data: { a: '1' } }),
            relabel('subject', 'leave', 'blue'),
            patch('merge', 'change outside', `${configMaps}/subject`, { data: { a: '2' } }),
            relabel('subject', 'enter again', 'red'),
            remove('delete', `${configMaps}/subject`),
          ],
        },
      }),
      get('watch from the past', fromNow('&labelSelector=team%3Dred&timeoutSeconds=1'), { watch: {} }),
      get('watch all from the past', fromNow('&timeoutSeconds=1'), { watch: {} }),
      get('watch the deleted by its label', fromNow('&labelSelector=team%3Dblue&timeoutSeconds=1'), { watch: {} }),
    ],
  },
  {
    name: 'watches: one name',
    steps: [
      post('create other', configMaps, configMap('other')),
      get('list', configMaps),
      get('watch', fromNow('&fieldSelector=metadata.name%3Dsubject'), {
        watch: { events: 3, during: [...life('other-still'), ...life('subject')] },
      }),
    ],
  },
  {
    name: 'watches: representations',
    steps: [
      get('list', configMaps),
      get('as table', fromNow(''), { accept: TABLE, watch: { events: 3, during: life('one') } }),
      get('as table with objects', fromNow('&includeObject=Object'), { accept: TABLE, watch: { events: 3 } }),
      get('as table without metadata', fromNow('&includeObject=None'), { accept: TABLE, watch: { events: 3 } }),
      get('as metadata', fromNow(''), { accept: PARTIAL, watch: { events: 3 } }),
      get('as a list of metadata', fromNow('&timeoutSeconds=1'), {
        accept: 'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io',
        watch: {},
      }),
      get('as JSON stream', fromNow(''), { accept: 'application/json;stream=watch', watch: { events: 3 } }),
      get('as YAML', fromNow('&timeoutSeconds=1'), { accept: YAML, watch: {} }),
      get('as text', fromNow('&timeoutSeconds=1'), { accept: 'text/plain', watch: {} }),
    ],
  },
  {
    name: 'watches: updates without change send nothing',
    steps: [
      post('create', configMaps, labelledConfigMap('subject', { team: 'red' })),
      get('list', configMaps),
      get('watch', fromNow(''), {
        watch: {
          events: 1,
          during: [relabel('subject', 'no change', 'red'), relabel('subject', 'change', 'blue')],
        },
      }),
    ],
  },
  {
    name: 'watches: finalizers show as modifications',
    steps: [
      post(
        'create',
        configMaps,
        configMap('subject', { metadata: { name: 'subject', finalizers: ['example.com/a'] } }),
      ),
      get('list', configMaps),
      get('watch', fromNow(''), {
        watch: {
          events: 2,
          during: [
            remove('delete', `${configMaps}/subject`),
            patch('merge', 'finalize', `${configMaps}/subject`, { metadata: { finalizers: null } }),
          ],
        },
      }),
    ],
  },
  {
    name: 'watches: a collection is deleted',
    steps: [
      post('create a', configMaps, configMap('a')),
      post('create b', configMaps, configMap('b')),
      get('list', configMaps),
      get('watch', fromNow('&fieldSelector=metadata.name%3Da'), {
        watch: { events: 1, during: [remove('delete all', configMaps)] },
      }),
    ],
  },
  {
    name: 'watches: of all namespaces and of a namespace',
    steps: [
      get('list', configMaps),
      get(
        'all namespaces',
        (seen) => `/api/v1/configmaps?watch=true&labelSelector=team%3Dred&resourceVersion=${revisionOf(seen, 'list')}`,
        {
          watch: { events: 3, during: life('one') },
        },
      ),
      get('namespaces', '/api/v1/namespaces?watch=true&fieldSelector=metadata.name%3D{ns}', { watch: { events: 1 } }),
    ],
  },
  {
    name: 'watches: from revisions that are not there',
    steps: [
      get('future', `${configMaps}?watch=true&resourceVersion=999999999&timeoutSeconds=1`, { watch: {} }),
      get(
        'future with initial events',
        `${configMaps}?watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true&resourceVersion=999999999&timeoutSeconds=1`,
        { watch: {} },
      ),
    ],
  },
  {
    name: 'watches: end at their timeout',
    steps: [
      get('nothing happens', `${configMaps}?watch=true&timeoutSeconds=1`, { watch: {} }),
      get(
        'bookmark after the first objects',
        `${configMaps}?watch=true&allowWatchBookmarks=true&timeoutSeconds=4&resourceVersion=0`,
        { watch: { events: 1 } },
      ),
    ],
  },
];
