/** Composes the audit trail from the options of a server: its policy, and the backends that the events go to. */
import { systemClock } from '../apimachinery/clock/clock.ts';
import { systemRandom } from '../apimachinery/clock/random.ts';
import { asList, asText } from '../apimachinery/json-access.ts';
import { joinErrors } from '../apimachinery/errors/aggregate.ts';
import { type AuditBackend, ignoringErrors, type OnAuditLoss, unionBackend } from '../apiserver/audit/audit-backend.ts';
import { AuditMetrics } from '../apiserver/audit/audit-metrics.ts';
import type { AuditTrail } from '../apiserver/audit/audit-trail.ts';
import { BufferedBackend } from '../apiserver/audit/buffered-backend.ts';
import { type AuditLogFormat, LogBackend } from '../apiserver/audit/log-backend.ts';
import { type AuditPolicy, compilePolicy } from '../apiserver/audit/policy.ts';
import { RotatingFile } from '../apiserver/audit/rotating-file.ts';
import { truncatingBackend } from '../apiserver/audit/truncating-backend.ts';
import { validatePolicy } from '../apiserver/audit/validate-policy.ts';
import { WebhookBackend } from '../apiserver/audit/webhook-backend.ts';
import { exchangeBytes } from '../apiserver/remote/https-json.ts';
import type { AuditOptions } from './audit-options.ts';
import type { PorticoOptions } from './options.ts';
import { readRemote } from './webhook-file.ts';
import { readYamlFile } from './yaml-file.ts';

export interface Audit {
  readonly trail: AuditTrail;
  /** Keeps what waits, closes files. */
  stop(): Promise<void>;
}

type Log = NonNullable<PorticoOptions['log']>;

const apiVersion = 'audit.k8s.io/v1';
const modes = ['batch', 'blocking', 'blocking-strict'];
const formats = ['legacy', 'json'];
const megabyte = 1024 * 1024;

/** Undefined: nothing is kept. @throws Error that names the flag and says what is wrong */
export async function composeAudit(options: AuditOptions, log: Log): Promise<Audit | undefined> {
  const { auditPolicyFile, auditLogPath, auditWebhookConfigFile } = options;
  if (auditLogPath !== undefined) checkSink('Log', options);
  if (auditWebhookConfigFile !== undefined) checkSink('Webhook', options);
  const policy = auditPolicyFile === undefined ? undefined : await loadPolicy(auditPolicyFile);
  if (policy === undefined || (auditLogPath === undefined && auditWebhookConfigFile === undefined)) return undefined;
  const metrics = new AuditMetrics();
  const onLoss = lossReport(metrics, log);
  const closing: Array<() => Promise<void>> = [];
  const backends: AuditBackend[] = [];
  if (auditLogPath !== undefined) {
    const file = openLog(auditLogPath, options, log);
    closing.push(() => file.close());
    const strict = options.auditLogMode === 'blocking-strict';
    const format = (options.auditLogFormat ?? 'json') as AuditLogFormat;
    const write = (lines: Buffer) => file.write(lines);
    const backend = new LogBackend({ write, format, strict, clock: systemClock, onLoss });
    backends.push(wrap('Log', backend, { options, onLoss }));
  }
  if (auditWebhookConfigFile !== undefined) {
    const { url, authorization, tls } = await readRemote('audit-webhook-config-file', auditWebhookConfigFile);
    const headers = (): Record<string, string> => {
      const login = authorization();
      return login === undefined ? {} : { authorization: login };
    };
    const webhook = new WebhookBackend({
      send: async (body) =>
        void (await exchangeBytes(url, { clock: systemClock, tls, headers: headers(), body: Buffer.from(body) })),
      initialBackoff: (options.auditWebhookInitialBackoff ?? 10) * 1000,
      clock: systemClock,
      random: systemRandom,
      onLoss,
    });
    backends.push(wrap('Webhook', webhook, { options, onLoss }));
  }
  const backend = unionBackend(backends);
  return {
    trail: { policy, backend, metrics, clock: systemClock },
    async stop() {
      await backend.flush();
      await Promise.all(closing.map((close) => close()));
    },
  };
}

async function loadPolicy(file: string): Promise<AuditPolicy> {
  const where = `loading audit policy file: --audit-policy-file ${file}`;
  const policy = await readYamlFile('audit-policy-file', file);
  if (policy.apiVersion !== apiVersion || policy.kind !== 'Policy') {
    throw new Error(
      `${where}: expected kind Policy of ${apiVersion}, got ${asText(policy.apiVersion)} ${asText(policy.kind)}`,
    );
  }
  const errors = validatePolicy(policy);
  if (errors.length > 0) {
    throw new Error(`${where}: ${joinErrors(errors.map(({ field, message }) => `${field}: ${message}`))}`);
  }
  if (asList(policy.rules).length === 0) throw new Error(`${where}: loaded illegal policy with 0 rules`);
  return compilePolicy(policy);
}

/** @throws Error in upstream's words */
function checkSink(sink: 'Log' | 'Webhook', options: AuditOptions): void {
  const name = sink.toLowerCase();
  const mode = options[`audit${sink}Mode`];
  if (mode !== undefined && !modes.includes(mode)) {
    throw new Error(`invalid audit ${name} mode ${mode}, allowed modes are ${JSON.stringify(modes.join(','))}`);
  }
  const version = options[`audit${sink}Version`] ?? apiVersion;
  if (version !== apiVersion) throw new Error(`invalid group version, allowed versions are ["${apiVersion}"]`);
  const batches = (mode ?? (sink === 'Log' ? 'blocking' : 'batch')) === 'batch';
  const positive = (what: string, value: number | undefined) => {
    if (value !== undefined && value <= 0) throw new Error(`invalid audit ${what} ${value}, must be a positive number`);
  };
  if (batches) {
    positive(`batch ${name} buffer size`, options[`audit${sink}BatchBufferSize`]);
    positive(`batch ${name} max batch size`, options[`audit${sink}BatchMaxSize`]);
    if (options[`audit${sink}BatchThrottleEnable`] === true) {
      positive(`batch ${name} throttle QPS`, options[`audit${sink}BatchThrottleQps`]);
      positive(`batch ${name} throttle burst`, options[`audit${sink}BatchThrottleBurst`]);
    }
  }
  const { maxEventSize, maxBatchSize } = truncation(sink, options);
  positive(`truncate ${name} max event size`, maxEventSize);
  if (maxBatchSize < maxEventSize) {
    const size = `invalid audit truncate ${name} max batch size ${maxBatchSize}`;
    throw new Error(`${size}, must be greater than max event size (${maxEventSize})`);
  }
  const format = options.auditLogFormat ?? 'json';
  if (sink === 'Log' && !formats.includes(format)) {
    throw new Error(`invalid audit log format ${format}, allowed formats are ${JSON.stringify(formats.join(','))}`);
  }
}

function truncation(sink: 'Log' | 'Webhook', options: AuditOptions) {
  return {
    maxEventSize: options[`audit${sink}TruncateMaxEventSize`] ?? 100 * 1024,
    maxBatchSize: options[`audit${sink}TruncateMaxBatchSize`] ?? 10 * megabyte,
  };
}

function openLog(path: string, options: AuditOptions, log: Log): Pick<RotatingFile, 'write' | 'close'> {
  if (path === '-')
    return { write: (lines) => void process.stdout.write(Buffer.from(lines)), close: () => Promise.resolve() };
  return new RotatingFile({
    path,
    maxSize: (options.auditLogMaxsize ?? 100) * megabyte,
    maxAge: options.auditLogMaxage ?? 366,
    maxBackups: options.auditLogMaxbackup ?? 100,
    compress: options.auditLogCompress ?? false,
    clock: systemClock,
    onTrouble: (error) => log({ level: 'warn', message: `old audit logs of ${path}: ${String(error)}`, error }),
  });
}

interface Wrapping {
  readonly options: AuditOptions;
  readonly onLoss: OnAuditLoss;
}

function wrap(sink: 'Log' | 'Webhook', backend: AuditBackend, { options, onLoss }: Wrapping): AuditBackend {
  const reached = reach(sink, backend, { options, onLoss });
  if (options[`audit${sink}TruncateEnabled`] !== true) return reached;
  return truncatingBackend(reached, truncation(sink, options), onLoss);
}

function reach(sink: 'Log' | 'Webhook', backend: AuditBackend, { options, onLoss }: Wrapping): AuditBackend {
  const isLog = sink === 'Log';
  const mode = options[`audit${sink}Mode`] ?? (isLog ? 'blocking' : 'batch');
  if (mode === 'blocking-strict') return backend;
  if (mode === 'blocking') return ignoringErrors(backend);
  const throttles = options[`audit${sink}BatchThrottleEnable`] ?? !isLog;
  return new BufferedBackend({
    backend,
    clock: systemClock,
    onLoss,
    config: {
      bufferSize: options[`audit${sink}BatchBufferSize`] ?? 10_000,
      maxBatchSize: options[`audit${sink}BatchMaxSize`] ?? (isLog ? 1 : 400),
      maxBatchWait: (options[`audit${sink}BatchMaxWait`] ?? (isLog ? 0 : 30)) * 1000,
      throttle: throttles
        ? {
            qps: options[`audit${sink}BatchThrottleQps`] ?? 10,
            burst: options[`audit${sink}BatchThrottleBurst`] ?? 15,
          }
        : undefined,
    },
  });
}

/** Milliseconds between two reports of the same trouble. */
const reportInterval = 1000;

/** A sink that is down would otherwise fill the log with as many lines as there are requests. */
function lossReport(metrics: AuditMetrics, log: Log): OnAuditLoss {
  const reported = new Map<string, number>();
  return (plugin, error, events) => {
    metrics.countErrors(plugin, events);
    const now = systemClock.monotonic();
    if (now - (reported.get(plugin) ?? Number.NEGATIVE_INFINITY) < reportInterval) return;
    reported.set(plugin, now);
    const why = error instanceof Error ? error.message : String(error);
    log({
      level: 'error',
      message: `Error in audit plugin '${plugin}' affecting ${events} audit events: ${why}`,
      error,
    });
  };
}
