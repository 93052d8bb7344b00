/** What a container is told of services by environment variables: those of its namespace that have an address, and the API's own. */
import type { Service } from '../client/api-types.ts';

export interface VisibleServices {
  /** Empty where the pod wants no links to services. */
  readonly ofNamespace: readonly Service[];
  /** The API's own. */
  readonly api: Service | undefined;
}

export function serviceVariables({ ofNamespace, api }: VisibleServices): Map<string, string> {
  const told = new Map<string, Service>();
  for (const service of [...(api === undefined ? [] : [api]), ...ofNamespace]) {
    const { clusterIP = '' } = service.spec ?? {};
    if (clusterIP !== '' && clusterIP !== 'None') told.set(service.metadata.name ?? '', service);
  }
  const variables = new Map<string, string>();
  for (const [name, service] of told) addService(variables, name, service);
  return variables;
}

function addService(variables: Map<string, string>, name: string, { spec }: Service): void {
  const prefix = variableName(name);
  const { clusterIP: address = '', ports = [] } = spec ?? {};
  const [first] = ports;
  variables.set(`${prefix}_SERVICE_HOST`, address);
  if (first === undefined) return;
  variables.set(`${prefix}_SERVICE_PORT`, String(first.port));
  for (const { name: portName = '', port } of ports) {
    if (portName !== '') variables.set(`${prefix}_SERVICE_PORT_${variableName(portName)}`, String(port));
  }
  // As linked containers were once told.
  for (const each of ports) {
    const { port, protocol = 'TCP' } = each;
    const [scheme, host] = [protocol.toLowerCase(), address.includes(':') ? `[${address}]` : address];
    const url = `${scheme}://${host}:${port}`;
    if (each === first) variables.set(`${prefix}_PORT`, url);
    const portPrefix = `${prefix}_PORT_${port}_${protocol.toUpperCase()}`;
    variables.set(portPrefix, url);
    variables.set(`${portPrefix}_PROTO`, scheme);
    variables.set(`${portPrefix}_PORT`, String(port));
    variables.set(`${portPrefix}_ADDR`, address);
  }
}

function variableName(name: string): string {
  return name.replaceAll('-', '_').toUpperCase();
}
