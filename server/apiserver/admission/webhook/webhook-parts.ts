/** What both kinds of webhook plugins are made of, and the configurations that they follow. */
import type { Random } from '../../../apimachinery/clock/random.ts';
import type { GroupResource } from '../../../apimachinery/meta/object.ts';
import type { Authorizer } from '../../authorization/authorizer.ts';
import type { ParsedObjectsOf } from '../../cacher/parsed-objects.ts';
import type { WebhookClients } from '../../remote/webhook-client.ts';
import { CompiledObjects } from '../compiled-objects.ts';
import type { SeenVersions } from '../matching/seen-version.ts';
import type { SeenKinds } from '../matching/versioned-request.ts';
import type { ObjectReader } from '../object-reader.ts';
import { readWebhooks, type Webhook } from './webhook.ts';
import type { WebhookLogins } from './webhook-logins.ts';
import type { WebhookMetrics } from './webhook-metrics.ts';

export interface WebhookParts extends SeenKinds {
  readonly objects: ObjectReader;
  readonly objectsOf: ParsedObjectsOf;
  readonly authorizer: Authorizer;
  readonly versions: SeenVersions;
  readonly random: Random;
  readonly client: WebhookClients;
  readonly logins: WebhookLogins;
  readonly metrics: WebhookMetrics;
}

const group = 'admissionregistration.k8s.io';

/** All webhooks in the order of their configurations' names; the same list for as long as none changes. */
export function followWebhooks(objectsOf: ParsedObjectsOf, resource: string): () => readonly Webhook[] {
  const configurations = new CompiledObjects(objectsOf(group, resource), readWebhooks);
  let listed: readonly (readonly Webhook[])[] | undefined;
  let webhooks: readonly Webhook[] = [];
  return () => {
    const all = configurations.all();
    if (all !== listed) {
      listed = all;
      webhooks = all.flat();
    }
    return webhooks;
  };
}

const exempt = new Set([
  'validatingwebhookconfigurations',
  'mutatingwebhookconfigurations',
  'validatingadmissionpolicies',
  'validatingadmissionpolicybindings',
  'mutatingadmissionpolicies',
  'mutatingadmissionpolicybindings',
]);

/** What admission is configured by must not need admission's leave: nobody could put a broken configuration right. */
export function isAdmissionConfiguration({ group: its, resource }: GroupResource): boolean {
  return its === group && exempt.has(resource);
}
