/** The query and path parameters of operations, and where their prose is found. */
import type { Descriptions } from '../../../openapi/descriptions.ts';

export interface Parameter {
  readonly name: string;
  readonly in: 'query' | 'path';
  readonly type: 'string' | 'boolean' | 'integer';
  /** The core API operation whose description of the parameter is the general one; unset: `text` is it. */
  readonly describedBy?: string;
  /** Name of the parameter in that operation, where it differs. */
  readonly describedAs?: string;
  readonly text?: string;
}

const LIST = 'listNamespacedConfigMap';
const CREATE = 'createNamespacedConfigMap';
const PATCH = 'patchNamespacedConfigMap';
const DELETE = 'deleteNamespacedConfigMap';

export const PRETTY = query('pretty', 'string', LIST);
export const NAMESPACE: Parameter = { name: 'namespace', in: 'path', type: 'string', describedBy: LIST };
export const RESOURCE_VERSION = query('resourceVersion', 'string', LIST);

export const LIST_OPTIONS: readonly Parameter[] = [
  query('allowWatchBookmarks', 'boolean', LIST),
  query('continue', 'string', LIST, '_continue'),
  query('fieldSelector', 'string', LIST),
  query('labelSelector', 'string', LIST),
  query('limit', 'integer', LIST),
  RESOURCE_VERSION,
  query('resourceVersionMatch', 'string', LIST),
  query('sendInitialEvents', 'boolean', LIST),
  query('shardSelector', 'string', LIST),
  query('timeoutSeconds', 'integer', LIST),
  query('watch', 'boolean', LIST),
];

export const CREATE_OPTIONS: readonly Parameter[] = [
  query('dryRun', 'string', CREATE),
  query('fieldManager', 'string', CREATE),
  query('fieldValidation', 'string', CREATE),
];

export const PATCH_OPTIONS: readonly Parameter[] = [
  query('dryRun', 'string', CREATE),
  query('fieldManager', 'string', PATCH),
  query('fieldValidation', 'string', CREATE),
  query('force', 'boolean', PATCH),
];

export const DELETE_OPTIONS: readonly Parameter[] = [
  query('dryRun', 'string', DELETE),
  query('gracePeriodSeconds', 'integer', DELETE),
  query('ignoreStoreReadErrorWithClusterBreakingPotential', 'boolean', DELETE),
  query('orphanDependents', 'boolean', DELETE),
  query('propagationPolicy', 'string', DELETE),
];

/** A collection that is deleted is not watched. */
export const DELETE_COLLECTION_OPTIONS: readonly Parameter[] = [
  ...LIST_OPTIONS.filter(({ name }) => name !== 'allowWatchBookmarks' && name !== 'watch'),
  ...DELETE_OPTIONS,
];

const LOG = 'readNamespacedPodLog';

export const POD_LOG_OPTIONS: readonly Parameter[] = [
  query('container', 'string', LOG),
  query('follow', 'boolean', LOG),
  query('insecureSkipTLSVerifyBackend', 'boolean', LOG),
  query('limitBytes', 'integer', LOG),
  query('previous', 'boolean', LOG),
  query('sinceSeconds', 'integer', LOG),
  query('stream', 'string', LOG),
  query('tailLines', 'integer', LOG),
  query('timestamps', 'boolean', LOG),
];

export interface ConnectOptions {
  readonly methods: readonly string[];
  readonly parameters: readonly Parameter[];
  /** The subresource also takes a path of its own below it. */
  readonly withPath?: boolean;
}

const STREAM_METHODS = ['get', 'post'];
const PROXY_METHODS = ['delete', 'get', 'head', 'options', 'patch', 'post', 'put'];
const ATTACH = 'connectGetNamespacedPodAttach';
const EXEC = 'connectGetNamespacedPodExec';

/** Subresources that connect to something behind the server, by the kind of their options. */
export const CONNECT_OPTIONS: ReadonlyMap<string, ConnectOptions> = new Map([
  ['PodAttachOptions', { methods: STREAM_METHODS, parameters: streams(ATTACH) }],
  ['PodExecOptions', { methods: STREAM_METHODS, parameters: [query('command', 'string', EXEC), ...streams(EXEC)] }],
  [
    'PodPortForwardOptions',
    { methods: STREAM_METHODS, parameters: [query('ports', 'integer', 'connectGetNamespacedPodPortforward')] },
  ],
  ['PodProxyOptions', proxy('connectGetNamespacedPodProxyWithPath', 'path2')],
  ['ServiceProxyOptions', proxy('connectGetNamespacedServiceProxy')],
  ['NodeProxyOptions', proxy('connectGetNodeProxy')],
]);

/** The rest of a proxied path. */
export const PROXY_PATH: Parameter = {
  name: 'path',
  in: 'path',
  type: 'string',
  describedBy: 'connectGetNamespacedPodProxyWithPath',
};

export function nameParameter(kind: string): Parameter {
  return { name: 'name', in: 'path', type: 'string', text: `name of the ${kind}` };
}

function query(name: string, type: Parameter['type'], describedBy: string, describedAs?: string): Parameter {
  return { name, in: 'query', type, describedBy, describedAs };
}

function streams(describedBy: string): readonly Parameter[] {
  return [
    query('container', 'string', describedBy),
    query('stderr', 'boolean', describedBy),
    query('stdin', 'boolean', describedBy),
    query('stdout', 'boolean', describedBy),
    query('tty', 'boolean', describedBy),
  ];
}

function proxy(describedBy: string, describedAs?: string): ConnectOptions {
  return { methods: PROXY_METHODS, parameters: [query('path', 'string', describedBy, describedAs)], withPath: true };
}

export function describeParameter(parameter: Parameter, descriptions: Descriptions): string | undefined {
  const { name, describedBy, describedAs, text } = parameter;
  return describedBy === undefined ? text : descriptions.parameter(describedBy, describedAs ?? name);
}

/** Parameters that every operation of a path takes, and for each operation the others; all sorted by name. */
export function splitParameters(operations: ReadonlyArray<{ readonly parameters: readonly Parameter[] }>): {
  readonly shared: Parameter[];
  readonly own: Parameter[][];
} {
  const counts = new Map<string, number>();
  for (const { parameters } of operations) {
    for (const parameter of parameters) counts.set(keyOf(parameter), (counts.get(keyOf(parameter)) ?? 0) + 1);
  }
  const isShared = (parameter: Parameter): boolean => counts.get(keyOf(parameter)) === operations.length;
  return {
    shared: (operations[0]?.parameters ?? []).filter(isShared).sort(byName),
    own: operations.map(({ parameters }) => parameters.filter((parameter) => !isShared(parameter)).sort(byName)),
  };
}

function keyOf({ name, in: location }: Parameter): string {
  return `${location}/${name}`;
}

function byName(a: Parameter, b: Parameter): number {
  if (a.name !== b.name) return a.name < b.name ? -1 : 1;
  return a.in < b.in ? -1 : 1;
}
