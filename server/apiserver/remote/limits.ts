/** Bounds of what is asked of other servers. */

/** Milliseconds that another server has for its answer; none is an error then. */
export const REMOTE_TIMEOUT_MS = 10_000;
/** Bytes of an answer; a longer one is an error. */
export const REMOTE_ANSWER_BYTES = 1024 * 1024;
/** Times that a review is sent while the other server says that it cannot answer now. */
export const REVIEW_ATTEMPTS = 5;
/** Milliseconds before the second of them; each further wait is half as long again. */
export const REVIEW_BACKOFF_MS = 500;
/** Answers that a webhook's reviews are remembered by; of more, the oldest are asked for again. */
export const REMEMBERED_REVIEWS = 8192;
/** Characters of a request's attributes; the answer to one with more is not remembered. */
export const REMEMBERED_ATTRIBUTE_CHARACTERS = 10_000;
/** Bytes of what a webhook answers; a longer answer is an error. */
export const WEBHOOK_ANSWER_BYTES = 32 * 1024 * 1024;
/** Milliseconds for which a connection to a webhook is kept without a request. */
export const WEBHOOK_IDLE_MS = 90_000;
/** Times that one answer of a webhook may lead to the next. */
export const WEBHOOK_REDIRECTS = 10;
/** Times that a webhook is asked again after the pause that it asks for (Retry-After). */
export const WEBHOOK_RETRIES = 10;
/** Bytes of a document of an extension server; a longer one is not taken over. */
export const EXTENSION_ANSWER_BYTES = 32 * 1024 * 1024;
/** Milliseconds for which a connection to an extension server is kept without a request. */
export const EXTENSION_IDLE_MS = 90_000;
