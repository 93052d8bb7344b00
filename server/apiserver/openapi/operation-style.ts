/** How built-in and custom resources differ in what their operations take and give. */
import { DELETE_COLLECTION_OPTIONS, LIST_OPTIONS, type Parameter, RESOURCE_VERSION } from './parameters.ts';

/** What differs between built-in and custom resources in how operations are described. */
export interface OperationStyle {
  readonly consumes: readonly string[];
  readonly produces: readonly string[];
  readonly streams: readonly string[];
  readonly patches: readonly string[];
  readonly getOptions: readonly Parameter[];
  readonly deleteCollection: { readonly parameters: readonly Parameter[]; readonly body: boolean };
  readonly patchCreates: boolean;
  readonly watchPaths: boolean;
}

const JSON_AND_YAML = ['application/json', 'application/yaml'];
export const ALL_MEDIA_TYPES: readonly string[] = [...JSON_AND_YAML, 'application/vnd.kubernetes.protobuf'];

export const builtInStyle: OperationStyle = {
  consumes: ['*/*'],
  produces: ALL_MEDIA_TYPES,
  streams: ['application/json;stream=watch', 'application/vnd.kubernetes.protobuf;stream=watch'],
  patches: [
    'application/json-patch+json',
    'application/merge-patch+json',
    'application/strategic-merge-patch+json',
    'application/apply-patch+yaml',
  ],
  getOptions: [],
  deleteCollection: { parameters: DELETE_COLLECTION_OPTIONS, body: true },
  patchCreates: true,
  watchPaths: true,
};

export const customStyle: OperationStyle = {
  consumes: JSON_AND_YAML,
  produces: JSON_AND_YAML,
  streams: [],
  patches: ['application/json-patch+json', 'application/merge-patch+json', 'application/apply-patch+yaml'],
  getOptions: [RESOURCE_VERSION],
  deleteCollection: { parameters: LIST_OPTIONS, body: false },
  patchCreates: false,
  watchPaths: false,
};
