/** What is wrong with a KubeSchedulerConfiguration whose defaults have been applied, in upstream's words. */
import { duplicate, type FieldError, invalid, required } from '../../apimachinery/errors/field-error.ts';
import { joinErrors } from '../../apimachinery/errors/aggregate.ts';
import type { JsonObject, JsonValue } from '../../apimachinery/json.ts';
import { asNumber, asObject, asObjects, asText, isSet } from '../../apimachinery/json-access.ts';
import { parseGoDurationMilliseconds } from '../../apimachinery/duration/go-duration.ts';
import { isQualifiedName } from '../../apimachinery/validation/labels.ts';
import { configurationVersion } from './configuration-types.ts';
import { checkPluginArgs } from './validate-plugin-args.ts';

type Errors = FieldError[];

/** Gone since before v1. */
const retiredPlugins = new Set(['AzureDiskLimits', 'CinderLimits', 'EBSLimits', 'GCEPDLimits']);
const retired = `was invalid in version "v1" (KubeSchedulerConfiguration is version "${configurationVersion}")`;

/** @throws Error with everything that is wrong */
export function validateConfiguration(configuration: JsonObject): void {
  const errors: Errors = [];
  const { clientConnection, leaderElection, parallelism, profiles, extenders } = configuration;
  if (asNumber(asObject(clientConnection).burst) < 0) {
    errors.push(invalid('clientConnection.burst', asObject(clientConnection).burst, 'must be non-negative'));
  }
  checkLeaderElection(asObject(leaderElection), errors);
  if (asNumber(parallelism) <= 0) {
    errors.push(invalid('parallelism', parallelism, 'should be an integer value greater than zero'));
  }
  checkProfiles(asObjects(profiles), errors);
  checkPercentage(configuration.percentageOfNodesToScore, 'percentageOfNodesToScore', errors);
  const { podInitialBackoffSeconds: initial, podMaxBackoffSeconds: most } = configuration;
  if (asNumber(initial) <= 0) errors.push(invalid('podInitialBackoffSeconds', initial, 'must be greater than 0'));
  if (asNumber(most) < asNumber(initial)) {
    errors.push(invalid('podMaxBackoffSeconds', most, 'must be greater than or equal to PodInitialBackoffSeconds'));
  }
  checkExtenders(asObjects(extenders), errors);
  if (errors.length > 0) throw new Error(joinErrors(errors.map(({ field, message }) => `${field}: ${message}`)));
}

function checkLeaderElection(election: JsonObject, errors: Errors): void {
  if (election.leaderElect !== true) return;
  const duration = (name: string) => parseGoDurationMilliseconds(asText(election[name]));
  for (const name of ['leaseDuration', 'renewDeadline', 'retryPeriod']) {
    if (duration(name) <= 0)
      errors.push(invalid(`leaderElection.${name}`, election[name], 'must be greater than zero'));
  }
  if (duration('leaseDuration') <= duration('renewDeadline')) {
    errors.push(
      invalid('leaderElection.leaseDuration', election.renewDeadline, 'must be greater than `RenewDeadline`'),
    );
  }
  if (election.resourceLock !== 'leases') {
    errors.push(invalid('leaderElection.resourceLock', election.resourceLock, 'resourceLock value must be "leases"'));
  }
}

function checkPercentage(value: JsonValue | undefined, path: string, errors: Errors): void {
  if (isSet(value) && (asNumber(value) < 0 || asNumber(value) > 100))
    errors.push(invalid(path, value, 'not in valid range [0-100]'));
}

function checkProfiles(profiles: readonly JsonObject[], errors: Errors): void {
  const seen = new Map<string, number>();
  for (const [index, profile] of profiles.entries()) {
    const path = `profiles[${index}]`;
    const name = asText(profile.schedulerName);
    if (name === '') errors.push(required(`${path}.schedulerName`));
    checkPercentage(profile.percentageOfNodesToScore, `${path}.percentageOfNodesToScore`, errors);
    for (const [point, set] of Object.entries(asObject(profile.plugins))) {
      if (point === 'multiPoint') continue;
      for (const [at, plugin] of asObjects(asObject(set).enabled).entries()) {
        if (retiredPlugins.has(asText(plugin.name)))
          errors.push(invalid(`${path}.plugins.${point}.enabled[${at}]`, plugin.name, retired));
      }
    }
    checkPluginConfig(profile, path, errors);
    const before = seen.get(name);
    if (before !== undefined) errors.push(duplicate(`${path}.schedulerName`, `profiles[${before}].schedulerName`));
    seen.set(name, index);
  }
  checkQueueSort(profiles, errors);
}

function checkPluginConfig({ pluginConfig }: JsonObject, path: string, errors: Errors): void {
  const seen = new Set<string>();
  for (const [index, { name, args }] of asObjects(pluginConfig).entries()) {
    const at = `${path}.pluginConfig[${index}]`;
    const plugin = asText(name);
    if (seen.has(plugin)) errors.push(duplicate(at, plugin));
    seen.add(plugin);
    if (retiredPlugins.has(plugin)) errors.push(invalid(at, plugin, retired));
    else checkPluginArgs(plugin, asObject(args), `${at}.args`, errors);
  }
}

/** One queue has one order. */
function checkQueueSort(profiles: readonly JsonObject[], errors: Errors): void {
  const setOf = (profile: JsonObject | undefined) => asObject(asObject(asObject(profile).plugins).queueSort);
  const first = setOf(profiles[0]);
  const enabled = asObjects(first.enabled).length;
  if (enabled > 1) {
    errors.push(invalid('profiles[0].plugins.queueSort.Enabled', enabled, 'only one queue sort plugin can be enabled'));
  }
  for (const [index, profile] of profiles.entries()) {
    const own = setOf(profile);
    if (JSON.stringify(own) !== JSON.stringify(first))
      errors.push(invalid(`profiles[${index}].plugins.queueSort`, own, 'must be the same for all profiles'));
  }
}

function checkExtenders(extenders: readonly JsonObject[], errors: Errors): void {
  const managed = new Set<string>();
  for (const [index, extender] of extenders.entries()) {
    const path = `extenders[${index}]`;
    if (asText(extender.prioritizeVerb) !== '' && asNumber(extender.weight) <= 0) {
      errors.push(invalid(`${path}.weight`, asNumber(extender.weight), 'must have a positive weight applied to it'));
    }
    for (const [at, resource] of asObjects(extender.managedResources).entries()) {
      const where = `${path}.managedResources[${at}].name`;
      const name = asText(resource.name);
      checkExtendedResource(name, where, errors);
      if (managed.has(name)) errors.push(invalid(where, name, 'duplicate extender managed resource name'));
      managed.add(name);
    }
  }
  const binders = extenders.filter(({ bindVerb }) => asText(bindVerb) !== '').length;
  if (binders > 1) {
    errors.push(
      invalid('extenders', `found ${binders} extenders implementing bind`, 'only one extender can implement bind'),
    );
  }
}

function checkExtendedResource(name: string, path: string, errors: Errors): void {
  const complaints = isQualifiedName(name);
  for (const complaint of complaints) errors.push(invalid(path, name, complaint));
  if (complaints.length > 0) return;
  const isNative = !name.includes('/') || name.includes('kubernetes.io/');
  const isExtended = !isNative && !name.startsWith('requests.') && isQualifiedName(`requests.${name}`).length === 0;
  if (!isExtended) errors.push(invalid(path, name, 'is an invalid extended resource name'));
}
