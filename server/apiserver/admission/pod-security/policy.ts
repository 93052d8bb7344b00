/** Which level of pod security, in which version, the labels of a namespace ask to enforce, to audit and to warn of. */
import { type FieldError, invalid } from '../../../apimachinery/errors/field-error.ts';

export type SecurityLevel = 'privileged' | 'baseline' | 'restricted';

export interface LevelVersion {
  readonly level: SecurityLevel;
  /** Minor version of 1.x; Infinity: the latest. */
  readonly minor: number;
}

export interface SecurityLevels {
  readonly enforce: LevelVersion;
  readonly audit: LevelVersion;
  readonly warn: LevelVersion;
}

export interface SecurityPolicy extends SecurityLevels {
  /** What is wrong with the labels. */
  readonly errors: readonly FieldError[];
}

type Mode = 'enforce' | 'audit' | 'warn';
type Labels = Readonly<Record<string, string>>;

export const labelPrefix = 'pod-security.kubernetes.io/';
const levels: readonly SecurityLevel[] = ['privileged', 'baseline', 'restricted'];
const versionPattern = /^v1\.([0-9]|[1-9][0-9]*)$/;
const open: LevelVersion = { level: 'privileged', minor: Number.POSITIVE_INFINITY };
export const openLevels: SecurityLevels = { enforce: open, audit: open, warn: open };

export function formatLevelVersion({ level, minor }: LevelVersion): string {
  return `${level}:${minor === Number.POSITIVE_INFINITY ? 'latest' : `v1.${minor}`}`;
}

/** Negative: `a` is laxer than `b`. */
export function compareLevels(a: SecurityLevel, b: SecurityLevel): number {
  return levels.indexOf(a) - levels.indexOf(b);
}

/** `defaults` hold where the labels say nothing. */
export function policyOf(labels: Labels | undefined, defaults: SecurityLevels): SecurityPolicy {
  if (labels === undefined) return { ...defaults, errors: [] };
  const errors: FieldError[] = [];
  // A level that cannot be read is enforced as the strictest, so that a typing error opens nothing.
  const enforce = read(labels, 'enforce', { defaults, unreadable: 'restricted', errors });
  const audit = read(labels, 'audit', { defaults, unreadable: 'privileged', errors });
  const warn = read(labels, 'warn', { defaults, unreadable: 'privileged', errors });
  return { enforce, audit, warn: warnsOfEnforced(labels, enforce, warn) ?? warn, errors };
}

/** Who enforces and does not say what to warn of is warned (of workloads) by what is enforced. */
function warnsOfEnforced(labels: Labels, enforce: LevelVersion, warn: LevelVersion): LevelVersion | undefined {
  const enforced = labelOf(labels, 'enforce');
  if (enforced === undefined || !isLevel(enforced) || labelOf(labels, 'warn') !== undefined) return undefined;
  if (compareLevels(enforce.level, warn.level) <= 0) return undefined;
  return { level: enforce.level, minor: labelOf(labels, 'warn-version') === undefined ? enforce.minor : warn.minor };
}

function read(
  labels: Labels,
  mode: Mode,
  on: { readonly defaults: SecurityLevels; readonly unreadable: SecurityLevel; readonly errors: FieldError[] },
): LevelVersion {
  const level = labelOf(labels, mode);
  const version = labelOf(labels, `${mode}-version`);
  if (level !== undefined && !isLevel(level)) {
    on.errors.push(invalid(pathOf(mode), level, `must be one of ${levels.join(', ')}`));
  }
  const byDefault = on.defaults[mode];
  const minor = version === undefined ? byDefault.minor : parseMinor(version);
  if (minor === undefined) {
    on.errors.push(invalid(pathOf(`${mode}-version`), version, 'must be "latest" or "v1.x"'));
  }
  return {
    level: level === undefined ? byDefault.level : isLevel(level) ? level : on.unreadable,
    minor: minor ?? Number.POSITIVE_INFINITY,
  };
}

function parseMinor(version: string): number | undefined {
  if (version === 'latest') return Number.POSITIVE_INFINITY;
  const minor = versionPattern.exec(version)?.[1];
  return minor === undefined ? undefined : Number(minor);
}

function isLevel(text: string): text is SecurityLevel {
  return levels.some((level) => level === text);
}

function labelOf(labels: Labels, name: string): string | undefined {
  const key = labelPrefix + name;
  return Object.hasOwn(labels, key) ? labels[key] : undefined;
}

function pathOf(name: string): string {
  return `metadata.labels[${labelPrefix}${name}]`;
}
