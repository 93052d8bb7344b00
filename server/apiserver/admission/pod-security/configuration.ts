/** PodSecurityConfiguration: levels of namespaces without labels, and who is exempt. */
import { joinErrors } from '../../../apimachinery/errors/aggregate.ts';
import { asObject, asText, asTexts, isSet } from '../../../apimachinery/json-access.ts';
import type { JsonObject } from '../../../apimachinery/json.ts';
import { labelPrefix, openLevels, policyOf, type SecurityLevels } from './policy.ts';

export interface PodSecurityConfiguration {
  readonly defaults: SecurityLevels;
  readonly exemptions: {
    readonly usernames: ReadonlySet<string>;
    readonly runtimeClasses: ReadonlySet<string>;
    readonly namespaces: ReadonlySet<string>;
  };
}

const group = 'pod-security.admission.config.k8s.io/';
const modes = ['enforce', 'audit', 'warn'] as const;

/** @throws Error that says what is wrong. */
export function readConfiguration(configuration: JsonObject | undefined): PodSecurityConfiguration {
  const { kind, apiVersion, defaults, exemptions } = configuration ?? {};
  if (configuration !== undefined && (kind !== 'PodSecurityConfiguration' || !asText(apiVersion).startsWith(group))) {
    throw new Error(`PodSecurity: expected a PodSecurityConfiguration of ${group}v1`);
  }
  const given = asObject(defaults);
  const exempt = asObject(exemptions);
  const listed = (field: 'usernames' | 'runtimeClasses' | 'namespaces') =>
    new Set(asTexts(exempt[field]).filter((name) => name !== ''));
  return {
    defaults: levelsOf(given),
    exemptions: {
      usernames: listed('usernames'),
      runtimeClasses: listed('runtimeClasses'),
      namespaces: listed('namespaces'),
    },
  };
}

/** They are read as labels are; all are stated, so that none follows from another. */
function levelsOf(given: JsonObject): SecurityLevels {
  const labels = modes.flatMap((mode): [string, string][] => [
    [labelPrefix + mode, isSet(given[mode]) ? asText(given[mode]) : 'privileged'],
    [`${labelPrefix}${mode}-version`, isSet(given[`${mode}-version`]) ? asText(given[`${mode}-version`]) : 'latest'],
  ]);
  const { errors, ...levels } = policyOf(Object.fromEntries(labels), openLevels);
  if (errors.length === 0) return levels;
  const details = errors.map(({ field, message }) => {
    const name = field.slice(field.lastIndexOf('/') + 1).replace(']', '');
    return `defaults.${name}: ${message}`;
  });
  throw new Error(`PodSecurity: ${joinErrors(details)}`);
}
