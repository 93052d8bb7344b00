/** What the webhooks of the tests answer, by the first part of their path. */
import type { ServerResponse } from 'node:http';

export interface Review {
  readonly apiVersion?: string;
  readonly request?: Readonly<Record<string, unknown>> & { readonly uid?: string };
}

interface Asked {
  readonly review: Review;
  readonly response: ServerResponse;
  /** Further parts of the path. */
  readonly parameters: readonly string[];
}

export type Behaviour = (asked: Asked) => void;

const JSON_TYPE = 'application/json';
const send = (response: ServerResponse, body: string, code = 200, type = JSON_TYPE): void => {
  response.writeHead(code, { 'content-type': type }).end(body);
};

const answered = (more: object): Behaviour => {
  return ({ review, response }) => {
    const { apiVersion, request } = review;
    const answer = { uid: request?.uid ?? '', allowed: true, ...more };
    send(response, JSON.stringify({ kind: 'AdmissionReview', apiVersion, response: answer }));
  };
};

const raw = (body: string, code = 200, type = JSON_TYPE): Behaviour => {
  return ({ response }) => send(response, body, code, type);
};

const whole = (make: (uid: string) => object): Behaviour => {
  return ({ review, response }) => send(response, JSON.stringify(make(review.request?.uid ?? '')));
};

export const encodedPatch = (operations: unknown): string =>
  Buffer.from(typeof operations === 'string' ? operations : JSON.stringify(operations)).toString('base64');

const patching = (operations: unknown): Behaviour =>
  answered({ patchType: 'JSONPatch', patch: encodedPatch(operations) });

/** Keys in their order, so that texts of the same content are the same. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, item]) => [key, sorted(item)]));
}

const v1 = 'admission.k8s.io/v1';

export const behaviours: Readonly<Record<string, Behaviour>> = {
  allow: answered({}),
  deny: answered({ allowed: false }),
  'deny-with-reason': answered({ allowed: false, status: { reason: 'Because', code: 200, status: 'Success' } }),
  'deny-with-details': answered({
    allowed: false,
    status: {
      message: 'no way',
      code: 418,
      reason: 'Teapot',
      details: { name: 'x', causes: [{ reason: 'a', message: 'b', field: 'c' }] },
    },
  }),
  warn: answered({ warnings: ['one', 'two "q"'], auditAnnotations: { key: 'value', 'not a key': 'x' } }),
  /** Denies with what it was asked; who asked is another one on each server. */
  echo: ({ review, response, parameters }) => {
    const { userInfo: _user, ...request } = review.request ?? {};
    const shown = parameters.length === 0 ? request : Object.fromEntries(parameters.map((key) => [key, request[key]]));
    const message = JSON.stringify(sorted({ apiVersion: review.apiVersion, ...shown }));
    answered({ allowed: false, status: { message } })({ review, response, parameters });
  },
  /** Adds a word to data.KEY, so that the order of calls can be read off. */
  append: ({ review, response, parameters: [key = 'trail', word = 'x'] }) => {
    const object = (review.request?.object ?? {}) as { data?: Record<string, string> };
    const value = (object.data?.[key] ?? '') + word;
    const operations = [
      ...(object.data === undefined ? [{ op: 'add', path: '/data', value: {} }] : []),
      { op: 'add', path: `/data/${key}`, value },
    ];
    patching(operations)({ review, response, parameters: [] });
  },
  label: ({ parameters: [key = 'labelled', value = 'yes'], ...asked }) => {
    const object = (asked.review.request?.object ?? {}) as { metadata?: { labels?: object } };
    const operations = [
      ...(object.metadata?.labels === undefined ? [{ op: 'add', path: '/metadata/labels', value: {} }] : []),
      { op: 'add', path: `/metadata/labels/${key}`, value },
    ];
    patching(operations)({ ...asked, parameters: [] });
  },

  // Answers that are none.
  html: raw('<html>hello</html>', 200, 'text/html'),
  'html-as-json': raw('<html>hello</html>'),
  'html-500': raw('<html>oops</html>', 500, 'text/html'),
  'text-400': raw('bad\n', 400, 'text/plain'),
  'text-403': raw('not you', 403, 'text/plain'),
  'text-418': raw('short and stout', 418, 'text/plain'),
  'status-500': raw(
    JSON.stringify({ kind: 'Status', apiVersion: 'v1', status: 'Failure', message: 'my own words', code: 500 }),
    500,
  ),
  'status-200': raw(JSON.stringify({ kind: 'Status', apiVersion: 'v1', status: 'Failure', message: 'my own words' })),
  'no-content': ({ response }) => response.writeHead(204).end(),
  created: ({ review, response }) => {
    const answer = { uid: review.request?.uid, allowed: true };
    send(response, JSON.stringify({ kind: 'AdmissionReview', apiVersion: v1, response: answer }), 201);
  },
  later: ({ response }) => response.writeHead(503, { 'retry-after': '1' }).end('later'),
  redirect: ({ response }) => response.writeHead(307, { location: '/allow' }).end(),
  'redirect-to-get': ({ response }) => response.writeHead(302, { location: '/allow' }).end(),
  'redirect-for-ever': ({ response }) => response.writeHead(307, { location: '/redirect-for-ever' }).end(),
  'redirect-away': ({ response }) => response.writeHead(307, { location: 'https://127.0.0.1:1/allow' }).end(),
  hang: () => undefined,
  'hang-halfway': ({ response }) => {
    response.writeHead(200, { 'content-type': JSON_TYPE });
    response.write('{');
  },
  'hang-up': ({ response }) => response.socket?.destroy(),
  garbage: raw('garbage'),
  truncated: raw(`{"kind":"AdmissionReview","apiVersion":"${v1}","response":`),
  list: raw('[]'),
  object: raw('{}'),
  nothing: raw(''),
  endless: ({ response }) => {
    response.writeHead(200, { 'content-type': JSON_TYPE });
    const chunk = Buffer.alloc(1 << 20, 'x');
    const write = (): unknown => response.write(chunk, () => (response.destroyed ? undefined : write()));
    write();
  },
  'six-megabytes': answered({ warnings: ['x'.repeat(6_000_000)] }),
  'wrong-uid': whole(() => ({ kind: 'AdmissionReview', apiVersion: v1, response: { uid: 'other', allowed: true } })),
  'no-uid': whole(() => ({ kind: 'AdmissionReview', apiVersion: v1, response: { allowed: true } })),
  'no-response': whole(() => ({ kind: 'AdmissionReview', apiVersion: v1 })),
  'no-kind': whole((uid) => ({ response: { uid, allowed: true } })),
  'other-kind': whole((uid) => ({ kind: 'Review', apiVersion: v1, response: { uid, allowed: true } })),
  'other-version': whole((uid) => ({
    kind: 'AdmissionReview',
    apiVersion: 'admission.k8s.io/v1beta1',
    response: { uid, allowed: true },
  })),
  'bad-allowed': answered({ allowed: 'yes' }),
  'bad-base64': answered({ patchType: 'JSONPatch', patch: '!!!' }),
  yaml: ({ review, response }) => {
    const uid = JSON.stringify(review.request?.uid);
    send(
      response,
      `kind: AdmissionReview\napiVersion: ${v1}\nresponse:\n  uid: ${uid}\n  allowed: true\n`,
      200,
      'application/yaml',
    );
  },
  'no-media-type': ({ review, response }) => {
    const answer = { uid: review.request?.uid, allowed: true };
    send(response, JSON.stringify({ kind: 'AdmissionReview', apiVersion: v1, response: answer }), 200, ';;;');
  },

  // Patches.
  patch: patching([{ op: 'add', path: '/data/added', value: 'yes' }]),
  'patch-untyped': answered({ patch: encodedPatch([]) }),
  'patch-only-typed': answered({ patchType: 'JSONPatch' }),
  'patch-empty-type': answered({ patchType: '', patch: encodedPatch([]) }),
  'patch-other-type': answered({
    patchType: 'Merge',
    patch: encodedPatch([{ op: 'add', path: '/data/added', value: 'yes' }]),
  }),
  'patch-no-list': patching('{"a":1}'),
  'patch-garbage': patching('nonsense'),
  'patch-empty': patching([]),
  'patch-failed-test': patching([{ op: 'test', path: '/data/x', value: 'q' }]),
  'patch-missing-path': patching([{ op: 'add', path: '/nope/x/y', value: 'q' }]),
  'patch-remove-missing': patching([{ op: 'remove', path: '/data/x' }]),
  'patch-replace-missing': patching([{ op: 'replace', path: '/data/x', value: 'q' }]),
  'patch-unknown-operation': patching([{ op: 'frob', path: '/data/x', value: 'q' }]),
  'patch-no-path': patching([{ op: 'add', value: 'q' }]),
  'patch-move-missing': patching([{ op: 'move', from: '/data/zz', path: '/data/x' }]),
  'patch-copy-missing': patching([{ op: 'copy', from: '/data/zz', path: '/data/x' }]),
  'patch-index': patching([
    { op: 'add', path: '/metadata/finalizers', value: ['a.example.com/b'] },
    { op: 'add', path: '/metadata/finalizers/7', value: 'x/y' },
  ]),
  'patch-no-index': patching([
    { op: 'add', path: '/metadata/finalizers', value: ['a.example.com/b'] },
    { op: 'remove', path: '/metadata/finalizers/x' },
  ]),
  'patch-wrong-type': patching([{ op: 'add', path: '/data', value: 'text' }]),
  'patch-unknown-field': patching([{ op: 'add', path: '/surprise', value: 'text' }]),
  'patch-name': patching([{ op: 'replace', path: '/metadata/name', value: 'renamed' }]),
  'patch-namespace': patching([{ op: 'add', path: '/metadata/namespace', value: 'kube-system' }]),
  'patch-kind': patching([{ op: 'replace', path: '/kind', value: 'Nonsense' }]),
  'patch-no-kind': patching([{ op: 'remove', path: '/kind' }]),
  'patch-to-list': patching([{ op: 'replace', path: '', value: [] }]),
  'patch-uid': patching([{ op: 'add', path: '/metadata/uid', value: '11111111-1111-4111-8111-111111111111' }]),
  'patch-managers': patching([
    { op: 'add', path: '/metadata/managedFields', value: [{ manager: 'x', operation: 'Frob' }] },
  ]),
  'patch-no-managers': patching([{ op: 'remove', path: '/metadata/managedFields' }]),
  'patch-owners': patching([
    {
      op: 'add',
      path: '/metadata/ownerReferences',
      value: [
        { apiVersion: 'v1', kind: 'Pod', name: 'a', uid: 'u' },
        { apiVersion: 'v1', kind: 'Pod', name: 'a', uid: 'u' },
      ],
    },
  ]),
  'patch-invalid': patching([{ op: 'add', path: '/data/not a key', value: 'x' }]),
  'patch-replicas': patching([{ op: 'replace', path: '/spec/replicas', value: 3 }]),
  'patch-status': patching([{ op: 'add', path: '/spec/replicas', value: 7 }]),
};
