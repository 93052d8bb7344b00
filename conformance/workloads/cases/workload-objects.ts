/** The objects that scenarios begin with, short enough to be read where they are used. */
import type { JsonObject } from '../../differential/case.ts';
import { at } from '../look-up.ts';

/** Its pods are bound by nobody, so that scenarios play their nodes. */
export const played = { schedulerName: 'nobody', terminationGracePeriodSeconds: 0 };

export function template(spec: JsonObject = played, metadata: JsonObject = {}): JsonObject {
  return {
    metadata: { labels: { app: 'a' }, ...metadata },
    spec: { ...spec, containers: [{ name: 'main', image: 'registry.example.com/app:1' }] },
  };
}

/**
 * Its pods stay after their deletion, until somebody takes their finalizer off. Those of no node would be taken for never assigned; those of a
 * node that nobody knows are let be for some time.
 */
export function heldTemplate(): JsonObject {
  return template({ ...played, nodeName: 'node-of-{run}' }, { finalizers: ['example.com/held'] });
}

export function deployment(spec: JsonObject = {}, metadata: JsonObject = {}): JsonObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', ...metadata },
    spec: { replicas: 2, selector: { matchLabels: { app: 'a' } }, template: template(), ...spec },
  };
}

export function replicaSet(spec: JsonObject = {}, metadata: JsonObject = {}): JsonObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: { name: 'set', ...metadata },
    spec: { replicas: 3, selector: { matchLabels: { app: 'a' } }, template: template(), ...spec },
  };
}

export function replicationController(spec: JsonObject = {}): JsonObject {
  return {
    apiVersion: 'v1',
    kind: 'ReplicationController',
    metadata: { name: 'old' },
    spec: { replicas: 2, selector: { app: 'a' }, template: template(), ...spec },
  };
}

export function statefulSet(spec: JsonObject = {}): JsonObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name: 'db' },
    spec: { replicas: 2, serviceName: 'db', selector: { matchLabels: { app: 'a' } }, template: template(), ...spec },
  };
}

export function daemonSet(spec: JsonObject = {}): JsonObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { name: 'agent' },
    spec: { selector: { matchLabels: { app: 'a' } }, template: template(), ...spec },
  };
}

export function job(spec: JsonObject = {}, podSpec: JsonObject = {}): JsonObject {
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: 'sum' },
    spec: { template: { spec: { ...(template().spec as JsonObject), restartPolicy: 'Never', ...podSpec } }, ...spec },
  };
}

/** Pending pods would stay so for ever: nobody schedules them. */
export function cronJob(spec: JsonObject = {}, jobSpec: JsonObject = {}): JsonObject {
  return {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: { name: 'tick' },
    spec: { schedule: '0 0 1 1 *', jobTemplate: { spec: { ...(job().spec as JsonObject), ...jobSpec } }, ...spec },
  };
}

export function barePod(name: string, more: JsonObject = {}): JsonObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, labels: { app: 'a' }, ...more },
    spec: template().spec,
  };
}

export function podQuota(pods: string): JsonObject {
  return { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'few' }, spec: { hard: { pods } } };
}

/** A template that differs from the first by its image. */
export function imagePatch(tag: number | string): JsonObject {
  const containers = [{ name: 'main', image: `registry.example.com/app:${tag}` }];
  return { spec: { template: { spec: { containers } } } };
}

export const isPending = (pod: JsonObject): boolean => at(pod, 'status.phase') === 'Pending';
export const isRunning = (pod: JsonObject): boolean => at(pod, 'status.phase') === 'Running';
export const hasImage =
  (tag: number | string) =>
  (pod: JsonObject): boolean =>
    at(pod, 'spec.containers.0.image') === `registry.example.com/app:${tag}`;
export const isNamed =
  (name: string) =>
  (pod: JsonObject): boolean =>
    at(pod, 'metadata.name') === name;
