/** Values of a pod's own fields, as environment variables and volumes take them. */
import { isDeepStrictEqual } from 'node:util';
import { parseQuantity } from '../apimachinery/quantity/quantity.ts';
import { quantityToNumber } from '../apimachinery/quantity/arithmetic.ts';
import type { Pod } from '../client/api-types.ts';

export interface PodFacts {
  readonly pod: Pod;
  readonly podIps: readonly string[];
  readonly hostIp: string;
  /** Of the node, where a container has no limit. */
  readonly allocatable: Readonly<Record<string, string>>;
}

export function factsOf(
  pod: Pod,
  {
    node,
    sandbox,
    environment,
  }: {
    readonly node: { readonly name: string; readonly ip: string };
    readonly sandbox: { readonly ips: readonly string[] };
    readonly environment: { readonly allocatable: (node: string) => PodFacts['allocatable'] };
  },
): PodFacts {
  const podIps = pod.spec?.hostNetwork === true ? [node.ip] : sandbox.ips;
  return { pod, podIps, hostIp: node.ip, allocatable: environment.allocatable(node.name) };
}

/** Whether containers that run could be told something else by now. */
export function tellsOtherFacts({ metadata: before }: Pod, { metadata: after }: Pod): boolean {
  const facts = ({ labels, annotations }: Pod['metadata']) => [labels ?? {}, annotations ?? {}];
  return !isDeepStrictEqual(facts(before), facts(after));
}

/** Undefined: there is no such field. */
export function fieldValue(path: string, { pod, podIps, hostIp }: PodFacts): string | undefined {
  const { metadata, spec } = pod;
  const keyed = /^metadata\.(labels|annotations)\['(.*)'\]$/.exec(path);
  if (keyed !== null) return metadata[keyed[1] as 'labels' | 'annotations']?.[keyed[2] ?? ''] ?? '';
  switch (path) {
    case 'metadata.name':
      return metadata.name ?? '';
    case 'metadata.namespace':
      return metadata.namespace ?? '';
    case 'metadata.uid':
      return metadata.uid ?? '';
    case 'metadata.labels':
      return keyedLines(metadata.labels);
    case 'metadata.annotations':
      return keyedLines(metadata.annotations);
    case 'spec.nodeName':
      return spec?.nodeName ?? '';
    case 'spec.serviceAccountName':
      return spec?.serviceAccountName ?? '';
    case 'status.hostIP':
    case 'status.hostIPs':
      return hostIp;
    case 'status.podIP':
      return podIps[0] ?? '';
    case 'status.podIPs':
      return podIps.join(',');
    default:
      return undefined;
  }
}

function keyedLines(map: Readonly<Record<string, string>> = {}): string {
  return Object.entries(map)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
    .join('\n');
}

interface ResourceRef {
  readonly resource: string;
  readonly containerName?: string;
  readonly divisor?: string;
}

/** Whole units of the divisor, rounded up. */
export function resourceValue(
  { resource, containerName, divisor = '1' }: ResourceRef,
  container: string,
  { pod, allocatable }: PodFacts,
): string {
  const name = containerName ?? container;
  const all = [...(pod.spec?.initContainers ?? []), ...(pod.spec?.containers ?? [])];
  const resources = all.find((candidate) => candidate.name === name)?.resources;
  const [kind = '', ...rest] = resource.split('.');
  const key = rest.join('.');
  const amount = kind === 'limits' ? (resources?.limits?.[key] ?? allocatable[key]) : resources?.requests?.[key];
  const unit = quantityToNumber(parseQuantity(divisor)) || 1;
  return String(Math.ceil(quantityToNumber(parseQuantity(amount ?? '0')) / unit));
}
