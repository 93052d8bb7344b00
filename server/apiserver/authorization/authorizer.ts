/** The authorization seam: may this user do this? Each authorizer allows, denies or has no opinion; the union asks them in order. */
import type { FieldRequirement } from '../../apimachinery/fields/selector.ts';
import type { LabelRequirement } from '../../apimachinery/labels/requirement.ts';
import type { RequestInfo } from '../../apimachinery/request/request-info.ts';
import type { UserInfo } from '../../apimachinery/request/user-info.ts';

/** Of a request, or of a question about one. */
export type RequestedAction = Pick<
  RequestInfo,
  'isResourceRequest' | 'path' | 'verb' | 'group' | 'version' | 'namespace' | 'resource' | 'subresource' | 'name'
>;

/** Of what asks about one thing by its parts: the others are left empty. */
export const unasked: RequestedAction = {
  isResourceRequest: false,
  path: '',
  verb: '',
  group: '',
  version: '',
  namespace: '',
  resource: '',
  subresource: '',
  name: '',
};

export interface AuthorizationAttributes {
  readonly user: UserInfo;
  readonly info: RequestedAction;
  /** What a list, watch or deletecollection is narrowed to; unset: to nothing that could be read. */
  readonly fieldSelector?: readonly FieldRequirement[] | undefined;
  readonly labelSelector?: readonly LabelRequirement[] | undefined;
}

export type Decision = 'allow' | 'deny' | 'no opinion';

export interface AuthorizationResult {
  readonly decision: Decision;
  /** For people: in refusals, reviews and the audit trail. */
  readonly reason: string;
  /** What kept the authorizer from knowing all it wanted. */
  readonly error?: string | undefined;
}

export interface Authorizer {
  authorize(attributes: AuthorizationAttributes): AuthorizationResult | Promise<AuthorizationResult>;
}

export interface ResourceRule {
  readonly verbs: readonly string[];
  readonly apiGroups?: readonly string[] | undefined;
  readonly resources?: readonly string[] | undefined;
  readonly resourceNames?: readonly string[] | undefined;
}

export interface NonResourceRule {
  readonly verbs: readonly string[];
  readonly nonResourceURLs?: readonly string[] | undefined;
}

export interface UserRules {
  readonly resourceRules: readonly ResourceRule[];
  readonly nonResourceRules: readonly NonResourceRule[];
  /** There may be more that cannot be listed. */
  readonly incomplete: boolean;
  readonly errors: readonly string[];
}

/** An authorizer that can say what a user may do in a namespace, without a question about one thing. */
export interface RuleResolver {
  rulesFor(user: UserInfo, namespace: string): UserRules;
}

export const allowed: AuthorizationResult = { decision: 'allow', reason: '' };
export const noOpinion: AuthorizationResult = { decision: 'no opinion', reason: '' };
