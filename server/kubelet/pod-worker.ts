/**
 * One pod on its node, from the moment it is assigned until it is gone. Level-triggered: whatever happens (a new spec, an exit, a
 * probe, a timer) leads to sync(), which looks at everything that is known, sets things going, and reports the status that follows.
 */
import type { ContainerStatus as RuntimeStatus, PodSandbox } from '../../backends/runtime/interface.ts';
import type { Pod } from '../client/api-types.ts';
import type { Refusal } from './admit-pod.ts';
import { resizeCompleted } from './allocation.ts';
import { type ContainerRecord, hasNotStarted, hasStarted, isRunning } from './container-record.ts';
import { deadlineExceeded, deadlineOf } from './deadline.ts';
import { factsOf, tellsOtherFacts } from './downward-api.ts';
import type { KubeletEnvironment } from './kubelet-environment.ts';
import { runPostStart } from './lifecycle-hooks.ts';
import { CHANGE_SETTLES, RESIZE_RETRY } from './limits.ts';
import { nextContainers } from './next-containers.ts';
import { PodAdmission } from './pod-admission.ts';
import { type PodEvent, recordPodEvent } from './pod-events.ts';
import { recordsOf } from './pod-records.ts';
import { isTerminalPhase, podStatus } from './pod-status.ts';
import { PreviousContainers } from './previous-containers.ts';
import { probesOf } from './probe-results.ts';
import type { Probes } from './probes.ts';
import { resizeContainer } from './resize-container.ts';
import { sandboxConfig } from './sandbox-config.ts';
import { PodTokens } from './service-account-token.ts';
import { ContainerWaits, startContainer, startFailureOf } from './start-container.ts';
import { startDelay } from './start-delay.ts';
import { stopContainer } from './stop-container.ts';
import { messageFromLog, needsLog } from './termination-message.ts';
import { VolumeRefresh } from './volume-refresh.ts';
import { missingReference, usesReferences } from './volumes.ts';
import { WakeUp } from './wake-up.ts';

/** Milliseconds between looks for what a pod's volumes need. */
const volumeRetry = 1000;
export class PodWorker {
  readonly #environment: KubeletEnvironment;
  readonly #node: { readonly name: string; readonly ip: string };
  readonly #probes = new Map<ContainerRecord, Probes>();
  readonly previous: PreviousContainers;
  readonly #startedAt: number;
  readonly #tokens: PodTokens;
  #volumes: VolumeRefresh | undefined;
  #pod: Pod;
  #records: ContainerRecord[];
  #sandbox: PodSandbox | undefined;
  readonly #admission: PodAdmission;
  #volumesAreThere = false;
  /** Something that must come before containers is under way. */
  #isPreparing = false;
  #failure: { readonly reason: string; readonly message: string } | undefined;
  #isRemoved = false;
  #isFinished = false;
  #isRemovalAsked = false;
  #syncs = false;
  #isResizing = false;
  readonly #wake: WakeUp;

  constructor(
    pod: Pod,
    parts: { readonly environment: KubeletEnvironment; readonly node: { readonly name: string; readonly ip: string } },
  ) {
    this.#environment = parts.environment;
    this.#node = parts.node;
    this.#tokens = new PodTokens(parts.environment);
    this.previous = new PreviousContainers(parts.environment.runtime);
    this.#wake = new WakeUp(parts.environment.clock, () => this.sync());
    const now = parts.environment.clock.now();
    this.#pod = pod;
    this.#admission = new PodAdmission(pod, { environment: parts.environment, node: parts.node.name });
    this.#records = recordsOf(this.allocated, [], now);
    this.#startedAt = pod.status?.startTime === undefined ? now : Date.parse(pod.status.startTime);
    this.#isFinished = isTerminalPhase(pod.status?.phase);
    this.sync();
  }

  get pod(): Pod {
    return this.#pod;
  }

  get sandbox(): PodSandbox | undefined {
    return this.#sandbox;
  }

  /** With the resources that it has: its spec may ask for others. */
  get allocated(): Pod {
    return this.#admission.pod;
  }

  /** It takes what it asks of its node, such as ports. */
  get isActive(): boolean {
    return this.#admission.isAdmitted && !this.#isFinished;
  }

  get records(): readonly ContainerRecord[] {
    return this.#records;
  }

  record(container: string): ContainerRecord | undefined {
    return this.#records.find(({ spec }) => spec.name === container);
  }

  update(pod: Pod): void {
    const hasNewFacts = tellsOtherFacts(this.#pod, pod);
    this.#pod = pod;
    this.#allocate();
    this.#environment.status.observe(pod);
    if (hasNewFacts) {
      this.#volumes?.now();
      // What could not be started as it was might be now.
      for (const record of this.#records) if (record.startFailure?.ofImage === false) record.startFailure = undefined;
    }
    this.sync();
  }

  /** The API has forgotten it: nothing of it is left to run, and nobody to be told. */
  remove(): void {
    this.#isRemoved = true;
    this.#wake.cancel();
    for (const probes of this.#probes.values()) probes.stop();
    this.#environment.status.forget(this.#pod.metadata.uid ?? '');
    this.#removeSandbox();
  }

  exited(containerId: string): void {
    const record = this.#records.find(({ status }) => status?.id === containerId);
    const status = this.#environment.runtime.containerStatus(containerId);
    if (record === undefined || status === undefined) return;
    record.ready = false;
    record.started = false;
    this.#probes.get(record)?.stop();
    this.#probes.delete(record);
    const ended = (final: RuntimeStatus) => {
      record.status = final;
      this.sync();
    };
    if (!needsLog(record, status)) ended(status);
    else void messageFromLog(status, this.#environment).then(ended);
  }

  /** At most one is about to run; it sees whatever happened until then. */
  sync(): void {
    if (this.#syncs || this.#isRemoved) return;
    this.#syncs = true;
    queueMicrotask(() => {
      this.#syncs = false;
      if (!this.#isRemoved) this.#sync();
    });
  }

  #sync(): void {
    const { metadata, status } = this.#pod;
    // Also when somebody else says so.
    const isEnded = isTerminalPhase(status?.phase);
    if (metadata.deletionTimestamp !== undefined || this.#failure !== undefined || isEnded || this.#isFinished) {
      this.#terminate();
    } else if (this.#isReadyToRun()) {
      if (this.#admission.deferral !== undefined) this.#allocate();
      const resizing = this.#records.filter((record) => resizeContainer(record, this.#environment, () => this.sync()));
      if (this.#isResizing && resizing.length === 0) this.#say(resizeCompleted(this.allocated));
      this.#isResizing = resizing.length > 0;
      for (const record of this.#records) this.#stopOutdated(record);
      const next = nextContainers(this.#pod.spec, this.#records);
      for (const record of next.start) this.#start(record);
      for (const record of next.stop) this.#stop(record, this.#grace);
      if (next.isDone && this.#isQuiet) this.#isFinished = true;
    }
    this.#checkDeadline();
    this.#report();
  }

  /** Nothing runs and nothing is under way. */
  get #isQuiet(): boolean {
    return !this.#records.some((record) => isRunning(record) || record.busy !== undefined);
  }

  get #grace(): number {
    const { metadata, spec } = this.#pod;
    return metadata.deletionGracePeriodSeconds ?? spec?.terminationGracePeriodSeconds ?? 30;
  }

  /** Admission, volumes and network come first, one after the other. */
  #isReadyToRun(): boolean {
    if (this.#isPreparing) return false;
    if (!this.#admission.isAdmitted) {
      const judged = this.#admission.judge();
      if (judged instanceof Promise) this.#prepare(async () => this.#refuse(await judged));
      else this.#refuse(judged);
      if (!this.#admission.isAdmitted) return false;
    }
    this.#volumesAreThere ||= !usesReferences(this.#pod);
    if (!this.#volumesAreThere) {
      this.#prepare(() => this.#lookForVolumes());
      return false;
    }
    if (this.#sandbox !== undefined) return true;
    this.#prepare(() => this.#createSandbox());
    return false;
  }

  #refuse(refused: Refusal | undefined): void {
    if (refused === undefined) return;
    this.#say({ type: 'Warning', ...refused });
    this.#failure = { reason: refused.reason, message: `Pod was rejected: ${refused.message}` };
    this.sync();
  }

  /** What its spec now gives its containers, where there is room. */
  #allocate(): void {
    const { clock } = this.#environment;
    const event = this.#admission.take(this.#pod);
    if (event !== undefined) this.#say(event);
    if (this.#admission.deferral !== undefined) this.#wake.at(clock.now() + RESIZE_RETRY);
    this.#records = recordsOf(this.allocated, this.#records, clock.now());
  }

  #prepare(step: () => Promise<void>): void {
    this.#isPreparing = true;
    step()
      .catch((error: unknown) => {
        this.#environment.onError(error, `pod ${this.#name}`);
        this.#wake.at(this.#environment.clock.now() + volumeRetry);
      })
      .finally(() => {
        this.#isPreparing = false;
        if (this.#isRemoved) this.#removeSandbox();
        this.sync();
      });
  }

  async #lookForVolumes(): Promise<void> {
    const missing = await missingReference(this.#pod, this.#environment.references);
    this.#volumesAreThere = missing === undefined;
    if (missing === undefined) return;
    this.#say({ type: 'Warning', reason: 'FailedMount', message: missing });
    await new Promise<void>((resolve) => this.#environment.clock.after(volumeRetry, resolve));
  }

  async #createSandbox(): Promise<void> {
    const sandbox = await this.#environment.runtime.runPodSandbox(
      sandboxConfig(this.#pod, this.#node.name, this.#environment.clusterDns),
    );
    this.#sandbox = sandbox;
    this.#environment.sandboxes.set(sandbox.id, this);
    this.#volumes = VolumeRefresh.of(this.#pod, sandbox.id, this.#environment);
  }

  #start(record: ContainerRecord): void {
    const { clock } = this.#environment;
    const sandbox = this.#sandbox;
    if (sandbox === undefined) return;
    const delay = startDelay(record, this.#pod, clock.now());
    if (delay !== undefined) {
      this.#wake.at(delay.until);
      if (record.waiting?.reason === delay.waiting.reason) return;
      record.waiting = delay.waiting;
      this.#say(delay.event, record);
      return;
    }
    record.busy = 'starting';
    void this.#bringUp(record, sandbox).finally(() => {
      record.busy = undefined;
      this.sync();
    });
  }

  async #bringUp(record: ContainerRecord, sandbox: PodSandbox): Promise<void> {
    const { clock, onError, runtime } = this.#environment;
    try {
      const started = await startContainer({
        pod: this.#pod,
        record: record.status === undefined ? record : { ...record, restarts: record.restarts + 1 },
        sandbox,
        records: this.#records,
        environment: this.#environment,
        facts: () => factsOf(this.#pod, { node: this.#node, sandbox, environment: this.#environment }),
        token: (request) => this.#tokens.get(this.#pod, request),
      });
      const before = record.status;
      if (before !== undefined && before.sandboxId !== '') await this.previous.keep(record, before.id);
      // It may have ended by now.
      const status = runtime.containerStatus(started.status.id) ?? started.status;
      hasStarted(record, { ...started, status }, clock.now());
      if (!isRunning(record) || this.#isRemoved) return;
      const failed = await runPostStart(record, this.#environment);
      if (failed !== undefined) this.#say({ type: 'Warning', reason: 'FailedPostStartHook', message: failed }, record);
      record.started = record.spec.startupProbe === undefined;
      record.ready = record.started && record.spec.readinessProbe === undefined;
      this.#beginProbes(record);
      if (failed !== undefined) this.#stop(record, this.#grace, 'FailedPostStartHook');
    } catch (error) {
      if (!(error instanceof ContainerWaits)) onError(error, `pod ${this.#name}`);
      this.#wake.at(hasNotStarted(record, startFailureOf(error, clock.now()), clock.now()));
    }
  }

  #beginProbes(record: ContainerRecord): void {
    const probes = probesOf(record, this.#environment, {
      failed: (message) => this.#say({ type: 'Warning', reason: 'Unhealthy', message }, record),
      restart: (message, grace) => {
        if (this.#pod.metadata.deletionTimestamp === undefined) this.#stop(record, grace ?? this.#grace, message);
      },
      changed: () => this.sync(),
    });
    if (probes !== undefined) this.#probes.set(record, probes);
  }

  #stop(record: ContainerRecord, grace: number, why = `Stopping container ${record.spec.name}`): void {
    const { status } = record;
    if (status?.state !== 'running' || record.busy !== undefined) return;
    record.busy = 'stopping';
    this.#probes.get(record)?.stop();
    this.#say({ type: 'Normal', reason: 'Killing', message: why }, record);
    const say = (event: PodEvent) => this.#say(event, record);
    stopContainer(record, { environment: this.#environment, graceSeconds: grace, say })
      .catch((error: unknown) => this.#environment.onError(error, `pod ${this.#name}`))
      .finally(() => {
        record.busy = undefined;
        this.sync();
      });
  }

  /** Not at once: who has changed it may change more. */
  #stopOutdated(record: ContainerRecord): void {
    if (record.outdatedSince === undefined || !isRunning(record)) return;
    const at = record.outdatedSince + CHANGE_SETTLES;
    if (this.#environment.clock.now() < at) this.#wake.at(at);
    else this.#stop(record, this.#grace, `Container ${record.spec.name} definition changed, will be restarted`);
  }

  /** Sidecars go last, in the reverse order of their start. */
  #terminate(): void {
    const running = this.#records.filter(isRunning);
    const first = running.filter(({ kind }) => kind !== 'sidecar');
    if (first.length > 0) for (const record of first) this.#stop(record, this.#grace);
    else {
      const last = running.at(-1);
      if (last !== undefined) this.#stop(last, this.#grace);
    }
    if (!this.#isQuiet || this.#isPreparing) return;
    this.#isFinished = true;
    if (this.#pod.metadata.deletionTimestamp === undefined || this.#isRemovalAsked) return;
    // Finalizers may keep it: it is not asked for again.
    this.#isRemovalAsked = true;
    this.#report();
    this.#environment.status.remove(this.#pod);
  }

  #checkDeadline(): void {
    const at = deadlineOf(this.#pod, this.#startedAt);
    if (at === undefined || this.#isFinished || this.#failure !== undefined) return;
    if (this.#environment.clock.now() < at) {
      this.#wake.at(at);
      return;
    }
    this.#failure = deadlineExceeded;
    this.#say({ type: 'Normal', ...deadlineExceeded });
    this.sync();
  }

  #report(): void {
    const { clock, runtime, status } = this.#environment;
    status.set(
      this.#pod,
      podStatus({
        pod: this.#pod,
        before: status.current(this.#pod),
        records: this.#failure === undefined || this.#admission.isAdmitted ? this.#records : [],
        sandbox: this.#sandbox,
        runtime: runtime.name,
        hostIp: this.#node.ip,
        startedAt: this.#startedAt,
        now: clock.now(),
        isTerminal: this.#isFinished,
        failure: this.#failure,
        isResizing: this.#isResizing,
        deferral: this.#admission.deferral,
      }),
    );
  }

  #removeSandbox(): void {
    const { runtime, onError } = this.#environment;
    const sandbox = this.#sandbox;
    this.#volumes?.stop();
    this.#sandbox = undefined;
    if (sandbox === undefined) return;
    this.#environment.sandboxes.delete(sandbox.id);
    runtime.removePodSandbox(sandbox.id).catch((error: unknown) => onError(error, `pod ${this.#name}`));
  }

  get #name(): string {
    return `${this.#pod.metadata.namespace}/${this.#pod.metadata.name}`;
  }

  #say(event: PodEvent, record?: ContainerRecord): void {
    recordPodEvent(this.#environment.events, { pod: this.#pod, record }, event);
  }
}
