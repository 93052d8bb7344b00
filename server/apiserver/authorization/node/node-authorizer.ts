/** Node: a kubelet may do what its own node and pods need, and nothing to those of other nodes. */
import { goQuote } from '../../../apimachinery/errors/field-error.ts';
import { systemNodes, type UserInfo } from '../../../apimachinery/request/user-info.ts';
import type { ParsedObjectsOf } from '../../cacher/parsed-objects.ts';
import {
  allowed,
  type AuthorizationAttributes,
  type AuthorizationResult,
  type Authorizer,
  noOpinion,
  type RuleResolver,
  type UserRules,
} from '../authorizer.ts';
import { componentRoles } from '../rbac/bootstrap/component-roles.ts';
import { CompiledRules, rulesOf } from '../rbac/policy-rule.ts';
import { NodeRelations, type RelatedResource } from './node-relations.ts';

const userPrefix = 'system:node:';
const leaseNamespace = 'kube-node-lease';

/** Undefined: not a node. '': a node without a name. */
function nodeOf({ name, groups }: UserInfo): string | undefined {
  return name.startsWith(userPrefix) && groups.includes(systemNodes) ? name.slice(userPrefix.length) : undefined;
}

type Rule = (node: string, attributes: AuthorizationAttributes) => AuthorizationResult;

export class NodeAuthorizer implements Authorizer, RuleResolver {
  readonly #relations: NodeRelations;
  /** What all nodes may do alike. */
  readonly #rules = new CompiledRules(rulesOf({ metadata: {}, rules: [...(componentRoles['system:node'] ?? [])] }));

  constructor(objects: ParsedObjectsOf) {
    this.#relations = new NodeRelations(objects);
  }

  authorize(attributes: AuthorizationAttributes): AuthorizationResult {
    const { user, info } = attributes;
    const node = nodeOf(user);
    if (node === undefined) return noOpinion;
    if (node === '') return refused(`unknown node for user ${goQuote(user.name)}`);
    const key = `${info.group}/${info.resource}`;
    const rule = info.isResourceRequest && Object.hasOwn(this.#byResource, key) ? this.#byResource[key] : undefined;
    if (rule !== undefined) return rule(node, attributes);
    const resource = info.subresource === '' ? info.resource : `${info.resource}/${info.subresource}`;
    return this.#rules.allow(info, resource) ? allowed : noOpinion;
  }

  rulesFor(user: UserInfo): UserRules {
    const isNode = nodeOf(user) !== undefined;
    const errors = isNode ? ['node authorizer does not support user rule resolution'] : [];
    return { resourceRules: [], nonResourceRules: [], incomplete: isNode, errors };
  }

  readonly #byResource: Readonly<Record<string, Rule>> = {
    '/secrets': (node, attributes) => this.#read(node, attributes, 'secrets'),
    '/configmaps': (node, attributes) => this.#read(node, attributes, 'configmaps'),
    '/persistentvolumeclaims': (node, attributes) =>
      attributes.info.subresource === 'status'
        ? this.#updateStatus(node, attributes, 'persistentvolumeclaims')
        : this.#get(node, attributes, 'persistentvolumeclaims'),
    '/persistentvolumes': (node, attributes) => this.#get(node, attributes, 'persistentvolumes'),
    'resource.k8s.io/resourceclaims': (node, attributes) => this.#get(node, attributes, 'resourceclaims'),
    'storage.k8s.io/volumeattachments': (node, attributes) => this.#get(node, attributes, 'volumeattachments'),
    '/serviceaccounts': (node, attributes) => this.#serviceAccount(node, attributes),
    'coordination.k8s.io/leases': lease,
    'storage.k8s.io/csinodes': csiNode,
    'resource.k8s.io/resourceslices': (node, attributes) => this.#resourceSlice(node, attributes),
    '/nodes': ownNode,
    '/pods': (node, attributes) => this.#pod(node, attributes),
    // Of a feature that is off.
    'certificates.k8s.io/podcertificaterequests': () => noOpinion,
  };

  #related(node: string, { info }: AuthorizationAttributes, resource: RelatedResource): AuthorizationResult {
    if (info.name === '') return refused('No Object name found');
    return this.#isRelated(node, { info }, resource)
      ? allowed
      : refused(`no relationship found between node '${node}' and this object`);
  }

  #isRelated(node: string, { info }: Pick<AuthorizationAttributes, 'info'>, resource: RelatedResource): boolean {
    return this.#relations.isRelated(node, resource, info.namespace, info.name);
  }

  #read(node: string, attributes: AuthorizationAttributes, resource: RelatedResource): AuthorizationResult {
    const { verb, subresource, namespace } = attributes.info;
    if (!['get', 'list', 'watch'].includes(verb)) return refused('can only read resources of this type');
    if (subresource !== '') return refused('cannot read subresource');
    if (namespace === '') return refused('can only read namespaced object of this type');
    return this.#related(node, attributes, resource);
  }

  #get(node: string, attributes: AuthorizationAttributes, resource: RelatedResource): AuthorizationResult {
    const { verb, subresource } = attributes.info;
    if (verb !== 'get') return refused('can only get individual resources of this type');
    if (subresource !== '') return refused('cannot get subresource');
    return this.#related(node, attributes, resource);
  }

  #updateStatus(node: string, attributes: AuthorizationAttributes, resource: RelatedResource): AuthorizationResult {
    const { verb } = attributes.info;
    if (verb !== 'update' && verb !== 'patch') return refused('can only get/update/patch this type');
    return this.#related(node, attributes, resource);
  }

  #serviceAccount(node: string, attributes: AuthorizationAttributes): AuthorizationResult {
    const { verb, subresource, name } = attributes.info;
    if (verb === 'get' && subresource === '') return this.#read(node, attributes, 'serviceaccounts');
    if (verb !== 'create' || name === '') return refused('can only create tokens for individual service accounts');
    if (subresource !== 'token') return refused('can only create token subresource of serviceaccount');
    return this.#related(node, attributes, 'serviceaccounts');
  }

  #resourceSlice(node: string, attributes: AuthorizationAttributes): AuthorizationResult {
    const { verb, subresource } = attributes.info;
    if (subresource !== '') return refused('cannot authorize ResourceSlice subresources');
    // Whose slice it will be, NodeRestriction looks at.
    if (verb === 'create') return allowed;
    if (['get', 'update', 'patch', 'delete'].includes(verb)) return this.#related(node, attributes, 'resourceslices');
    if (['watch', 'list', 'deletecollection'].includes(verb)) {
      if (isNarrowed(attributes, 'spec.nodeName', node)) return allowed;
      return refused('can only list/watch/deletecollection resourceslices with nodeName field selector');
    }
    const verbs = 'get, watch, list, create, update, patch, delete, deletecollection';
    return refused(`only the following verbs are allowed for a ResourceSlice: ${verbs}`);
  }

  /** Which pods, NodeRestriction looks at where the object says it. */
  #pod(node: string, attributes: AuthorizationAttributes): AuthorizationResult {
    const { verb, subresource, name } = attributes.info;
    if (subresource === 'status') return verb === 'update' || verb === 'patch' ? allowed : noOpinion;
    if (subresource === 'eviction') return verb === 'create' ? allowed : noOpinion;
    if (subresource !== '') return noOpinion;
    if (verb === 'create' || verb === 'delete') return allowed;
    if (verb === 'get') return this.#get(node, attributes, 'pods');
    if (verb !== 'list' && verb !== 'watch') return noOpinion;
    if (isNarrowed(attributes, 'spec.nodeName', node)) return allowed;
    if (name !== '') return this.#related(node, attributes, 'pods');
    return refused('can only list/watch pods with spec.nodeName field selector');
  }
}

function refused(reason: string): AuthorizationResult {
  return { decision: 'no opinion', reason };
}

function isNarrowed({ fieldSelector = [] }: AuthorizationAttributes, field: string, value: string): boolean {
  return fieldSelector.some(
    (requirement) => requirement.field === field && requirement.operator === '=' && requirement.value === value,
  );
}

const ownVerbs = ['get', 'create', 'update', 'patch', 'delete'];

/** A name is not known before it is created: NodeRestriction looks at it then. */
const lease: Rule = (node, { info }) => {
  const { verb, namespace, name } = info;
  if (!ownVerbs.includes(verb)) return refused('can only get, create, update, patch, or delete a node lease');
  if (namespace !== leaseNamespace)
    return refused(`can only access leases in the "${leaseNamespace}" system namespace`);
  if (verb === 'create' || name === node) return allowed;
  return refused('can only access node lease with the same name as the requesting node');
};

const csiNode: Rule = (node, { info }) => {
  const { verb, subresource, name } = info;
  if (!ownVerbs.includes(verb)) return refused('can only get, create, update, patch, or delete a CSINode');
  if (subresource !== '') return refused('cannot authorize CSINode subresources');
  if (verb === 'create' || name === node) return allowed;
  return refused('can only access CSINode with the same name as the requesting node');
};

const ownNode: Rule = (node, { info }) => {
  const { verb, subresource, name } = info;
  if (subresource === 'status') return verb === 'update' || verb === 'patch' ? allowed : noOpinion;
  if (subresource !== '') return noOpinion;
  if (verb === 'create' || verb === 'update' || verb === 'patch') return allowed;
  if (!['get', 'list', 'watch'].includes(verb)) return noOpinion;
  if (name === node) return allowed;
  if (name === '') return refused(`node '${node}' cannot read all nodes, only its own Node object`);
  return refused(`node '${node}' cannot read '${name}', only its own Node object`);
};
