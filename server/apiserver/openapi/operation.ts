/** One operation of the server, in a form that both OpenAPI versions are written from. */
import type { Parameter } from './parameters.ts';

export interface GroupVersionKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

export interface Operation {
  /** HTTP method, in lower case. */
  readonly method: string;
  readonly id: string;
  readonly tag: string;
  readonly description: string;
  /** Value of x-kubernetes-action; unset for what is not a resource. */
  readonly action?: string;
  readonly gvk?: GroupVersionKind;
  readonly parameters: readonly Parameter[];
  readonly body?: { readonly typeName: string; readonly required: boolean };
  readonly consumes: readonly string[];
  readonly produces: readonly string[];
  readonly responses: readonly Response[];
}

interface Response {
  readonly code: number;
  /** OpenAPI name of the type, or "string" for text and streams; unset: no body. */
  readonly typeName?: string;
}

export interface PathOperations {
  readonly path: string;
  readonly operations: readonly Operation[];
}
