/** Warnings about ports of containers that double, overlap or cannot be told apart. */
import { goQuote } from '../../../apimachinery/errors/field-error.ts';
import { asNumber, asObjects, asText } from '../../../apimachinery/json-access.ts';
import type { JsonObject } from '../../../apimachinery/json.ts';

/** A container and its path. */
export type PlacedContainer = readonly [container: JsonObject, path: string];

export function portWarnings(containers: readonly PlacedContainer[]): string[] {
  const ports = containers.flatMap(([container, path]) =>
    asObjects(container.ports).map((port, index): PlacedContainer => [port, `${path}.ports[${index}]`]),
  );
  return [...conflictWarnings(ports), ...nameWarnings(ports)];
}

function conflictWarnings(ports: readonly PlacedContainer[]): string[] {
  const warnings: string[] = [];
  const earlier = new Map<string, PlacedContainer[]>();
  for (const placed of ports) {
    const [port, path] = placed;
    if (asText(port.hostIP) !== '' && asNumber(port.hostPort) === 0) {
      warnings.push(`${path}: hostIP set without hostPort: ${formatPort(port)}`);
    }
    const key = `${asNumber(port.containerPort)}/${asText(port.protocol)}`;
    const others = earlier.get(key) ?? [];
    for (const [other, otherPath] of others) {
      const conflict = conflictBetween(port, other);
      if (conflict !== undefined) warnings.push(`${path}: ${conflict} port definition with ${otherPath}`);
    }
    earlier.set(key, [...others, placed]);
  }
  return warnings;
}

function conflictBetween(port: JsonObject, other: JsonObject): string | undefined {
  const ip = asText(port.hostIP);
  const otherIp = asText(other.hostIP);
  const hostPort = asNumber(port.hostPort);
  const otherHostPort = asNumber(other.hostPort);
  if (ip === otherIp && hostPort === otherHostPort) return 'duplicate';
  if (hostPort === 0 || otherHostPort === 0) return 'overlapping';
  return hostPort === otherHostPort && (ip === '') !== (otherIp === '') ? 'dangerously ambiguous' : undefined;
}

/** As Go prints the struct. */
function formatPort(port: JsonObject): string {
  const numbers = `HostPort:${asNumber(port.hostPort)} ContainerPort:${asNumber(port.containerPort)}`;
  return `{Name:${asText(port.name)} ${numbers} Protocol:${asText(port.protocol)} HostIP:${asText(port.hostIP)}}`;
}

function nameWarnings(ports: readonly PlacedContainer[]): string[] {
  const warnings: string[] = [];
  const paths = new Map<string, string>();
  for (const [port, path] of ports) {
    const name = asText(port.name);
    if (name === '') continue;
    const other = paths.get(name);
    if (other === undefined) paths.set(name, path);
    else {
      const consequence = `services and probes that select ports by name will use ${other}`;
      warnings.push(`${path}: duplicate port name ${goQuote(name)} with ${other}, ${consequence}`);
    }
  }
  return warnings;
}
