/** Carries the steps of a scenario out on one cluster, in a namespace of its own, and writes down what comes of each. */
import { systemClock } from '../../server/apimachinery/clock/clock.ts';
import { isNotFound } from '../../server/client/client.ts';
import type { Stored } from '../../server/client/lister.ts';
import type { ResourceType } from '../../server/client/resource-type.ts';
import { namespaces, serviceAccounts } from '../../server/client/resource-types.ts';
import type { JsonObject } from '../differential/case.ts';
import type { Transcript } from '../differential/transcript.ts';
import { ComparableNames } from './comparable-state.ts';
import type { ComparedSide } from './compared-side.ts';
import { playedStatus } from './played-pods.ts';
import { at } from './look-up.ts';
import { type Act, type PodChoice, type Scenario, type Step } from './scenario.ts';

export interface RunOptions {
  readonly side: ComparedSide;
  readonly scenario: Scenario;
  /** The same on both sides. */
  readonly run: string;
  /** What tells the namespaces of both sides apart, should they be the same cluster. */
  readonly word: string;
  /** Milliseconds without a change after which a namespace is at rest. */
  readonly restMs: number;
}

export async function runScenario(options: RunOptions): Promise<Transcript[]> {
  const run = new ScenarioRun(options);
  try {
    await run.prepare();
    return await run.run();
  } finally {
    await run.clear();
  }
}

class ScenarioRun {
  readonly #side: ComparedSide;
  readonly #namespace: string;
  readonly #scenario: Scenario;
  readonly #names: ComparableNames;
  readonly #restMs: number;
  readonly #run: string;

  constructor({ side, scenario, run, word, restMs }: RunOptions) {
    this.#side = side;
    this.#namespace = `workloads-${word}-${run}`;
    this.#scenario = scenario;
    this.#run = run;
    this.#restMs = Math.max(restMs, scenario.restMs ?? 0);
    this.#names = new ComparableNames({ namespace: this.#namespace, onNodes: scenario.onNodes === true });
  }

  /** Pods cannot be made before the namespace has its service account. */
  async prepare(): Promise<void> {
    await this.#side.client.of(namespaces).create({ metadata: { name: this.#namespace } });
    for (;;) {
      const found = await this.#side.client.of(serviceAccounts).list({ namespace: this.#namespace });
      if (found.items.length > 0) return;
    }
  }

  async clear(): Promise<void> {
    await this.#side.client
      .of(namespaces)
      .delete(this.#namespace)
      .catch(() => undefined);
  }

  async run(): Promise<Transcript[]> {
    const transcripts: Transcript[] = [];
    for (const step of this.#scenario.steps) transcripts.push(await this.#step(step));
    const told = this.#names.events(await this.#side.events(this.#namespace));
    transcripts.push({ step: 'events', request: 'events', status: 200, headers: {}, body: told });
    return this.#scenario.onNodes === true ? transcripts.slice(-2) : transcripts;
  }

  async #step({ name, act, until }: Step): Promise<Transcript> {
    const since = systemClock.now();
    await this.#act(act);
    const isAtRest = await this.#side.rest(this.#namespace, { since, rest: this.#restMs, until });
    const state = await this.#side.state(this.#namespace);
    const body = this.#names.state(state);
    if (!isAtRest) body.restless = true;
    return { step: name, request: act.kind, status: 200, headers: {}, body };
  }

  async #act(act: Act): Promise<void> {
    const namespace = this.#namespace;
    const { client } = this.#side;
    switch (act.kind) {
      case 'create':
        for (const object of act.objects)
          await client.of(typeOfObject(object)).create(this.#fill(object), { namespace });
        return;
      case 'patch':
        await client.of(this.#side.typeNamed(act.target.resource)).patch(act.target.name, act.patch, {
          namespace,
          ...(act.subresource === undefined ? {} : { subresource: act.subresource }),
        });
        return;
      case 'delete':
        await this.#delete(act);
        return;
      case 'play': {
        const now = `${new Date(systemClock.now()).toISOString().slice(0, 19)}Z`;
        await this.#eachPod(act, async (pod, name) => {
          const status = playedStatus(pod, { state: act.state, now });
          await client.of(this.#side.typeNamed('pods')).patch(name, { status }, { namespace, subresource: 'status' });
        });
        return;
      }
      case 'each-pod':
        await this.#eachPod(act, async (_, name) => {
          const pods = client.of(this.#side.typeNamed('pods'));
          if (act.patch === undefined) await pods.delete(name, { namespace });
          else await pods.patch(name, act.patch, { namespace });
        });
        return;
      case 'wait':
    }
  }

  #fill(object: JsonObject): Stored {
    return JSON.parse(JSON.stringify(object).replaceAll('{run}', this.#run)) as Stored;
  }

  async #delete({ target, propagation }: Extract<Act, { kind: 'delete' }>): Promise<void> {
    const namespace = this.#namespace;
    const resource = this.#side.client.of(this.#side.typeNamed(target.resource));
    const all =
      target.name === '*'
        ? (await resource.list({ namespace })).items.map(({ metadata }) => metadata.name ?? '')
        : [target.name];
    for (const name of all)
      await resource.delete(name, {
        namespace,
        ...(propagation === undefined ? {} : { propagationPolicy: propagation }),
      });
  }

  async #eachPod(
    { where = () => true, first }: PodChoice,
    act: (pod: JsonObject, name: string) => Promise<void>,
  ): Promise<void> {
    const { pods } = await this.#side.state(this.#namespace);
    const orderOf = (pod: JsonObject) =>
      `${String(at(pod, 'metadata.creationTimestamp'))}/${String(at(pod, 'metadata.name'))}`;
    const chosen = pods.filter(where).toSorted((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1));
    for (const pod of chosen.slice(0, first)) {
      await act(pod, String(at(pod, 'metadata.name'))).catch((error: unknown) => {
        if (!isNotFound(error)) throw error;
      });
    }
  }
}

function typeOfObject({ apiVersion, kind }: JsonObject): ResourceType<Stored> {
  const [version = '', group = ''] = String(apiVersion).split('/').toReversed();
  return { group, version, resource: `${String(kind).toLowerCase()}s`, kind: String(kind), namespaced: true };
}
