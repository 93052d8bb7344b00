/** A mutation has failed; the policy's failure policy decides what that means. */
export class MutationProblem extends Error {
  override name = 'MutationProblem';
}
