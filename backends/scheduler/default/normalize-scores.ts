/** Brings the scores of all nodes into 0 to 100, the best at 100. */
export const MAX_NODE_SCORE = 100;

/** `isReversed`: the least is the best. In place. */
export function normalizeScores(
  scores: number[],
  { isReversed = false }: { readonly isReversed?: boolean } = {},
): void {
  let most = 0;
  for (const score of scores) if (score > most) most = score;
  for (let at = 0; at < scores.length; at++) {
    const share = most === 0 ? 0 : Math.trunc((MAX_NODE_SCORE * (scores[at] ?? 0)) / most);
    scores[at] = isReversed ? MAX_NODE_SCORE - share : share;
  }
}
