/**
 * Who may act as whom. Constrained modes (KEP-5284) come first: each asks whether this request may be made in the mode, then
 * whether each part of the wanted user may be taken on; the old verb `impersonate` alone is the last of them.
 */
import { failure, StatusError } from '../../apimachinery/errors/status-error.ts';
import { serviceAccountGroups, splitServiceAccountUserName } from '../../apimachinery/request/service-account.ts';
import {
  systemAnonymous,
  systemAuthenticated,
  systemMasters,
  systemNodes,
  systemUnauthenticated,
  type UserInfo,
} from '../../apimachinery/request/user-info.ts';
import { isDns1123Subdomain } from '../../apimachinery/validation/names.ts';
import { type AuthorizationAttributes, type Authorizer, type RequestedAction, unasked } from './authorizer.ts';
import { extraProblem } from './impersonated-extra.ts';
import { forbiddenError } from './forbidden.ts';

interface Mode {
  /** Part of the verbs; undefined: the old way. */
  readonly name: string | undefined;
  readonly applies: (wanted: UserInfo, requestor: UserInfo) => boolean;
  /** Asked for any node: the requestor is known to belong to the one. */
  readonly anyNode?: true;
}

const modes: readonly Mode[] = [
  {
    name: 'associated-node',
    applies: (wanted, requestor) => isOnlyName(wanted) && isOnNode(requestor, nodeOf(wanted.name)),
    anyNode: true,
  },
  { name: 'arbitrary-node', applies: (wanted) => isOnlyName(wanted) && nodeOf(wanted.name) !== undefined },
  {
    name: 'serviceaccount',
    applies: (wanted) => isOnlyName(wanted) && splitServiceAccountUserName(wanted.name) !== undefined,
  },
  {
    name: 'user-info',
    applies: ({ name }) => nodeOf(name) === undefined && splitServiceAccountUserName(name) === undefined,
  },
  { name: undefined, applies: () => true },
];

export interface ImpersonatedUser {
  readonly user: UserInfo;
  /** The verb of the constrained mode that allowed it; "": it was the old way. */
  readonly constraint: string;
}

/** The user to go on as. `attributes` are those of the request, with its real user. @throws StatusError 403: the first mode's refusal */
export async function impersonate(
  authorizer: Authorizer,
  attributes: AuthorizationAttributes,
  wanted: UserInfo,
): Promise<ImpersonatedUser> {
  let refusal: StatusError | undefined;
  for (const mode of modes) {
    if (!mode.applies(wanted, attributes.user)) continue;
    try {
      const user = await new Attempt(authorizer, attributes.user, mode).check(attributes, wanted);
      return { user, constraint: mode.name === undefined ? '' : `impersonate:${mode.name}` };
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
      refusal ??= error;
    }
  }
  throw refusal ?? failure({ code: 500, reason: '', message: 'all impersonation modes failed' });
}

/** So many questions at once are asked with a wildcard first. */
const manyQuestions = 4;
const authenticationGroup = 'authentication.k8s.io';

class Attempt {
  readonly #authorizer: Authorizer;
  readonly #requestor: UserInfo;
  readonly #mode: Mode;

  constructor(authorizer: Authorizer, requestor: UserInfo, mode: Mode) {
    this.#authorizer = authorizer;
    this.#requestor = requestor;
    this.#mode = mode;
  }

  async check(attributes: AuthorizationAttributes, wanted: UserInfo): Promise<UserInfo> {
    const { name } = this.#mode;
    if (name !== undefined) {
      const { info } = attributes;
      await this.#require({ ...attributes, info: { ...info, verb: `impersonate-on:${name}:${info.verb}` } });
    }
    const groups = await this.#checkName(wanted);
    if (wanted.uid !== '') await this.#ask({ group: authenticationGroup, resource: 'uids', name: wanted.uid });
    await this.#checkGroups(wanted.groups);
    await this.#checkExtra(wanted.extra);
    return { ...wanted, groups: completed(wanted.name, groups) };
  }

  get #isConstrained(): boolean {
    return this.#mode.name !== undefined;
  }

  get #groupOfUsers(): string {
    return this.#isConstrained ? authenticationGroup : '';
  }

  /** The groups that come with the name, if the request names none. */
  async #checkName({ name, groups }: UserInfo): Promise<readonly string[]> {
    const account = splitServiceAccountUserName(name);
    const node = this.#isConstrained ? nodeOf(name) : undefined;
    const group = this.#groupOfUsers;
    if (account !== undefined) {
      await this.#ask({ group, resource: 'serviceaccounts', ...account });
      return groups.length === 0 ? serviceAccountGroups(account.namespace) : groups;
    }
    if (node !== undefined) {
      await this.#ask({ group, resource: 'nodes', name: this.#mode.anyNode === true ? '*' : node });
      return [systemNodes];
    }
    await this.#ask({ group, resource: 'users', name });
    return groups;
  }

  async #checkGroups(groups: readonly string[]): Promise<void> {
    const asked = { group: this.#groupOfUsers, resource: 'groups' };
    if (this.#isConstrained) {
      if (groups.includes('')) this.#refuse(asked, 'impersonating the empty string group is not allowed');
      if (groups.includes(systemMasters)) {
        this.#refuse({ ...asked, name: systemMasters }, 'impersonating the system:masters group is not allowed');
      }
      if (groups.length >= manyQuestions && (await this.#isAllowed({ ...asked, name: '*' }))) return;
    }
    for (const name of groups) await this.#ask({ ...asked, name });
  }

  async #checkExtra(extra: UserInfo['extra']): Promise<void> {
    const asked = { group: authenticationGroup, resource: 'userextras' };
    const pairs = Object.entries(extra).flatMap(([key, values]) => values.map((value) => [key, value] as const));
    if (this.#isConstrained) {
      const problem = extraProblem(extra);
      if (problem !== undefined) this.#refuse(asked, problem);
      if (pairs.length >= manyQuestions && (await this.#isAllowed({ ...asked, subresource: '*', name: '*' }))) return;
    }
    for (const [subresource, name] of pairs) await this.#ask({ ...asked, subresource, name });
  }

  #attributes(asked: Partial<RequestedAction>): AuthorizationAttributes {
    const verb = this.#mode.name === undefined ? 'impersonate' : `impersonate:${this.#mode.name}`;
    const version = 'v1';
    return { user: this.#requestor, info: { ...unasked, isResourceRequest: true, version, verb, ...asked } };
  }

  async #isAllowed(asked: Partial<RequestedAction>): Promise<boolean> {
    const { decision } = await this.#authorizer.authorize(this.#attributes(asked));
    return decision === 'allow';
  }

  async #ask(asked: Partial<RequestedAction>): Promise<void> {
    await this.#require(this.#attributes(asked));
  }

  async #require(attributes: AuthorizationAttributes): Promise<void> {
    const { decision, reason, error } = await this.#authorizer.authorize(attributes);
    if (decision === 'allow') return;
    const parts = error === undefined ? [reason] : reason === '' ? [error] : [error, reason];
    throw forbiddenError(attributes, parts.join(': '));
  }

  #refuse(asked: Partial<RequestedAction>, why: string): never {
    throw forbiddenError(this.#attributes(asked), why);
  }
}

/** Everyone is in one of the two groups that are given by the server. */
function completed(name: string, groups: readonly string[]): readonly string[] {
  const given = name === systemAnonymous ? systemUnauthenticated : systemAuthenticated;
  const isComplete = groups.includes(given) || groups.includes(systemUnauthenticated);
  return isComplete ? groups : [...groups, given];
}

function isOnlyName({ uid, groups, extra }: UserInfo): boolean {
  return uid === '' && groups.length === 0 && Object.keys(extra).length === 0;
}

const nodePrefix = 'system:node:';

function nodeOf(userName: string): string | undefined {
  if (!userName.startsWith(nodePrefix)) return undefined;
  const node = userName.slice(nodePrefix.length);
  return isDns1123Subdomain(node).length === 0 ? node : undefined;
}

/** A service account in a pod on that node, as its token says. */
function isOnNode({ name, extra }: UserInfo, node: string | undefined): boolean {
  if (node === undefined || splitServiceAccountUserName(name) === undefined) return false;
  const nodes = Object.hasOwn(extra, nodeNameKey) ? extra[nodeNameKey] : undefined;
  return nodes?.length === 1 && nodes[0] === node;
}

const nodeNameKey = 'authentication.kubernetes.io/node-name';
