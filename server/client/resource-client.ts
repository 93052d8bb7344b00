/** The verbs of one resource. Objects are plain JSON; a name and namespace left out are the object's own. */
import type { ObjectMeta } from '../apimachinery/meta/object.ts';
import { partialList, partialObject } from './accepted-forms.ts';
import type { Query, RawRequest, RequestSender } from './raw-request.ts';
import { apiVersionOfType, type ObjectPath, pathOf, type ResourceType } from './resource-type.ts';
import { decodeWatch, type WatchEvent } from './watch-events.ts';
import { readAnswer } from './read-answer.ts';

export interface RequestOptions {
  readonly signal?: AbortSignal | undefined;
}

export interface ReadOptions extends RequestOptions {
  /** Unset: the newest; "0": whatever is there; else not older than this. */
  readonly resourceVersion?: string | undefined;
  /** Only apiVersion, kind and metadata are sent. */
  readonly metadataOnly?: boolean;
  readonly subresource?: string;
}

export interface SelectOptions extends RequestOptions {
  /** '' or unset: all namespaces. */
  readonly namespace?: string | undefined;
  readonly labelSelector?: string | undefined;
  readonly fieldSelector?: string | undefined;
}

export interface ListOptions extends SelectOptions {
  readonly resourceVersion?: string | undefined;
  readonly limit?: number;
  readonly continue?: string | undefined;
  readonly metadataOnly?: boolean;
}

export interface WatchOptions extends SelectOptions {
  readonly resourceVersion?: string | undefined;
  /** WatchList: what is there comes first, closed by a bookmark with the annotation k8s.io/initial-events-end. */
  readonly sendInitialEvents?: boolean;
  readonly timeoutSeconds?: number;
  readonly metadataOnly?: boolean;
  /** Objects may be those that others in this process get, and must not be changed. */
  readonly shared?: boolean;
}

export interface WriteOptions extends RequestOptions {
  readonly dryRun?: boolean;
  readonly fieldManager?: string;
  readonly subresource?: string;
}

export interface PatchOptions extends WriteOptions {
  readonly namespace?: string | undefined;
  /** Default: merge. */
  readonly type?: 'merge' | 'strategic' | 'json';
}

export interface DeleteOptions extends RequestOptions {
  readonly namespace?: string | undefined;
  readonly preconditions?: { readonly uid?: string | undefined; readonly resourceVersion?: string | undefined };
  readonly propagationPolicy?: 'Orphan' | 'Background' | 'Foreground';
  readonly gracePeriodSeconds?: number;
  readonly dryRun?: boolean;
}

export interface ObjectList<T> {
  readonly items: T[];
  readonly metadata: {
    readonly resourceVersion?: string;
    readonly continue?: string;
    readonly remainingItemCount?: number;
  };
}

type Named = { readonly metadata: ObjectMeta };

const patchTypes = {
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  json: 'application/json-patch+json',
} as const;

export class ResourceClient<T extends object> {
  readonly type: ResourceType<T>;
  readonly #client: RequestSender;

  constructor(type: ResourceType<T>, client: RequestSender) {
    this.type = type;
    this.#client = client;
  }

  get(name: string, options: ReadOptions & { readonly namespace?: string | undefined } = {}): Promise<T> {
    const { namespace, resourceVersion, metadataOnly, subresource, signal } = options;
    const accept = metadataOnly === true ? partialObject : undefined;
    return this.#send({ namespace, name, subresource }, { query: { resourceVersion }, accept, signal });
  }

  async list(options: ListOptions = {}): Promise<ObjectList<T>> {
    const { namespace, metadataOnly, signal, ...query } = options;
    const accept = metadataOnly === true ? partialList : undefined;
    const list: Partial<ObjectList<T>> = await this.#send({ namespace }, { query, accept, signal });
    // An empty list of metadata has none.
    const items = list.items ?? [];
    const apiVersion = apiVersionOfType(this.type);
    // Items do not repeat what they are.
    if (metadataOnly !== true) for (const item of items) Object.assign(item, { apiVersion, kind: this.type.kind });
    return { items, metadata: list.metadata ?? {} };
  }

  /** Ends where the server ends it. An ERROR event is thrown. @throws StatusError, TransportError */
  async watch(options: WatchOptions = {}): Promise<AsyncIterable<WatchEvent<T>>> {
    const { namespace, metadataOnly, sendInitialEvents, shared, signal, ...rest } = options;
    const query: Query = {
      watch: true,
      allowWatchBookmarks: true,
      ...rest,
      ...(sendInitialEvents === true ? { sendInitialEvents, resourceVersionMatch: 'NotOlderThan' } : {}),
    };
    const accept = metadataOnly === true ? partialObject : undefined;
    const response = await this.#client.open({ path: pathOf(this.type, { namespace }), query, accept, signal });
    if (response.status >= 400) await readAnswer(response);
    return decodeWatch<T>(response.chunks(), { shared });
  }

  create(object: T, options: WriteOptions & { readonly namespace?: string; readonly name?: string } = {}): Promise<T> {
    const { name, namespace = namespaceOf(object), subresource } = options;
    // A subresource may take another kind.
    const named = subresource === undefined ? this.#named(object) : object;
    return this.#write('POST', { namespace, name, subresource }, { object: named, options });
  }

  /** Fails on a conflict where the object has a resourceVersion. */
  update(object: T, options: WriteOptions = {}): Promise<T> {
    const { namespace, name } = (object as Named).metadata;
    const path = { namespace, name, subresource: options.subresource };
    return this.#write('PUT', path, { object: this.#named(object), options });
  }

  updateStatus(object: T, options: WriteOptions = {}): Promise<T> {
    return this.update(object, { ...options, subresource: 'status' });
  }

  patch(name: string, patch: object, options: PatchOptions = {}): Promise<T> {
    const { namespace, type = 'merge', subresource } = options;
    return this.#write(
      'PATCH',
      { namespace, name, subresource },
      { object: patch, options, contentType: patchTypes[type] },
    );
  }

  /** Server-side apply: the object is the whole of what the field manager wants. */
  apply(object: T, options: WriteOptions & { readonly fieldManager: string; readonly force?: boolean }): Promise<T> {
    const { namespace, name } = (object as Named).metadata;
    const contentType = 'application/apply-patch+yaml';
    const path = { namespace, name, subresource: options.subresource };
    return this.#write('PATCH', path, {
      object: this.#named(object),
      options,
      contentType,
      query: { force: options.force },
    });
  }

  /** The object where it stays for its finalizers or grace, else a Status. */
  async delete(name: string, options: DeleteOptions = {}): Promise<void> {
    const { namespace } = options;
    await this.#send({ namespace, name }, { method: 'DELETE', body: deleteOptionsOf(options), signal: options.signal });
  }

  async deleteCollection(options: Omit<DeleteOptions, 'preconditions'> & SelectOptions = {}): Promise<void> {
    const { namespace, labelSelector, fieldSelector, signal } = options;
    const query = { labelSelector, fieldSelector };
    await this.#send({ namespace }, { method: 'DELETE', body: deleteOptionsOf(options), query, signal });
  }

  /** Custom resources are taken with their kind alone. */
  #named(object: T): T {
    return { apiVersion: apiVersionOfType(this.type), kind: this.type.kind, ...object };
  }

  #write(
    method: 'POST' | 'PUT' | 'PATCH',
    path: ObjectPath,
    { object, options, contentType, query }: WriteParts,
  ): Promise<T> {
    const { dryRun, fieldManager, signal } = options;
    return this.#send(path, {
      method,
      query: { fieldManager, dryRun: dryRun === true ? 'All' : undefined, ...query },
      body: JSON.stringify(object),
      ...(contentType === undefined ? {} : { contentType }),
      signal,
    });
  }

  #send<R>(path: ObjectPath, request: Omit<RawRequest, 'path'>): Promise<R> {
    return this.#client.request<R>({ ...request, path: pathOf(this.type, path) });
  }
}

interface WriteParts {
  readonly object: object;
  readonly options: WriteOptions;
  readonly contentType?: string;
  readonly query?: Query;
}

function namespaceOf(object: object): string | undefined {
  return (object as Partial<Named>).metadata?.namespace;
}

function deleteOptionsOf(options: DeleteOptions): string {
  const { preconditions, propagationPolicy, gracePeriodSeconds, dryRun } = options;
  return JSON.stringify({
    kind: 'DeleteOptions',
    apiVersion: 'v1',
    preconditions,
    propagationPolicy,
    gracePeriodSeconds,
    ...(dryRun === true ? { dryRun: ['All'] } : {}),
  });
}
