/** What the OpenAPI documents need to know of each resource that the server serves. */

/** A resource in one group and version, built-in or custom. */
export interface ServedResource {
  /** '' for the core group. */
  readonly group: string;
  readonly version: string;
  /** Plural name, as in URLs. */
  readonly resource: string;
  readonly kind: string;
  readonly namespaced: boolean;
  /** API verbs as discovery lists them: get, list, watch, create, update, patch, delete, deletecollection. */
  readonly verbs: readonly string[];
  /** OpenAPI name of the type: "io.k8s.api.core.v1.Pod"; for custom resources see `customTypeName`. */
  readonly typeName: string;
  readonly subresources: readonly ServedSubresource[];
  /** DELETE answers with the deleted object instead of a Status. */
  readonly deleteReturnsObject?: boolean;
  /** Set for custom resources. */
  readonly custom?: CustomResource;
}

export interface ServedSubresource {
  /** Last segment of the URL: "status", "scale", "exec". */
  readonly name: string;
  /** API verbs as discovery lists them. */
  readonly verbs: readonly string[];
  /** Group, version and kind that discovery lists: autoscaling/v1 Scale, v1 PodExecOptions. */
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  /** OpenAPI name of the type; not used for connecting subresources and logs. */
  readonly typeName: string;
}

export interface CustomResource {
  readonly listKind: string;
  /** The version's `openAPIV3Schema`, read when a document is written; undefined when the definition has none. */
  readonly schema: () => unknown;
  /** Another text for every other schema: part of the documents' ETags. */
  readonly revision: string;
  /** JSON paths of the version's selectable fields, for example ".spec.color". */
  readonly selectableFields?: readonly string[];
}

/** OpenAPI name of a custom resource's type: "com.example.stable.v1.CronTab". */
export function customTypeName(group: string, version: string, kind: string): string {
  return `${group.split('.').reverse().join('.')}.${version}.${kind}`;
}

/** OpenAPI name of the list of a resource. */
export function listTypeName({ typeName, kind, custom }: ServedResource): string {
  return custom === undefined ? `${typeName}List` : typeName.slice(0, -kind.length) + custom.listKind;
}

/** Key of a group version in the index of documents: "api/v1", "apis/apps/v1". */
export function groupVersionPath(group: string, version: string): string {
  return group === '' ? `api/${version}` : `apis/${group}/${version}`;
}
