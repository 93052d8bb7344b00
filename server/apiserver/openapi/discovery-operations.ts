/** The operations around the resources: discovery, version and the service account issuer. */
import { operationIdPrefix, operationTag } from './operation-names.ts';
import type { Operation, PathOperations } from './operation.ts';
import { ALL_MEDIA_TYPES } from './operation-style.ts';
import { groupVersionPath } from './served-resource.ts';

const META = 'io.k8s.apimachinery.pkg.apis.meta.v1.';

/** Documents that do not depend on the resources, by their key in the index. */
export const fixedDocuments: ReadonlyMap<string, PathOperations> = new Map([
  ['api', discovery('/api/', 'getCoreAPIVersions', 'core', 'get available API versions', 'APIVersions')],
  ['apis', discovery('/apis/', 'getAPIVersions', 'apis', 'get available API versions', 'APIGroupList')],
  [
    'version',
    get('/version/', {
      id: 'getCodeVersion',
      tag: 'version',
      description: 'get the version information for this server',
      consumes: ['application/json'],
      produces: ['application/json'],
      typeName: 'io.k8s.apimachinery.pkg.version.Info',
    }),
  ],
  [
    '.well-known/openid-configuration',
    get('/.well-known/openid-configuration/', {
      id: 'getServiceAccountIssuerOpenIDConfiguration',
      tag: 'WellKnown',
      description: "get service account issuer OpenID configuration, also known as the 'OIDC discovery doc'",
      consumes: [],
      produces: ['application/json'],
      typeName: 'string',
    }),
  ],
  [
    'openid/v1/jwks',
    get('/openid/v1/jwks/', {
      id: 'getServiceAccountIssuerOpenIDKeyset',
      tag: 'openid',
      description: 'get service account issuer OpenID JSON Web Key Set (contains public token verification keys)',
      consumes: [],
      produces: ['application/jwk-set+json'],
      typeName: 'string',
    }),
  ],
]);

/** Discovery of one group of built-in resources. */
export function groupDiscovery(group: string): PathOperations {
  const id = `get${operationIdPrefix(group)}APIGroup`;
  return discovery(`/apis/${group}/`, id, operationTag(group), 'get information of a group', 'APIGroup');
}

/** Discovery of one group version of built-in resources. */
export function groupVersionDiscovery(group: string, version: string): PathOperations {
  const id = `get${operationIdPrefix(group, version)}APIResources`;
  const path = `/${groupVersionPath(group, version)}/`;
  return discovery(path, id, operationTag(group, version), 'get available resources', 'APIResourceList');
}

function discovery(path: string, id: string, tag: string, description: string, type: string): PathOperations {
  const mediaTypes = { consumes: ALL_MEDIA_TYPES, produces: ALL_MEDIA_TYPES };
  return get(path, { id, tag, description, ...mediaTypes, typeName: META + type });
}

function get(
  path: string,
  {
    typeName,
    ...details
  }: Pick<Operation, 'id' | 'tag' | 'description' | 'consumes' | 'produces'> & { typeName: string },
): PathOperations {
  return { path, operations: [{ ...details, method: 'get', parameters: [], responses: [{ code: 200, typeName }] }] };
}
