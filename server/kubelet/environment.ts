/** Environment variables of a container, with all references resolved, and the texts that name them. */
import type { Container } from '../client/api-types.ts';
import { fieldValue, type PodFacts, resourceValue } from './downward-api.ts';
import type { References } from './references.ts';

/** A container cannot be made as its spec is: waiting reason CreateContainerConfigError. */
export class ContainerConfigError extends Error {
  override name = 'ContainerConfigError';
}

export interface EnvironmentParts {
  readonly facts: PodFacts;
  readonly references: References;
  /** Known to what is expanded, and set where nothing else is said. */
  readonly services: ReadonlyMap<string, string>;
}

/** Later ones win. @throws ContainerConfigError */
export async function environmentOf(
  container: Container,
  { facts, references, services }: EnvironmentParts,
): Promise<Map<string, string>> {
  const namespace = facts.pod.metadata.namespace ?? '';
  const variables = new Map<string, string>();
  for (const { prefix = '', configMapRef, secretRef } of container.envFrom ?? []) {
    const [kind, ref] =
      configMapRef === undefined ? (['secret', secretRef] as const) : (['configmap', configMapRef] as const);
    const data = await references.data(kind, namespace, ref?.name ?? '');
    if (data === undefined && ref?.optional !== true) throw missing(kind, ref?.name ?? '');
    for (const [key, value] of data ?? []) variables.set(prefix + key, text(value));
  }
  for (const { name, value, valueFrom } of container.env ?? []) {
    if (valueFrom === undefined) {
      variables.set(name, expandVariables(value ?? '', variables, services));
      continue;
    }
    const { configMapKeyRef, secretKeyRef, fieldRef, resourceFieldRef } = valueFrom;
    if (fieldRef !== undefined) variables.set(name, fieldValue(fieldRef.fieldPath, facts) ?? '');
    else if (resourceFieldRef !== undefined)
      variables.set(name, resourceValue(resourceFieldRef, container.name, facts));
    else {
      const [kind, ref] =
        configMapKeyRef === undefined ? (['secret', secretKeyRef] as const) : (['configmap', configMapKeyRef] as const);
      if (ref === undefined) continue;
      const data = await references.data(kind, namespace, ref.name ?? '');
      const found = data?.get(ref.key);
      if (found !== undefined) variables.set(name, text(found));
      else if (ref.optional !== true) {
        if (data === undefined) throw missing(kind, ref.name ?? '');
        const where = `${kind === 'secret' ? 'Secret' : 'ConfigMap'} ${namespace}/${ref.name ?? ''}`;
        throw new ContainerConfigError(`couldn't find key ${ref.key} in ${where}`);
      }
    }
  }
  for (const [name, value] of services) if (!variables.has(name)) variables.set(name, value);
  return variables;
}

/** $(NAME); $$(NAME) stays, without its first mark; names that are not known stay as they are. */
export function expandVariables(
  value: string,
  ...sources: readonly Pick<ReadonlyMap<string, string>, 'has' | 'get'>[]
): string {
  if (!value.includes('$')) return value;
  return value.replaceAll(/\$\$|\$\(([^)]*)\)/g, (whole, name: string | undefined) =>
    name === undefined ? '$' : (sources.find((source) => source.has(name))?.get(name) ?? whole),
  );
}

function missing(kind: string, name: string): ContainerConfigError {
  return new ContainerConfigError(`${kind} ${JSON.stringify(name)} not found`);
}

function text(value: Uint8Array): string {
  return Buffer.from(value).toString('utf8');
}
