/** Bearer tokens: a seam of its own below the requests', since TokenReview asks it about tokens that came in a body. */
import { joinErrors } from '../../apimachinery/errors/aggregate.ts';
import type { UserInfo } from '../../apimachinery/request/user-info.ts';
import { type Authenticator, type CredentialRemarks, InvalidCredential } from './authenticator.ts';

export interface AuthenticatedToken {
  readonly user: UserInfo;
  /** Those of the asked audiences that the token is for. */
  readonly audiences: readonly string[];
}

export interface TokenAuthenticator {
  /** Undefined: a token of another kind, or for none of these audiences. @throws InvalidCredential for one of its kind that is wrong */
  authenticateToken(
    token: string,
    audiences: readonly string[],
    remarks: CredentialRemarks,
  ): AuthenticatedToken | undefined | Promise<AuthenticatedToken | undefined>;
}

/** The first that knows the token decides; what others found wrong with it counts only if none does. @throws InvalidCredential */
export function unionTokenAuthenticator(authenticators: readonly TokenAuthenticator[]): TokenAuthenticator {
  return {
    authenticateToken: (token, audiences, remarks) =>
      ask(authenticators, { token, audiences, remarks, at: 0, problems: [] }),
  };
}

interface Question {
  readonly token: string;
  readonly audiences: readonly string[];
  readonly remarks: CredentialRemarks;
  readonly at: number;
  readonly problems: readonly string[];
}

type Answer = AuthenticatedToken | undefined;

/** Stays synchronous for as long as the authenticators do. */
function ask(authenticators: readonly TokenAuthenticator[], question: Question): Answer | Promise<Answer> {
  const authenticator = authenticators[question.at];
  if (authenticator === undefined) {
    if (question.problems.length === 0) return undefined;
    throw new InvalidCredential(joinErrors(question.problems));
  }
  const goOn = (problem?: string): Answer | Promise<Answer> => {
    const problems = problem === undefined ? question.problems : [...question.problems, problem];
    return ask(authenticators, { ...question, at: question.at + 1, problems });
  };
  const refused = (error: unknown): Answer | Promise<Answer> => {
    if (!(error instanceof InvalidCredential)) throw error;
    return goOn(error.message);
  };
  let answer: Answer | Promise<Answer>;
  try {
    answer = authenticator.authenticateToken(question.token, question.audiences, question.remarks);
  } catch (error) {
    return refused(error);
  }
  if (answer instanceof Promise) return answer.then((known) => known ?? goOn(), refused);
  return answer ?? goOn();
}

export interface BearerTokenOptions {
  readonly tokens: TokenAuthenticator;
  /** --api-audiences: who this server is. */
  readonly audiences: readonly string[];
}

/** The Authorization header. */
export function bearerTokenAuthenticator({ tokens, audiences }: BearerTokenOptions): Authenticator {
  return {
    authenticate(request, remarks) {
      const token = bearerToken(request.headers.authorization);
      if (token === undefined) return undefined;
      const answer = tokens.authenticateToken(token, audiences, remarks);
      return answer instanceof Promise ? answer.then(userOf) : userOf(answer);
    },
  };
}

function userOf(known: AuthenticatedToken | undefined): UserInfo {
  if (known === undefined) throw new InvalidCredential('invalid bearer token');
  return known.user;
}

/** Undefined: another scheme, or nothing after it. */
function bearerToken(header: string | undefined): string | undefined {
  if (header === undefined) return undefined;
  const [scheme = '', token = ''] = header.trim().split(' ', 3);
  return token === '' || (scheme !== 'Bearer' && scheme.toLowerCase() !== 'bearer') ? undefined : token;
}
