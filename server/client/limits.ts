/** Limits of a client, each with its unit. */

/** Bytes that the server may send on one stream before they are read. */
export const STREAM_WINDOW_BYTES = 4 * 1024 * 1024;
/** Bytes that the server may send on the connection before they are read. */
export const CONNECTION_WINDOW_BYTES = 32 * 1024 * 1024;
/** Milliseconds between pings; a connection on which one is not answered until the next is given up. */
export const PING_EVERY_MS = 30_000;
/** Times that a request is made anew because the server said when to ask again; then its refusal stands. */
export const MAX_RETRIES_LATER = 10;
/** Times that a key may fail for what its lister did not know yet, before somebody is told. */
export const RETRIES_UNTIL_UP_TO_DATE = 8;
/** Times in a row that a reflector finds its resource gone before somebody is told: who follows it may not know that yet. */
export const WATCHES_OF_NOTHING = 6;
/** Seconds for which a token of a service account is asked for, and the part of its life after which the next one is. */
export const TOKEN_LIFETIME_S = 3600;
export const TOKEN_RENEWED_AFTER = 0.8;
/** Milliseconds after which a token file is read again. */
export const TOKEN_FILE_REREAD_MS = 60_000;
/** Milliseconds before a reflector tries again: the first time, and at most. */
export const REFLECTOR_BACKOFF_MS = 800;
export const REFLECTOR_MAX_BACKOFF_MS = 30_000;
/** Objects a page where a reflector has to list. */
export const LIST_PAGE_SIZE = 500;
/** Milliseconds that an event's series stays open, and after which its count is written again. */
export const EVENT_SERIES_MS = 6 * 60_000;
/** Milliseconds between two updates of a running series. */
export const EVENT_SERIES_HEARTBEAT_MS = 30 * 60_000;
/** Events a client remembers in order to join what repeats. */
export const EVENTS_REMEMBERED = 4096;
/** Events that wait to be written; beyond it new ones are dropped. */
export const EVENTS_PENDING = 1000;
/** Events of one source about one object at once, and milliseconds for each after that. */
export const EVENT_BURST = 25;
export const EVENT_REFILL_MS = 300_000;
/** Alike events of one source that are written one by one within the interval; more are joined. */
export const ALIKE_EVENTS = 10;
export const ALIKE_EVENTS_MS = 600_000;
/** Milliseconds for which a permission counts, and a refusal. */
export const ALLOWED_MS = 300_000;
export const REFUSED_MS = 30_000;
/** Answers about users that are remembered; of more, the oldest are asked for again. */
export const REMEMBERED_ANSWERS = 1024;
