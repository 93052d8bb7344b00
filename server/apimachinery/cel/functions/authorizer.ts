/** What admission policies ask of authorization: `authorizer.group('apps').resource('deployments').check('create').allowed()`. */
import { BOOL, type CelType, type ObjectType, opaque, STRING } from '../cel-type.ts';
import { type FunctionDeclaration, member } from '../function-table.ts';
import { CelMap, CelOpaque, type CelValue } from '../values.ts';

const PATH_CHECK = opaque('kubernetes.authorization.PathCheck');
const GROUP_CHECK = opaque('kubernetes.authorization.GroupCheck');
const RESOURCE_CHECK = opaque('kubernetes.authorization.ResourceCheck');
const DECISION = opaque('kubernetes.authorization.Decision');

/** `requestResource`: the check of the resource that the request is for. */
export const AUTHORIZER: ObjectType = {
  kind: 'object',
  name: 'kubernetes.authorization.Authorizer',
  field: (name) => (name === 'requestResource' ? { name, type: RESOURCE_CHECK } : undefined),
};

/** What an expression has put together. */
export interface AuthorizationQuestion {
  /** Unset: the sender of the request. */
  readonly serviceAccount?: { readonly namespace: string; readonly name: string };
  readonly verb: string;
  readonly path?: string;
  readonly group: string;
  readonly resource: string;
  readonly subresource: string;
  readonly namespace: string;
  readonly name: string;
  readonly fieldSelector: string;
  readonly labelSelector: string;
}

export interface AuthorizationAnswer {
  readonly allowed: boolean;
  readonly reason: string;
  readonly error: string | undefined;
}

/** Answers at once; what has to be waited for it says by throwing something that is no CelError. */
export type AskAuthorizer = (question: AuthorizationQuestion) => AuthorizationAnswer;

const nothing: AuthorizationQuestion = {
  verb: '',
  group: '',
  resource: '',
  subresource: '',
  namespace: '',
  name: '',
  fieldSelector: '',
  labelSelector: '',
};

type Resource = Pick<AuthorizationQuestion, 'group' | 'resource' | 'subresource' | 'namespace' | 'name'>;

class AuthorizerValue extends CelMap {
  override readonly typeName = AUTHORIZER.name;
  readonly ask: AskAuthorizer;
  readonly question: AuthorizationQuestion;
  readonly #requested: Resource | undefined;

  constructor(ask: AskAuthorizer, question: AuthorizationQuestion, requested: Resource | undefined) {
    super();
    this.ask = ask;
    this.question = question;
    this.#requested = requested;
  }

  find(key: CelValue): CelValue | undefined {
    if (key !== 'requestResource' || this.#requested === undefined) return undefined;
    return new CheckValue(RESOURCE_CHECK.name, this.ask, { ...this.question, ...this.#requested });
  }

  keys(): readonly CelValue[] {
    return [];
  }

  get size(): number {
    return 0;
  }
}

/** A question that is not asked yet. */
class CheckValue extends CelOpaque {
  override readonly typeName: string;
  readonly ask: AskAuthorizer;
  readonly question: AuthorizationQuestion;

  constructor(typeName: string, ask: AskAuthorizer, question: AuthorizationQuestion) {
    super();
    this.typeName = typeName;
    this.ask = ask;
    this.question = question;
  }

  equals(other: CelOpaque): boolean {
    return other === this;
  }
}

class DecisionValue extends CelOpaque {
  override readonly typeName = DECISION.name;
  readonly answer: AuthorizationAnswer;

  constructor(answer: AuthorizationAnswer) {
    super();
    this.answer = answer;
  }

  equals(other: CelOpaque): boolean {
    return other === this;
  }
}

/** The value of `authorizer`. @param requested what the request is for */
export function newAuthorizerValue(ask: AskAuthorizer, requested: Resource): CelMap {
  return new AuthorizerValue(ask, nothing, requested);
}

/** Leaves room for two in one expression. */
const CHECK_COST = 349_999;

/** What a step adds to the question that its target has. */
type Step = (...args: string[]) => Partial<AuthorizationQuestion>;

function step(name: string, args: readonly CelType[], result: CelType & { readonly name: string }, add: Step) {
  return member(name, args, result, (target, ...given) => {
    const { ask, question } = target as AuthorizerValue | CheckValue;
    const next = { ...question, ...add(...(given as string[])) };
    return result === AUTHORIZER ? new AuthorizerValue(ask, next, undefined) : new CheckValue(result.name, ask, next);
  });
}

function check(target: CelType): FunctionDeclaration {
  const run = (value: CelValue, verb: CelValue): CelValue => {
    const { ask, question } = value as CheckValue;
    return new DecisionValue(ask({ ...question, verb: verb as string }));
  };
  return member('check', [target, STRING], DECISION, run, () => CHECK_COST);
}

function ofDecision(name: string, result: CelType, read: (answer: AuthorizationAnswer) => CelValue) {
  return member(name, [DECISION], result, (decision) => read((decision as DecisionValue).answer));
}

export const authorizerFunctions: readonly FunctionDeclaration[] = [
  step('path', [AUTHORIZER, STRING], PATH_CHECK, (path = '') => ({ path })),
  step('group', [AUTHORIZER, STRING], GROUP_CHECK, (group = '') => ({ group })),
  step('serviceAccount', [AUTHORIZER, STRING, STRING], AUTHORIZER, (namespace = '', name = '') => ({
    serviceAccount: { namespace, name },
  })),
  step('resource', [GROUP_CHECK, STRING], RESOURCE_CHECK, (resource = '') => ({ resource })),
  ...(['subresource', 'namespace', 'name', 'fieldSelector', 'labelSelector'] as const).map((name) =>
    step(name, [RESOURCE_CHECK, STRING], RESOURCE_CHECK, (value = '') => ({ [name]: value })),
  ),
  check(PATH_CHECK),
  check(RESOURCE_CHECK),
  ofDecision('errored', BOOL, ({ error }) => error !== undefined),
  ofDecision('error', STRING, ({ error = '' }) => error),
  ofDecision('allowed', BOOL, ({ allowed }) => allowed),
  ofDecision('reason', STRING, ({ reason }) => reason),
];
