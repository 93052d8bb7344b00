/** One call in flight answers everyone who was waiting when it was sent; who comes later waits for the next. */
export function coalesce<T>(call: () => Promise<T>): () => Promise<T> {
  let next: Promise<T> | undefined;
  let inFlight: Promise<unknown> = Promise.resolve();
  return () => {
    next ??= inFlight.then(() => {
      const answer = call();
      next = undefined;
      inFlight = answer.catch(() => {});
      return answer;
    });
    return next;
  };
}
