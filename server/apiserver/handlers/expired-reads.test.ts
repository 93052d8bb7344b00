/** Reads whose history is gone, and other answers that a running server only gives after hours. */
import { PassThrough } from 'node:stream';
import test from 'ava';
import { Compacted } from '../../../backends/storage/errors.ts';
import { StatusError } from '../../apimachinery/errors/status-error.ts';
import { Expired, type ListRequest, type ListResult, type WatchRequest } from '../cacher/interface.ts';
import { configMaps } from '../registry/core/configmaps/definition.ts';
import type { ResourceScope } from '../registry/resource-scope.ts';
import type { ApiContext } from '../request-context.ts';
import { decodeContinueToken, encodeContinueToken, inconsistentRevision } from './continue-token.ts';
import type { HandlerEnvironment } from './handler-environment.ts';
import { readList } from './list.ts';
import type { ListQuery } from './request-options.ts';
import { serveWatch } from './watch.ts';

const prefix = '/registry/configmaps/';
const query: ListQuery = {
  labelSelector: '',
  fieldSelector: '',
  limit: 2,
  continue: '',
  resourceVersion: undefined,
  match: '',
  watch: false,
  allowWatchBookmarks: false,
  sendInitialEvents: undefined,
  timeoutSeconds: 1,
};

interface Parts {
  readonly list?: (request: ListRequest) => ListResult;
  readonly watch?: (request: WatchRequest) => void;
}

/** Only what the handlers touch: everything behind it is somebody else's tests. */
function world({ list, watch }: Parts) {
  const fresh = { revision: 50, waitUntilConsistent: () => undefined, waitUntilFresh: () => undefined };
  const cache = { resource: { prefix }, list, watch, ...fresh };
  const scope = {
    definition: configMaps,
    cache,
    store: { cache },
    version: {},
    apiVersion: 'v1',
    isStorageVersion: true,
  };
  const clock = { now: () => 0, monotonic: () => 0, after: () => () => undefined };
  const environment = { cacher: fresh, clock, random: { fraction: () => 0 }, minRequestTimeoutSeconds: 1, schemas: {} };
  return { scope: scope as unknown as ResourceScope, environment: environment as unknown as HandlerEnvironment };
}

const nothing: ListResult = { items: [], revision: 50 };

for (const error of [new Expired(7, 40), new Compacted(40)]) {
  test(`a continue token from a state that is gone gets 410 and a token that goes on (${error.name})`, async (t) => {
    const { scope, environment } = world({
      list: ({ atRevision }) => {
        if (atRevision !== undefined) throw error;
        return nothing;
      },
    });
    const token = encodeContinueToken({ revision: 7, after: `${prefix}default/b` }, `${prefix}default/`);
    const refusal = await t.throwsAsync(readList(scope, environment, { ...query, continue: token }, 'default'), {
      instanceOf: StatusError,
    });
    t.like(refusal?.status, { code: 410, reason: 'Expired' });
    const fresh = refusal?.status.metadata.continue ?? '';
    t.deepEqual(decodeContinueToken(fresh, `${prefix}default/`), {
      revision: inconsistentRevision,
      after: `${prefix}default/b`,
    });
    t.is((await readList(scope, environment, { ...query, continue: fresh }, 'default')).list.revision, 50);
  });
}

test('an exact version that is gone gets 410', async (t) => {
  const { scope, environment } = world({
    list: () => {
      throw new Expired(7, 40);
    },
  });
  const exact: ListQuery = { ...query, resourceVersion: 7, match: 'Exact' };
  const refusal = await t.throwsAsync(readList(scope, environment, exact, ''), { instanceOf: StatusError });
  t.like(refusal?.status, { code: 410, message: 'The resourceVersion for the provided list is too old.' });
});

test('a limit at a version is an exact list, so that its pages fit together', async (t) => {
  const asked: (number | undefined)[] = [];
  const { scope, environment } = world({
    list: ({ atRevision }) => {
      asked.push(atRevision);
      return nothing;
    },
  });
  await readList(scope, environment, { ...query, resourceVersion: 7 }, '');
  await readList(scope, environment, { ...query, resourceVersion: 7, limit: 0 }, '');
  await readList(scope, environment, { ...query, resourceVersion: 0 }, '');
  t.deepEqual(asked, [7, undefined, undefined]);
});

test('a watch from a version that is gone opens, says 410 and ends', async (t) => {
  const { scope, environment } = world({
    watch: () => {
      throw new Expired(7, 40);
    },
  });
  const res = Object.assign(new PassThrough(), { writeHead: () => undefined, flushHeaders: () => undefined });
  const state = {
    info: { namespace: 'default', parts: ['configmaps'] },
    warnings: [],
    signal: () => new AbortController().signal,
  };
  const ctx = { req: { headers: {} }, res, state } as unknown as ApiContext;
  const served = serveWatch(ctx, scope, environment, { ...query, watch: true, resourceVersion: 7 });
  const chunks: Buffer[] = [];
  for await (const chunk of res) chunks.push(chunk as Buffer);
  await served;
  const event = JSON.parse(Buffer.concat(chunks).toString()) as unknown;
  t.like(event, {
    type: 'ERROR',
    object: { kind: 'Status', code: 410, reason: 'Expired', message: 'too old resource version: 7 (40)' },
  });
});
