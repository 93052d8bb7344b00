/** The operations on one resource: on its collection, its objects, their subresources, and the deprecated watches. */
import type { GroupVersionKind, Operation, PathOperations } from './operation.ts';
import { capitalize, operationIdPrefix, operationTag, withArticle } from './operation-names.ts';
import { builtInStyle, customStyle, type OperationStyle } from './operation-style.ts';
import {
  CONNECT_OPTIONS,
  type ConnectOptions,
  CREATE_OPTIONS,
  DELETE_OPTIONS,
  LIST_OPTIONS,
  NAMESPACE,
  nameParameter,
  type Parameter,
  PATCH_OPTIONS,
  POD_LOG_OPTIONS,
  PRETTY,
  PROXY_PATH,
} from './parameters.ts';
import { groupVersionPath, listTypeName, type ServedResource, type ServedSubresource } from './served-resource.ts';

const META = 'io.k8s.apimachinery.pkg.apis.meta.v1.';

/** All paths of one resource, its subresources and its deprecated watches. */
export function resourceOperations(resource: ServedResource): PathOperations[] {
  const writer = new OperationWriter(resource);
  return [
    ...writer.collection(),
    ...writer.item(),
    ...resource.subresources.flatMap((subresource) => writer.subresource(subresource)),
    ...writer.watches(),
  ].filter(({ operations }) => operations.length > 0);
}

class OperationWriter {
  private readonly resource: ServedResource;
  private readonly style: OperationStyle;
  private readonly prefix: string;
  private readonly scope: '' | 'Namespaced';
  private readonly root: string;

  constructor(resource: ServedResource) {
    this.resource = resource;
    this.style = resource.custom === undefined ? builtInStyle : customStyle;
    this.prefix = operationIdPrefix(resource.group, resource.version);
    this.scope = resource.namespaced ? 'Namespaced' : '';
    this.root = `/${groupVersionPath(resource.group, resource.version)}`;
  }

  collection(): PathOperations[] {
    const { kind, resource, typeName, namespaced } = this.resource;
    const common = this.scopeParameters();
    const list = (id: string, parameters: readonly Parameter[]): Operation =>
      this.operation('get', 'list', {
        id: `list${this.prefix}${id}`,
        description: `${this.isWatched() ? 'list or watch' : 'list'} objects of kind ${kind}`,
        parameters: [...parameters, ...LIST_OPTIONS],
        produces: [...this.style.produces, ...this.style.streams],
        responses: [{ code: 200, typeName: listTypeName(this.resource) }],
      });
    const operations: Operation[] = [];
    if (this.has('list')) operations.push(list(this.scope + kind, common));
    if (this.has('create')) {
      operations.push(
        this.operation('post', 'post', {
          id: `create${this.prefix}${this.scope}${kind}`,
          description: `create ${withArticle(kind)}`,
          parameters: [...common, ...CREATE_OPTIONS],
          body: { typeName, required: true },
          responses: [200, 201, 202].map((code) => ({ code, typeName })),
        }),
      );
    }
    if (this.has('deletecollection')) {
      const { parameters, body } = this.style.deleteCollection;
      operations.push(
        this.operation('delete', 'deletecollection', {
          id: `delete${this.prefix}Collection${this.scope}${kind}`,
          description: `delete collection of ${kind}`,
          parameters: [...common, ...parameters],
          body: body ? { typeName: `${META}DeleteOptions`, required: false } : undefined,
          responses: [{ code: 200, typeName: `${META}Status` }],
        }),
      );
    }
    const paths = [{ path: this.collectionPath(), operations }];
    if (namespaced && this.has('list')) {
      paths.push({ path: `${this.root}/${resource}`, operations: [list(`${kind}ForAllNamespaces`, [PRETTY])] });
    }
    return paths;
  }

  item(): PathOperations[] {
    const { kind, typeName, deleteReturnsObject } = this.resource;
    const common = [nameParameter(kind), ...this.scopeParameters()];
    const operations = this.readAndWrite(kind, '', this.resource.verbs, typeName, common);
    if (this.has('delete')) {
      const deleted = deleteReturnsObject ? typeName : `${META}Status`;
      operations.push(
        this.operation('delete', 'delete', {
          id: `delete${this.prefix}${this.scope}${kind}`,
          description: `delete ${withArticle(kind)}`,
          parameters: [...common, ...DELETE_OPTIONS],
          body: { typeName: `${META}DeleteOptions`, required: false },
          responses: [200, 202].map((code) => ({ code, typeName: deleted })),
        }),
      );
    }
    return [{ path: `${this.collectionPath()}/{name}`, operations }];
  }

  subresource(subresource: ServedSubresource): PathOperations[] {
    const { kind, custom } = this.resource;
    const path = `${this.collectionPath()}/{name}/${subresource.name}`;
    const gvk = { group: subresource.group, version: subresource.version, kind: subresource.kind };
    const connect = CONNECT_OPTIONS.get(subresource.kind);
    if (connect !== undefined) return this.connect(path, subresource, connect);
    // Custom resources describe their scale with their own kind.
    const target = custom === undefined ? gvk : undefined;
    const common = [nameParameter(target?.kind ?? kind), ...this.scopeParameters()];
    if (subresource.name === 'log') {
      const log = this.operation('get', 'get', {
        id: `read${this.prefix}${this.scope}${kind}Log`,
        description: `read log of the specified ${kind}`,
        parameters: [...common, ...POD_LOG_OPTIONS],
        produces: ['text/plain', ...this.style.produces],
        responses: [{ code: 200, typeName: 'string' }],
      });
      return [{ path, operations: [log] }];
    }
    const { typeName } = subresource;
    const operations = this.readAndWrite(kind, subresource.name, subresource.verbs, typeName, common, target);
    if (subresource.verbs.includes('create')) {
      operations.push(
        this.operation('post', 'post', {
          id: `create${this.prefix}${this.scope}${kind}${capitalize(subresource.name)}`,
          description: `create ${subresource.name} of ${withArticle(kind)}`,
          gvk: target,
          parameters: [...common, ...CREATE_OPTIONS],
          body: { typeName, required: true },
          responses: [200, 201, 202].map((code) => ({ code, typeName })),
        }),
      );
    }
    return [{ path, operations }];
  }

  watches(): PathOperations[] {
    if (!this.style.watchPaths || !this.isWatched()) return [];
    const { kind, resource, namespaced } = this.resource;
    const watch = (action: 'watch' | 'watchlist', id: string, parameters: readonly Parameter[]): Operation[] => [
      this.operation('get', action, {
        id: `watch${this.prefix}${id}`,
        description:
          action === 'watch'
            ? `watch changes to an object of kind ${kind}. deprecated: use the 'watch' parameter with a list operation instead, filtered to a single item with the 'fieldSelector' parameter.`
            : `watch individual changes to a list of ${kind}. deprecated: use the 'watch' parameter with a list operation instead.`,
        parameters: [...parameters, PRETTY, ...LIST_OPTIONS],
        produces: [...this.style.produces, ...this.style.streams],
        responses: [{ code: 200, typeName: `${META}WatchEvent` }],
      }),
    ];
    const path = `${this.root}/watch/${namespaced ? 'namespaces/{namespace}/' : ''}${resource}`;
    const scope = namespaced ? [NAMESPACE] : [];
    const paths = [{ path, operations: watch('watchlist', `${this.scope}${kind}List`, scope) }];
    if (this.has('get')) {
      const operations = watch('watch', this.scope + kind, [nameParameter(kind), ...scope]);
      paths.push({ path: `${path}/{name}`, operations });
    }
    if (namespaced) {
      const operations = watch('watchlist', `${kind}ListForAllNamespaces`, []);
      paths.push({ path: `${this.root}/watch/${resource}`, operations });
    }
    return paths;
  }

  /** get, update and patch of an object or of one of its subresources. */
  private readAndWrite(
    kind: string,
    subresource: string,
    verbs: readonly string[],
    typeName: string,
    common: readonly Parameter[],
    gvk?: GroupVersionKind,
  ): Operation[] {
    const id = `${this.prefix}${this.scope}${kind}${capitalize(subresource)}`;
    const of = `${subresource === '' ? '' : `${subresource} of `}the specified ${kind}`;
    const operations: Operation[] = [];
    if (verbs.includes('get')) {
      operations.push(
        this.operation('get', 'get', {
          id: `read${id}`,
          description: `read ${of}`,
          gvk,
          parameters: [...common, ...this.style.getOptions],
          responses: [{ code: 200, typeName }],
        }),
      );
    }
    if (verbs.includes('update')) {
      operations.push(
        this.operation('put', 'put', {
          id: `replace${id}`,
          description: `replace ${of}`,
          gvk,
          parameters: [...common, ...CREATE_OPTIONS],
          body: { typeName, required: true },
          responses: [200, 201].map((code) => ({ code, typeName })),
        }),
      );
    }
    if (verbs.includes('patch')) {
      operations.push(
        this.operation('patch', 'patch', {
          id: `patch${id}`,
          description: `partially update ${of}`,
          gvk,
          parameters: [...common, ...PATCH_OPTIONS],
          body: { typeName: `${META}Patch`, required: true },
          consumes: this.style.patches,
          responses: (this.style.patchCreates ? [200, 201] : [200]).map((code) => ({ code, typeName })),
        }),
      );
    }
    return operations;
  }

  private connect(path: string, subresource: ServedSubresource, options: ConnectOptions): PathOperations[] {
    const { group, version, kind } = subresource;
    const scope = this.resource.namespaced ? [NAMESPACE] : [];
    const connect = (suffix: string, more: readonly Parameter[]): Operation[] =>
      options.methods.map((method) =>
        this.operation(method, 'connect', {
          id: `connect${this.prefix}${capitalize(method)}${this.scope}${this.resource.kind}${capitalize(subresource.name)}${suffix}`,
          description: `connect ${method.toUpperCase()} requests to ${subresource.name} of ${this.resource.kind}`,
          gvk: { group, version, kind },
          parameters: [nameParameter(kind), ...scope, ...options.parameters, ...more],
          produces: ['*/*'],
          responses: [{ code: 200, typeName: 'string' }],
        }),
      );
    const paths = [{ path, operations: connect('', []) }];
    if (options.withPath) paths.push({ path: `${path}/{path}`, operations: connect('WithPath', [PROXY_PATH]) });
    return paths;
  }

  private operation(
    method: string,
    action: string,
    details: Pick<Operation, 'id' | 'description' | 'parameters' | 'responses'> & Partial<Operation>,
  ): Operation {
    const { group, version, kind } = this.resource;
    return {
      ...details,
      method,
      action,
      tag: operationTag(group, version),
      gvk: details.gvk ?? { group, version, kind },
      consumes: details.consumes ?? this.style.consumes,
      produces: details.produces ?? this.style.produces,
    };
  }

  private has(verb: string): boolean {
    return this.resource.verbs.includes(verb);
  }

  private isWatched(): boolean {
    return this.style.watchPaths && this.has('watch');
  }

  private scopeParameters(): readonly Parameter[] {
    return this.resource.namespaced ? [NAMESPACE, PRETTY] : [PRETTY];
  }

  private collectionPath(): string {
    return `${this.root}${this.resource.namespaced ? '/namespaces/{namespace}' : ''}/${this.resource.resource}`;
  }
}
