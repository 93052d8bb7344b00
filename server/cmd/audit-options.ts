/** Options of the audit trail, under the names that upstream gives its flags. */

/** Of the log, of the webhook: how events reach it. */
export type AuditSinkOptions<Sink extends 'Log' | 'Webhook'> = {
  /** batch, blocking or blocking-strict. */
  readonly [Name in `audit${Sink}${'Mode' | 'Version'}`]?: string;
} & {
  /** Events, batches a second, seconds, bytes. */
  readonly [Name in `audit${Sink}${
    | 'BatchBufferSize'
    | 'BatchMaxSize'
    | 'BatchMaxWait'
    | 'BatchThrottleQps'
    | 'BatchThrottleBurst'
    | 'TruncateMaxBatchSize'
    | 'TruncateMaxEventSize'}`]?: number;
} & {
  readonly [Name in `audit${Sink}${'BatchThrottleEnable' | 'TruncateEnabled'}`]?: boolean;
};

export interface AuditOptions extends AuditSinkOptions<'Log'>, AuditSinkOptions<'Webhook'> {
  /** What of which requests is kept; unset: nothing is. */
  readonly auditPolicyFile?: string;
  /** "-": standard output. */
  readonly auditLogPath?: string;
  /** Days; 0: for ever. */
  readonly auditLogMaxage?: number;
  /** Old files; 0: all. */
  readonly auditLogMaxbackup?: number;
  /** Megabytes; 0: the file is never begun anew. */
  readonly auditLogMaxsize?: number;
  /** json or legacy. */
  readonly auditLogFormat?: string;
  readonly auditLogCompress?: boolean;
  readonly auditWebhookConfigFile?: string;
  /** Seconds. */
  readonly auditWebhookInitialBackoff?: number;
}
