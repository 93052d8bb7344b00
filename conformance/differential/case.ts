/** What a case is made of: requests in order, each compared; data as far as possible. */

export type Json = string | number | boolean | null | Json[] | { [key: string]: Json | undefined };
export type JsonObject = { [key: string]: Json | undefined };

export interface Case {
  /** Unique, "theme: what is compared". */
  readonly name: string;
  readonly steps: readonly Step[];
  /** Run after the steps, several at a time and in any order: none may change what another one sees. */
  readonly independent?: readonly Step[];
  /** How often a question is asked again that the two sides answer differently, should its answer follow chance. */
  readonly attempts?: number;
  /** Options that repeat one of the independent steps. */
  readonly replay?: (step: { readonly name: string }) => string;
}

export interface Step {
  /** Unique in its case. */
  readonly name: string;
  readonly method: string;
  /** With its query; "{ns}" stands for the namespace of the run. */
  readonly path: string | ((seen: Seen) => string);
  readonly accept?: string;
  readonly contentType?: string;
  readonly headers?: Headers | ((seen: Seen) => Headers);
  /** Objects are sent as JSON, text and bytes as they are; "{ns}" is replaced in texts and objects. */
  readonly body?: Body | ((seen: Seen) => Body);
  readonly watch?: Watch;
  /** Asked again until this holds, for what a server does on its own; only the last answer counts. */
  readonly until?: (body: Json, status: number) => boolean;
  /** What is compared of the body; unset: all of it. */
  readonly compared?: (body: Json) => Json;
}

/** An empty value takes out a header that is sent otherwise; several are sent one by one. */
export type Headers = Readonly<Record<string, string | readonly string[]>>;

export type Body = Json | Uint8Array;

/** The request stays open while other steps run; the lines that come meanwhile are its body. */
export interface Watch {
  readonly during?: readonly Step[];
  /** Closed by the client after this many events; without a number the server must end the stream. */
  readonly events?: number;
}

/** What earlier steps of the case have brought, before normalisation. */
export interface Seen {
  readonly namespace: string;
  /** The JSON body of an earlier step; an empty object if it had none. */
  body(step: string): JsonObject;
  /** The body of an earlier step as it came. */
  bytes(step: string): Uint8Array;
  /** A header of the answer to an earlier step; empty if it had none. */
  header(step: string, name: string): string;
}

export const get = (name: string, path: Step['path'], more: Partial<Step> = {}): Step => ({
  name,
  method: 'GET',
  path,
  ...more,
});

export const post = (name: string, path: Step['path'], body: Step['body'], more: Partial<Step> = {}): Step => ({
  name,
  method: 'POST',
  path,
  body,
  ...more,
});

export const put = (name: string, path: Step['path'], body: Step['body'], more: Partial<Step> = {}): Step => ({
  name,
  method: 'PUT',
  path,
  body,
  ...more,
});

export const remove = (name: string, path: Step['path'], body?: Step['body'], more: Partial<Step> = {}): Step => ({
  name,
  method: 'DELETE',
  path,
  body,
  ...more,
});

const PATCH_TYPES = {
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  json: 'application/json-patch+json',
} as const;

export function patch(
  kind: keyof typeof PATCH_TYPES,
  name: string,
  path: Step['path'],
  body: Step['body'],
  more: Partial<Step> = {},
): Step {
  return { name, method: 'PATCH', path, body, contentType: PATCH_TYPES[kind], ...more };
}

export interface ApplyOptions extends Partial<Step> {
  /** Empty: the request names none. */
  readonly manager?: string;
  readonly force?: boolean;
  /** Further parameters: "dryRun=All". */
  readonly query?: string;
}

/** Server-side apply, by the field manager "one" unless another one is named. */
export function apply(name: string, path: string, body: Step['body'], options: ApplyOptions = {}): Step {
  const { manager = 'one', force = false, query, ...more } = options;
  const parameters = [
    ...(manager === '' ? [] : [`fieldManager=${encodeURIComponent(manager)}`]),
    ...(force ? ['force=true'] : []),
    ...(query === undefined ? [] : [query]),
  ];
  const full = parameters.length === 0 ? path : `${path}?${parameters.join('&')}`;
  return { name, method: 'PATCH', path: full, body, contentType: APPLY, ...more };
}

export const APPLY = 'application/apply-patch+yaml';
export const TABLE = 'application/json;as=Table;v=v1;g=meta.k8s.io';
export const PARTIAL = 'application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io';
export const PARTIAL_LIST = 'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io';
export const PROTOBUF = 'application/vnd.kubernetes.protobuf';
export const YAML = 'application/yaml';
