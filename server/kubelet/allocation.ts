/** The resources that a pod has been given: those it was admitted with, or a later change of its spec for which there is room. */
import { jsonEquals } from '../apimachinery/json-equals.ts';
import type { Container, Pod, PodStatus } from '../client/api-types.ts';
import type { PodEvent } from './pod-events.ts';
import { type Allocatable, shortageMessage, shortageOf } from './resource-fit.ts';

export interface AllocationParts {
  readonly neighbours: (pod: Pod) => Iterable<Pod>;
  readonly allocatable: Allocatable;
}

export class Allocation {
  /** As the API has it, but with the resources that it was given: by an earlier run of this kubelet, if its status says so. */
  pod: Pod;
  /** Why it has not got yet what its spec says. */
  deferral: string | undefined;
  /** Of the spec that was put off last. */
  #putOff: number | undefined;

  constructor(pod: Pod) {
    this.pod = withResourcesOf(pod, alreadyGiven(pod));
  }

  /** The API has changed it, or there may be room by now. Returns what is to be said about it. */
  take(pod: Pod, { neighbours, allocatable }: AllocationParts): PodEvent | undefined {
    const given = withResourcesOf(pod, this.pod);
    const shortage = given === pod ? undefined : shortageOf(pod, neighbours(pod), allocatable);
    this.pod = shortage === undefined ? pod : given;
    this.deferral = shortage === undefined ? undefined : shortageMessage(shortage);
    if (shortage === undefined)
      return given === pod
        ? undefined
        : { type: 'Normal', reason: 'ResizeStarted', message: `Pod resize started: ${resizeSummary(pod)}` };
    const { generation } = pod.metadata;
    if (this.#putOff === generation) return undefined;
    this.#putOff = generation;
    const message = `Pod resize OutOf${shortage.resource}: ${resizeSummary(pod, this.deferral)}`;
    return { type: 'Warning', reason: 'ResizeDeferred', message };
  }
}

export function resizeCompleted(pod: Pod): PodEvent {
  return { type: 'Normal', reason: 'ResizeCompleted', message: `Pod resize completed: ${resizeSummary(pod)}` };
}

function resizeSummary({ metadata, spec }: Pod, error?: string): string {
  const of = (containers: readonly Container[] | undefined) =>
    containers?.length ? containers.map(({ name, resources }) => ({ name, resources: resources ?? {} })) : undefined;
  return JSON.stringify({
    initContainers: of(spec?.initContainers),
    containers: of(spec?.containers),
    generation: metadata.generation,
    error,
  });
}

/** With the resources that its containers have, of those that were started. */
function alreadyGiven(pod: Pod): Pod {
  const { spec, status } = pod;
  if (spec === undefined) return pod;
  const given = (containers: readonly Container[] = [], statuses: PodStatus['containerStatuses'] = []) =>
    containers.flatMap((container) => {
      const resources = statuses.find(({ name }) => name === container.name)?.resources;
      return resources === undefined ? [] : [{ ...container, resources }];
    });
  return {
    ...pod,
    spec: {
      ...spec,
      containers: given(spec.containers, status?.containerStatuses),
      initContainers: given(spec.initContainers, status?.initContainerStatuses),
    },
  };
}

/** The same pod where nothing of it differs. */
function withResourcesOf(pod: Pod, before: Pod): Pod {
  const { spec } = pod;
  if (spec === undefined || spec === before.spec) return pod;
  let differs = false;
  const given = (containers: Container[] | undefined, were: readonly Container[] | undefined) =>
    containers?.map((container) => {
      const was = were?.find(({ name }) => name === container.name);
      if (was === undefined || same(was.resources, container.resources)) return container;
      differs = true;
      const { resources: _, ...rest } = container;
      return was.resources === undefined ? rest : { ...rest, resources: was.resources };
    });
  const containers = given(spec.containers, before.spec?.containers) ?? [];
  const initContainers = given(spec.initContainers, before.spec?.initContainers);
  return differs ? { ...pod, spec: { ...spec, containers, ...(initContainers && { initContainers }) } } : pod;
}

function same(a: Container['resources'], b: Container['resources']): boolean {
  return jsonEquals(a ?? {}, b ?? {});
}
