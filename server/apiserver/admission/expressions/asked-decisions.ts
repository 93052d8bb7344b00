/** Answers expressions about permissions: each question is asked once for a request, and what takes time is waited for in between. */
import type { AskAuthorizer, AuthorizationQuestion } from '../../../apimachinery/cel/functions/authorizer.ts';
import { type FieldRequirement, parseFieldSelector } from '../../../apimachinery/fields/selector.ts';
import type { LabelRequirement } from '../../../apimachinery/labels/requirement.ts';
import { parseLabelSelector } from '../../../apimachinery/labels/selector.ts';
import { serviceAccountGroups, serviceAccountUserName } from '../../../apimachinery/request/service-account.ts';
import type { UserInfo } from '../../../apimachinery/request/user-info.ts';
import type { AuthorizationAttributes, AuthorizationResult, Authorizer } from '../../authorization/authorizer.ts';

/** An answer that is on its way; no CelError, so that no expression makes up for it. */
class PendingDecision extends Error {
  override name = 'PendingDecision';
  readonly arrived: Promise<unknown>;
  constructor(arrived: Promise<unknown>) {
    super('an authorizer has not answered yet');
    this.arrived = arrived;
  }
}

export class AskedDecisions {
  readonly #authorizer: Authorizer;
  readonly #user: UserInfo;
  readonly #known = new Map<string, AuthorizationResult>();

  constructor(authorizer: Authorizer, user: UserInfo) {
    this.#authorizer = authorizer;
    this.#user = user;
  }

  readonly ask: AskAuthorizer = (question) => {
    const key = JSON.stringify(question);
    const known = this.#known.get(key);
    if (known !== undefined) return answerOf(known);
    const result = this.#authorizer.authorize(attributesOf(question, this.#user));
    if (!(result instanceof Promise)) {
      this.#known.set(key, result);
      return answerOf(result);
    }
    throw new PendingDecision(
      result.then(
        (settled) => this.#known.set(key, settled),
        (error: unknown) => this.#known.set(key, { decision: 'no opinion', reason: '', error: String(error) }),
      ),
    );
  };

  /** Evaluates anew after each answer that came late: an evaluation has no effects, and its answers are known then. */
  async settle<T>(evaluate: () => T): Promise<T> {
    for (;;) {
      try {
        return evaluate();
      } catch (error) {
        if (!(error instanceof PendingDecision)) throw error;
        await error.arrived;
      }
    }
  }
}

function answerOf({ decision, reason, error }: AuthorizationResult) {
  return { allowed: decision === 'allow', reason, error };
}

function attributesOf(question: AuthorizationQuestion, sender: UserInfo): AuthorizationAttributes {
  const { serviceAccount, path, verb, group, resource, subresource, namespace, name } = question;
  const user: UserInfo =
    serviceAccount === undefined
      ? sender
      : {
          name: serviceAccountUserName(serviceAccount.namespace, serviceAccount.name),
          uid: '',
          groups: serviceAccountGroups(serviceAccount.namespace),
          extra: {},
        };
  if (path !== undefined) {
    const none = { group: '', version: '', namespace: '', resource: '', subresource: '', name: '' };
    return { user, info: { isResourceRequest: false, path, verb, ...none } };
  }
  const info = { isResourceRequest: true, path: '', verb, group, version: '*', namespace, resource, subresource, name };
  return {
    user,
    info,
    fieldSelector: requirementsOf(question.fieldSelector, parseFieldSelector) as
      | readonly FieldRequirement[]
      | undefined,
    labelSelector: requirementsOf(question.labelSelector, parseLabelSelector) as
      | readonly LabelRequirement[]
      | undefined,
  };
}

/** A selector that cannot be read narrows nothing. */
function requirementsOf(
  text: string,
  parse: (text: string) => { readonly requirements: readonly (FieldRequirement | LabelRequirement)[] },
): readonly (FieldRequirement | LabelRequirement)[] | undefined {
  if (text === '') return undefined;
  try {
    return parse(text).requirements;
  } catch {
    return undefined;
  }
}
