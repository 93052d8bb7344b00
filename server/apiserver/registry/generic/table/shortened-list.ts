/** Lists that a cell shows the first few items of. */

/** "a,b,c + 2 more..."; `total` counts what the list would hold in full. */
export function shortenedList(shown: readonly string[], total: number, separator = ','): string {
  const head = shown.join(separator);
  return total > shown.length ? `${head} + ${total - shown.length} more...` : head;
}

/** The first `limit` items and how many there are beyond. */
export function firstOf(items: readonly string[], limit: number, separator = ','): string {
  return shortenedList(items.slice(0, limit), items.length, separator);
}
