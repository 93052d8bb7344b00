/** How objects of a resource become rows of a metav1.Table: columns are data, cells a pure function of the object. */
import type { JsonValue } from '../../../apimachinery/json.ts';
import type { KubeObject } from '../../../apimachinery/meta/object.ts';

export interface TableColumn {
  readonly name: string;
  readonly type: 'string' | 'integer' | 'number' | 'boolean' | 'date';
  /** "name" for the Name column, else usually "". */
  readonly format: string;
  readonly description: string;
  /** 0: always shown; 1: only with -o wide. */
  readonly priority: number;
}

export interface RowContext {
  /** Milliseconds since the epoch, for ages. */
  readonly now: number;
}

export interface TableRowCondition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
}

export interface TableConvertor {
  readonly columns: readonly TableColumn[];
  /** One cell a column, all columns (priority 1 too). The object is in the API version `version`. Never throws on odd objects. */
  cells(object: KubeObject, context: RowContext): JsonValue[];
  /** Row conditions (a completed Pod); usually absent. */
  conditions?(object: KubeObject): TableRowCondition[];
  /** For a stable sort of each page of a list, where rows are not in the order of keys (FlowSchemas). */
  compareRows?(a: KubeObject, b: KubeObject): number;
}
