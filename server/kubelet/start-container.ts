/** Brings one container up: its image, its configuration, the container itself, each with the events that upstream's kubelet sends. */
import { ImagePullError, RuntimeError } from '../../backends/runtime/errors.ts';
import type { ContainerConfig, ContainerStatus, Image, PodSandbox } from '../../backends/runtime/interface.ts';
import { formatGoDuration } from '../apimachinery/duration/go-duration.ts';
import type { Container, Pod } from '../client/api-types.ts';
import type { ContainerRecord } from './container-record.ts';
import { containerResources, oomScore } from './container-resources.ts';
import type { PodFacts } from './downward-api.ts';
import { ContainerConfigError, environmentOf, expandVariables } from './environment.ts';
import { isImageName, pullPolicy } from './image-names.ts';
import type { KubeletEnvironment } from './kubelet-environment.ts';
import { type PodEvent, recordPodEvent } from './pod-events.ts';
import { mountsOf } from './volumes.ts';

type SecurityContext = NonNullable<Container['securityContext']>;

export interface StartParts {
  readonly pod: Pod;
  readonly record: ContainerRecord;
  readonly sandbox: PodSandbox;
  readonly environment: KubeletEnvironment;
  /** All of the pod. */
  readonly records: readonly ContainerRecord[];
  /** As they now are: volumes are read again and again. */
  readonly facts: () => PodFacts;
  readonly token: (request: { readonly audience?: string; readonly expirationSeconds?: number }) => Promise<string>;
}

export interface StartedContainer {
  readonly status: ContainerStatus;
  readonly image: Image;
  /** As its spec said when it started. */
  readonly resources: Container['resources'];
}

/** Why a container waits; thrown, so that what follows does not happen. */
export class ContainerWaits extends Error {
  override name = 'ContainerWaits';
  readonly reason: string;
  /** The image is to blame: it is pulled again after a while. */
  readonly ofImage: boolean;

  constructor(reason: string, message: string, { ofImage = false }: { readonly ofImage?: boolean } = {}) {
    super(message);
    this.reason = reason;
    this.ofImage = ofImage;
  }
}

/** What is remembered of an attempt that led to no container. */
export function startFailureOf(error: unknown, at: number): NonNullable<ContainerRecord['startFailure']> {
  const { reason, ofImage } = error instanceof ContainerWaits ? error : { reason: 'RunContainerError', ofImage: false };
  return { reason, message: error instanceof Error ? error.message : String(error), at, ofImage };
}

/** @throws ContainerWaits */
export async function startContainer(parts: StartParts): Promise<StartedContainer> {
  const { sandbox, environment } = parts;
  const { resources } = parts.record.spec;
  const image = await ensureImage(parts);
  let config: ContainerConfig;
  try {
    config = await configOf(parts, image);
  } catch (error) {
    if (!(error instanceof ContainerConfigError)) throw error;
    say(parts, { type: 'Warning', reason: 'Failed', message: `Error: ${error.message}` });
    throw new ContainerWaits('CreateContainerConfigError', error.message);
  }
  try {
    const status = await environment.runtime.startContainer(sandbox.id, config);
    say(parts, { type: 'Normal', reason: 'Created', message: 'Container created' });
    say(parts, { type: 'Normal', reason: 'Started', message: 'Container started' });
    return { status, image, resources };
  } catch (error) {
    if (!(error instanceof RuntimeError)) throw error;
    say(parts, { type: 'Warning', reason: 'Failed', message: `Error: ${error.message}` });
    throw new ContainerWaits(error.reason, error.message);
  }
}

/** ID of the container into which an ephemeral one looks. */
function targetOf({ record, records }: StartParts): string | undefined {
  const { targetContainerName } = record.spec as { targetContainerName?: string };
  const found =
    targetContainerName === undefined ? undefined : records.find(({ spec }) => spec.name === targetContainerName);
  return found?.status?.id;
}

function say({ pod, record, environment }: StartParts, event: PodEvent): void {
  recordPodEvent(environment.events, { pod, record }, event);
}

async function ensureImage(parts: StartParts): Promise<Image> {
  const { pod, record, environment } = parts;
  const { runtime, clock } = environment;
  const node = pod.spec?.nodeName ?? '';
  const image = record.spec.image ?? '';
  if (!isImageName(image)) {
    const why = `couldn't parse image name ${JSON.stringify(image)}: invalid reference format`;
    const message = `Failed to apply default image tag ${JSON.stringify(image)}: ${why}`;
    say(parts, { type: 'Warning', reason: 'InspectFailed', message });
    throw new ContainerWaits('InvalidImageName', message, { ofImage: true });
  }
  const policy = pullPolicy(record.spec);
  const present = runtime.imageStatus(node, image);
  if (present !== undefined && policy !== 'Always') {
    const message = `Container image ${JSON.stringify(image)} already present on machine and can be accessed by the pod`;
    say(parts, { type: 'Normal', reason: 'Pulled', message });
    return present;
  }
  if (policy === 'Never') {
    const message = `Container image ${JSON.stringify(image)} is not present with pull policy of Never`;
    say(parts, { type: 'Warning', reason: 'ErrImageNeverPull', message });
    throw new ContainerWaits('ErrImageNeverPull', message, { ofImage: true });
  }
  say(parts, { type: 'Normal', reason: 'Pulling', message: `Pulling image ${JSON.stringify(image)}` });
  const begun = clock.monotonic();
  try {
    const pulled = await runtime.pullImage({ node, image, annotations: pod.metadata.annotations ?? {} });
    const took = formatGoDuration(BigInt(Math.round(clock.monotonic() - begun)) * 1_000_000n);
    const message = `Successfully pulled image ${JSON.stringify(image)} in ${took} (${took} including waiting). Image size: ${pulled.sizeBytes} bytes.`;
    say(parts, { type: 'Normal', reason: 'Pulled', message });
    return pulled;
  } catch (error) {
    if (!(error instanceof ImagePullError)) throw error;
    say(parts, {
      type: 'Warning',
      reason: 'Failed',
      message: `Failed to pull image ${JSON.stringify(image)}: ${error.message}`,
    });
    say(parts, { type: 'Warning', reason: 'Failed', message: `Error: ${error.reason}` });
    throw new ContainerWaits(error.reason, error.message, { ofImage: true });
  }
}

async function configOf(parts: StartParts, image: Image): Promise<ContainerConfig> {
  const { pod, record, environment, facts, token } = parts;
  const { spec } = record;
  const services = await environment.serviceVariables(pod);
  const env = await environmentOf(spec, { facts: facts(), references: environment.references, services });
  const security: SecurityContext = { ...pod.spec?.securityContext, ...spec.securityContext };
  const isRoot = rootProblem(security, image);
  if (isRoot !== undefined) {
    const { name, namespace, uid } = pod.metadata;
    throw new ContainerConfigError(`${isRoot} (pod: "${name}_${namespace}(${uid})", container: ${spec.name})`);
  }
  return {
    name: spec.name,
    image: spec.image ?? '',
    imageId: image.id,
    command: (spec.command ?? []).map((text) => expandVariables(text, env)),
    args: (spec.args ?? []).map((text) => expandVariables(text, env)),
    workingDirectory: spec.workingDir ?? '',
    env: [...env],
    mounts: mountsOf(spec, pod, { facts, references: environment.references, token }, env),
    ports: (spec.ports ?? []).map(({ containerPort }) => containerPort),
    attempt: record.restarts,
    tty: spec.tty === true,
    stdin: spec.stdin === true,
    target: targetOf(parts),
    isInit: record.kind === 'init',
    privileges: {
      privileged: security.privileged === true,
      noNewPrivileges: security.allowPrivilegeEscalation === false,
      add: security.capabilities?.add ?? [],
      drop: security.capabilities?.drop ?? [],
    },
    runAsUser: security.runAsUser,
    runAsGroup: security.runAsGroup,
    supplementalGroups: [
      ...(pod.spec?.securityContext?.supplementalGroups ?? []),
      ...(pod.spec?.securityContext?.fsGroup === undefined ? [] : [pod.spec.securityContext.fsGroup]),
    ],
    terminationMessagePath: spec.terminationMessagePath ?? '/dev/termination-log',
    readOnlyRoot: security.readOnlyRootFilesystem === true,
    resources: containerResources(spec),
    oomScore: oomScore(pod, spec, facts().allocatable.memory ?? '1'),
  };
}

/** Why a container that must not be root might be. */
function rootProblem({ runAsNonRoot, runAsUser }: SecurityContext, { user = '0' }: Image): string | undefined {
  if (runAsNonRoot !== true) return undefined;
  if (runAsUser !== undefined) return runAsUser === 0 ? "container's runAsUser breaks non-root policy" : undefined;
  const name = user.replace(/:.*/, '');
  if (/^0*$/.test(name)) return 'container has runAsNonRoot and image will run as root';
  if (/^\d+$/.test(name)) return undefined;
  return `container has runAsNonRoot and image has non-numeric user (${name}), cannot verify user is non-root`;
}
