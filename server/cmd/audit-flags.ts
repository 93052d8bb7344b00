/** Flags of the audit trail. Source of names and defaults: kube-apiserver 1.36's flags. */
import type { FlagDefinition } from './flag-definition.ts';
import { count, decimal, seconds, trueOrFalse } from './flag-values.ts';

interface SinkDefaults {
  readonly mode: string;
  readonly batchSize: number;
  readonly batchWait: string;
  readonly throttles: boolean;
  readonly qps: number;
  readonly burst: number;
}

export const auditFlags: readonly FlagDefinition[] = [
  {
    option: 'auditPolicyFile',
    flag: '--audit-policy-file <file>',
    help: 'an audit.k8s.io/v1 Policy: what of which requests is kept (default: nothing)',
  },
  {
    option: 'auditLogPath',
    flag: '--audit-log-path <file>',
    help: 'where the audit trail is written; -: standard output',
  },
  {
    option: 'auditLogFormat',
    flag: '--audit-log-format <format>',
    help: 'of its lines: json or legacy',
    default: 'json',
  },
  {
    option: 'auditLogMaxage',
    flag: '--audit-log-maxage <days>',
    help: 'how long old files are kept; 0: for ever',
    parse: count,
    default: 366,
  },
  {
    option: 'auditLogMaxbackup',
    flag: '--audit-log-maxbackup <n>',
    help: 'how many old files are kept; 0: all',
    parse: count,
    default: 100,
  },
  {
    option: 'auditLogMaxsize',
    flag: '--audit-log-maxsize <megabytes>',
    help: 'when the file is begun anew; 0: never',
    parse: count,
    default: 100,
  },
  {
    option: 'auditLogCompress',
    flag: '--audit-log-compress <bool>',
    help: 'old files are compressed',
    parse: trueOrFalse,
    default: 'false',
  },
  ...sinkFlags('log', { mode: 'blocking', batchSize: 1, batchWait: '0s', throttles: false, qps: 0, burst: 0 }),
  {
    option: 'auditWebhookConfigFile',
    flag: '--audit-webhook-config-file <file>',
    help: 'kubeconfig of a server that gets the audit trail too',
  },
  {
    option: 'auditWebhookInitialBackoff',
    flag: '--audit-webhook-initial-backoff <duration>',
    help: 'before the second of five attempts',
    parse: seconds,
    default: '10s',
  },
  ...sinkFlags('webhook', {
    mode: 'batch',
    batchSize: 400,
    batchWait: '30s',
    throttles: true,
    qps: 10,
    burst: 15,
  }),
];

function sinkFlags(sink: 'log' | 'webhook', defaults: SinkDefaults): FlagDefinition[] {
  const option = `audit${sink === 'log' ? 'Log' : 'Webhook'}` as const;
  const flag = `--audit-${sink}`;
  return [
    {
      option: `${option}Mode`,
      flag: `${flag}-mode <mode>`,
      help: 'batch: events leave together, later; blocking: requests wait for them; blocking-strict: and fail with them',
      default: defaults.mode,
    },
    {
      option: `${option}Version`,
      flag: `${flag}-version <version>`,
      help: 'of the events',
      default: 'audit.k8s.io/v1',
    },
    {
      option: `${option}BatchBufferSize`,
      flag: `${flag}-batch-buffer-size <n>`,
      help: 'events that wait; further ones are lost, and counted',
      parse: count,
      default: 10_000,
    },
    {
      option: `${option}BatchMaxSize`,
      flag: `${flag}-batch-max-size <n>`,
      help: 'events that leave together',
      parse: count,
      default: defaults.batchSize,
    },
    {
      option: `${option}BatchMaxWait`,
      flag: `${flag}-batch-max-wait <duration>`,
      help: 'after which fewer leave',
      parse: seconds,
      default: defaults.batchWait,
    },
    {
      option: `${option}BatchThrottleEnable`,
      flag: `${flag}-batch-throttle-enable <bool>`,
      help: 'batches leave at most so often',
      parse: trueOrFalse,
      default: String(defaults.throttles),
    },
    {
      option: `${option}BatchThrottleQps`,
      flag: `${flag}-batch-throttle-qps <n>`,
      help: 'batches a second',
      parse: decimal,
      default: defaults.qps,
    },
    {
      option: `${option}BatchThrottleBurst`,
      flag: `${flag}-batch-throttle-burst <n>`,
      help: 'batches at once, after a while without',
      parse: count,
      default: defaults.burst,
    },
    {
      option: `${option}TruncateEnabled`,
      flag: `${flag}-truncate-enabled <bool>`,
      help: 'events that are too large lose their objects',
      parse: trueOrFalse,
      default: 'false',
    },
    {
      option: `${option}TruncateMaxBatchSize`,
      flag: `${flag}-truncate-max-batch-size <bytes>`,
      help: 'a larger batch is parted',
      parse: count,
      default: 10 * 1024 * 1024,
    },
    {
      option: `${option}TruncateMaxEventSize`,
      flag: `${flag}-truncate-max-event-size <bytes>`,
      help: 'a larger event loses its objects',
      parse: count,
      default: 100 * 1024,
    },
  ];
}
