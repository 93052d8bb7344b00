/** Quotas know what their namespaces use: counted anew when a quota changes or something that it counts goes, and now and then. */
import type { KubeObject } from '../../apimachinery/meta/object.ts';
import { amountsToJson, sameAmounts } from '../../apis/core/quota/amounts.ts';
import { quotaEvaluator } from '../../apis/core/quota/object-evaluators.ts';
import { parseAmounts } from '../../apis/core/v1/container-resources.ts';
import type { PartialObject, ResourceQuota } from '../../client/api-types.ts';
import { isNotFound } from '../../client/client.ts';
import { discover, type ServedResource } from '../../client/discovery.ts';
import { keyOf } from '../../client/lister.ts';
import type { ResourceType } from '../../client/resource-type.ts';
import { pods, resourceQuotas } from '../../client/resource-types.ts';
import type { Controller, ControllerContext } from '../controller.ts';
import { isTerminal } from '../pods/phases.ts';
import { on, runReconciler } from '../reconciler.ts';
import { countUsage } from './count-usage.ts';

/** Milliseconds after which a quota is counted again without a reason. */
const resyncEvery = 5 * 60_000;
/** Milliseconds in which deletions are gathered to one count. */
const gather = 100;
/** Of these, metadata does not say what they use. */
const wholeObjects = new Set(['pods', 'services', 'persistentvolumeclaims', 'resourceclaims.resource.k8s.io']);

export const resourceQuotaController: Controller = {
  name: 'resourcequota-controller',
  alias: 'resourcequota',
  account: 'resourcequota-controller',
  async run(context) {
    const quotas = context.informers.of(resourceQuotas);
    const queue = context.newQueue('resourcequota_primary');
    const recount = (namespace: string | undefined) => {
      for (const quota of quotas.lister.list(namespace)) queue.addAfter(keyOf(quota), gather);
    };
    const counted = new CountedResources(context, recount);
    await runReconciler({
      context,
      name: 'resourcequota_primary',
      queue,
      triggers: [
        on(quotas, ({ object, before, deleted }) =>
          deleted || (before !== undefined && sameHard(before, object) && !isAstray(object))
            ? undefined
            : keyOf(object),
        ),
      ],
      async reconcile(key) {
        const quota = quotas.lister.byKey(key);
        if (quota === undefined) return undefined;
        await count(context, quota, await counted.of(quota));
        return { after: resyncEvery };
      },
    });
  },
};

async function count(
  { client, clock }: ControllerContext,
  quota: ResourceQuota,
  resources: readonly ServedResource[],
): Promise<void> {
  const { namespace } = quota.metadata;
  const { hard, used } = await countUsage(quota, {
    resources,
    now: clock.now(),
    async list({ group, resource }) {
      const type = resources.find((each) => each.group === group && each.resource === resource);
      if (type === undefined) return [];
      const metadataOnly = !wholeObjects.has(group === '' ? resource : `${resource}.${group}`);
      return (await client.of<KubeObject>({ ...type, object: undefined }).list({ namespace, metadataOnly })).items;
    },
  });
  const { status } = quota;
  if (sameAmounts(parseAmounts(status?.hard), hard) && sameAmounts(parseAmounts(status?.used), used)) return;
  const next = { hard: amountsToJson(hard), used: amountsToJson(used) } as NonNullable<ResourceQuota['status']>;
  try {
    // With the version that was read: what admission has counted in meanwhile makes it a conflict.
    await client.of(resourceQuotas).updateStatus({ ...quota, status: next });
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}

/** Resources that quotas name, each watched for what goes once a quota counts it. */
class CountedResources {
  readonly #context: ControllerContext;
  readonly #recount: (namespace: string | undefined) => void;
  readonly #watched = new Set<string>();
  #served: readonly ServedResource[] = [];

  constructor(context: ControllerContext, recount: (namespace: string | undefined) => void) {
    this.#context = context;
    this.#recount = recount;
  }

  async of(quota: ResourceQuota): Promise<ServedResource[]> {
    const names = Object.keys(quota.spec?.hard ?? {});
    const find = () =>
      this.#served.filter(
        (each) => isCountable(each) && quotaEvaluator(each.group, each.resource).matching(names).size > 0,
      );
    let found = find();
    const known = new Set(found.flatMap((each) => [...quotaEvaluator(each.group, each.resource).matching(names)]));
    if (names.some((name) => !known.has(name))) {
      this.#served = (await discover(this.#context.client)).resources;
      found = find();
    }
    for (const each of found) this.#watch(each);
    return found;
  }

  #watch({ group, version, resource, kind, namespaced }: ServedResource): void {
    const key = `${group}/${resource}`;
    if (this.#watched.has(key)) return;
    this.#watched.add(key);
    const { informers } = this.#context;
    if (group === '' && resource === 'pods') {
      informers.of(pods).addHandlers({
        updated: (before, object) => {
          // What has ended uses nothing any more.
          if (!isTerminal(before) && isTerminal(object)) this.#recount(object.metadata.namespace);
        },
        deleted: ({ metadata }) => this.#recount(metadata.namespace),
      });
      return;
    }
    const type: ResourceType<PartialObject> = { group, version, resource, kind, namespaced };
    const metadataOnly = !wholeObjects.has(group === '' ? resource : `${resource}.${group}`);
    informers.of(type, { metadataOnly }).addHandlers({
      updated: (_, { metadata }) => {
        if (!metadataOnly) this.#recount(metadata.namespace);
      },
      deleted: ({ metadata }) => this.#recount(metadata.namespace),
    });
  }
}

function isCountable({ namespaced, preferred, verbs, resource }: ServedResource): boolean {
  return (
    namespaced &&
    preferred &&
    resource !== 'events' &&
    ['create', 'list', 'watch', 'delete'].every((verb) => verbs.includes(verb))
  );
}

/** Its status does not say what its limits are: admission only ever counts, so that somebody else has written there. */
function isAstray({ spec, status }: ResourceQuota): boolean {
  return !sameAmounts(parseAmounts(spec?.hard), parseAmounts(status?.hard));
}

function sameHard(a: ResourceQuota, b: ResourceQuota): boolean {
  return (
    a.metadata.generation === b.metadata.generation &&
    sameAmounts(parseAmounts(a.spec?.hard), parseAmounts(b.spec?.hard))
  );
}
