/** Which node ports a write of a Service takes and lets go. */
import { invalid } from '../../../../../apimachinery/errors/field-error.ts';
import { failure, newInternalError, newInvalid } from '../../../../../apimachinery/errors/status-error.ts';
import { asNumber, asObject, asObjects, asText } from '../../../../../apimachinery/json-access.ts';
import type { JsonObject } from '../../../../../apimachinery/json.ts';
import type { KubeObject } from '../../../../../apimachinery/meta/object.ts';
import { AllocationError } from '../allocator/allocation-error.ts';
import type { PortAllocation } from '../allocator/port-allocator.ts';
import { allocatesNodePorts, needsHealthCheckNodePort, needsNodePort } from '../allocated-fields.ts';

/** Mutates the service. @throws StatusError */
export async function allocateNodePorts(service: KubeObject, ports: PortAllocation): Promise<void> {
  const spec = asObject(service.spec);
  if (needsNodePort(spec)) await initNodePorts(service, ports);
  if (needsHealthCheckNodePort(spec)) await allocateHealthCheckPort(spec, ports);
}

/** Of a change. Mutates the service. @throws StatusError */
export async function updateNodePorts(service: KubeObject, before: JsonObject, ports: PortAllocation): Promise<void> {
  const spec = asObject(service.spec);
  const old = nodePortsOf(before);
  if (needsNodePort(spec)) {
    await changeNodePorts(service, old, ports);
    const kept = new Set(nodePortsOf(spec));
    for (const port of old) if (!kept.has(port)) ports.releaseOnCommit(port);
  } else if (needsNodePort(before)) {
    for (const port of old) ports.releaseOnCommit(port);
  }
  const needed = needsHealthCheckNodePort(before);
  if (needsHealthCheckNodePort(spec)) {
    if (!needed) await allocateHealthCheckPort(spec, ports);
  } else if (needed) {
    ports.releaseOnCommit(asNumber(before.healthCheckNodePort));
  }
}

/** Of a service that is gone. */
export function heldNodePorts(spec: JsonObject): number[] {
  const healthCheck = needsHealthCheckNodePort(spec) ? asNumber(spec.healthCheckNodePort) : 0;
  return [...nodePortsOf(spec), ...(healthCheck === 0 ? [] : [healthCheck])];
}

/** A port that is served over TCP and UDP gets one node port for both. */
async function initNodePorts(service: KubeObject, ports: PortAllocation): Promise<void> {
  const spec = asObject(service.spec);
  const list = asObjects(spec.ports);
  const known = new Map<number, number>();
  for (const [index, port] of list.entries()) {
    const own = asNumber(port.nodePort);
    if (own === 0 && !allocatesNodePorts(spec)) continue;
    const number = asNumber(port.port);
    const shared = known.get(number);
    if (shared === undefined) {
      const wanted = asNumber(
        list.find((each) => asNumber(each.port) === number && asNumber(each.nodePort) !== 0)?.nodePort,
      );
      if (wanted !== 0) await take(service, ports, { index, port: wanted });
      const nodePort = wanted === 0 ? await takeNext(ports) : wanted;
      port.nodePort = nodePort;
      known.set(number, nodePort);
    } else if (own === 0) port.nodePort = shared;
    else if (own !== shared) await take(service, ports, { index, port: own });
  }
}

async function changeNodePorts(service: KubeObject, old: readonly number[], ports: PortAllocation): Promise<void> {
  const spec = asObject(service.spec);
  const taken = new Set(old);
  const seen = new Set<string>();
  for (const [index, port] of asObjects(spec.ports).entries()) {
    const wanted = asNumber(port.nodePort);
    if (wanted === 0 && !allocatesNodePorts(spec)) continue;
    if (wanted === 0) port.nodePort = await takeNext(ports);
    else if (!taken.has(wanted)) {
      await take(service, ports, { index, port: wanted });
      taken.add(wanted);
    }
    const key = `${asText(port.protocol)} ${asNumber(port.nodePort)}`;
    if (seen.has(key)) throw failure({ code: 500, reason: '', message: `duplicate nodePort: {${key}}` });
    seen.add(key);
  }
}

async function take(
  service: KubeObject,
  ports: PortAllocation,
  { index, port }: { index: number; port: number },
): Promise<void> {
  try {
    await ports.take(port);
  } catch (error) {
    if (!(error instanceof AllocationError)) throw error;
    const errors = [invalid(`spec.ports[${index}].nodePort`, port, error.message)];
    throw newInvalid({ group: '', kind: 'Service' }, service.metadata.name ?? '', errors);
  }
}

async function takeNext(ports: PortAllocation): Promise<number> {
  try {
    return await ports.takeNext();
  } catch (error) {
    throw asInternal(error, 'failed to allocate a nodePort: ');
  }
}

async function allocateHealthCheckPort(spec: JsonObject, ports: PortAllocation): Promise<void> {
  const wanted = asNumber(spec.healthCheckNodePort);
  try {
    if (wanted === 0) spec.healthCheckNodePort = await ports.takeNext();
    else await ports.take(wanted);
  } catch (error) {
    const what = wanted === 0 ? 'a HealthCheck NodePort 0' : `requested HealthCheck NodePort ${wanted}`;
    throw asInternal(error, `failed to allocate ${what}: `);
  }
}

function asInternal(error: unknown, prefix: string): unknown {
  if (!(error instanceof AllocationError)) return error;
  return newInternalError(new Error(prefix + error.message, { cause: error }));
}

function nodePortsOf(spec: JsonObject): number[] {
  return asObjects(spec.ports)
    .map(({ nodePort }) => asNumber(nodePort))
    .filter((port) => port !== 0);
}
