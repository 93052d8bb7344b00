/** A resource of one's own, from a schema: the types of its objects, and the definition by which any server serves them. */
import type { JsonObject } from '../apimachinery/json.ts';
import type { ObjectMeta } from '../apimachinery/meta/object.ts';
import type { ResourceType } from '../client/resource-type.ts';
import type { Schema, ValueOf } from './schema-type.ts';

export interface ResourceOptions<Spec extends Schema, Status extends Schema> {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  /** Default: the kind in small letters with an s. */
  readonly plural?: string;
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
  /** Default: in namespaces. */
  readonly scope?: 'Namespaced' | 'Cluster';
  readonly spec: Spec;
  /** Set: there is a status subresource, and only that writes it. */
  readonly status?: Status;
  /** What kubectl get shows beside name and age. */
  readonly columns?: readonly Column[];
  /** JSON paths that field selectors may name: ".spec.engine". */
  readonly selectableFields?: readonly string[];
}

export interface Column {
  readonly name: string;
  /** ".status.phase" */
  readonly jsonPath: string;
  /** Default: string. */
  readonly type?: 'string' | 'integer' | 'number' | 'boolean' | 'date';
}

export interface CustomObject<Spec, Status> {
  apiVersion?: string;
  kind?: string;
  metadata: ObjectMeta;
  spec: Spec;
  status?: Status;
}

export interface DefinedResource<T = object> extends ResourceType<T> {
  /** As a CustomResourceDefinition. */
  readonly definition: JsonObject & { readonly metadata: { readonly name: string } };
}

type ObjectOf<Spec extends Schema, Status extends Schema> = CustomObject<ValueOf<Spec>, ValueOf<Status>>;

export function defineResource<const Spec extends Schema, const Status extends Schema = { type: 'object' }>(
  options: ResourceOptions<Spec, Status>,
): DefinedResource<ObjectOf<Spec, Status>> {
  const { group, version, kind, scope = 'Namespaced' } = options;
  const plural = options.plural ?? `${kind.toLowerCase()}s`;
  const { shortNames = [], categories = [] } = options;
  const definition = {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      scope,
      names: {
        plural,
        singular: kind.toLowerCase(),
        kind,
        listKind: `${kind}List`,
        ...(shortNames.length === 0 ? {} : { shortNames: [...shortNames] }),
        ...(categories.length === 0 ? {} : { categories: [...categories] }),
      },
      conversion: { strategy: 'None' },
      versions: [versionOf(options)],
    },
  };
  return { group, version, kind, resource: plural, namespaced: scope === 'Namespaced', definition };
}

function versionOf(options: ResourceOptions<Schema, Schema>): JsonObject {
  const { version, spec, status, columns = [], selectableFields = [] } = options;
  const properties = { spec: json(spec), ...(status === undefined ? {} : { status: json(status) }) };
  return {
    name: version,
    served: true,
    storage: true,
    schema: { openAPIV3Schema: { type: 'object', required: ['spec'], properties } },
    ...(status === undefined ? {} : { subresources: { status: {} } }),
    additionalPrinterColumns: [
      ...columns.map(({ name, jsonPath, type = 'string' }) => ({ name, type, jsonPath })),
      { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
    ],
    ...(selectableFields.length === 0 ? {} : { selectableFields: selectableFields.map((jsonPath) => ({ jsonPath })) }),
  };
}

function json(schema: Schema): JsonObject {
  return structuredClone(schema) as unknown as JsonObject;
}
