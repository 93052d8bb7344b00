/** What a request wants, read off its path and method once, before any filter needs it. */
export interface RequestInfo {
  /** False for /version, /healthz, /openapi and the like. */
  readonly isResourceRequest: boolean;
  readonly path: string;
  /** get, list, watch, create, update, patch, delete, deletecollection, proxy … ; for non-resource paths the HTTP method in lower case. */
  readonly verb: string;
  readonly apiPrefix: string;
  readonly group: string;
  readonly version: string;
  readonly namespace: string;
  readonly resource: string;
  readonly subresource: string;
  readonly name: string;
  /** The path segments after the version, without the namespace pair. */
  readonly parts: readonly string[];
}
