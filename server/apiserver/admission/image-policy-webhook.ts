/** ImagePolicyWebhook: another server says which images pods may run, by ImageReviews; its answers are remembered for a while. */
import type { Clock } from '../../apimachinery/clock/clock.ts';
import type { JsonObject } from '../../apimachinery/json.ts';
import { asNumber, asObject, asObjects, asText, asTextEntries } from '../../apimachinery/json-access.ts';
import { ReviewWebhook } from '../remote/review-webhook.ts';
import type { AdmissionAttributes, AdmissionPlugin } from './admission.ts';
import { refusal } from './refusal.ts';

const auditPrefix = 'imagepolicywebhook.image-policy.k8s.io/';
const failedOpen = 'alpha.image-policy.k8s.io/failed-open';
/** Seconds, unless the settings say otherwise; and the most that they may say. */
const allowedFor = 300;
const deniedFor = 30;
const longest = 1800;
/** Milliseconds. */
const backoff = 500;
const longestBackoff = 300_000;

/** @throws Error where the settings make no sense */
export function imagePolicyWebhook(clock: Clock, configuration: JsonObject | undefined): AdmissionPlugin {
  const settings = asObject(configuration?.imagePolicy);
  const remote = asObject(settings.remote);
  if (asText(remote.url) === '') {
    throw new Error(
      'ImagePolicyWebhook: no config specified: imagePolicy.kubeConfigFile in --admission-control-config-file',
    );
  }
  const tls = asObject(remote.tls);
  const text = (fields: JsonObject, field: string) => asText(fields[field]) || undefined;
  const webhook = new ReviewWebhook({
    url: asText(remote.url),
    authorization: () => text(remote, 'authorization'),
    tls: { authority: text(tls, 'authority'), certificate: text(tls, 'certificate'), key: text(tls, 'key') },
    backoff: within('retryBackoff', settings, { otherwise: backoff, most: longestBackoff }),
    clock,
  });
  const times = {
    allowed: within('allowTTL', settings, { otherwise: allowedFor, most: longest }) * 1000,
    denied: within('denyTTL', settings, { otherwise: deniedFor, most: longest }) * 1000,
  };
  const isOpen = settings.defaultAllow === true;
  return {
    name: 'ImagePolicyWebhook',
    resources: ['pods', 'pods/ephemeralcontainers'],
    operations: ['CREATE', 'UPDATE'],
    async validate(attributes) {
      const spec = specOf(attributes);
      const key = JSON.stringify(spec);
      let status = webhook.remembered(key);
      if (status === undefined) {
        try {
          const apiVersion = 'imagepolicy.k8s.io/v1alpha1';
          status = await webhook.ask({
            kind: 'ImageReview',
            apiVersion,
            metadata: {},
            spec,
            status: { allowed: false },
          });
          webhook.remember(key, status, status.allowed === true ? times.allowed : times.denied);
        } catch (error) {
          if (!isOpen) throw refusal(attributes, error instanceof Error ? error.message : String(error));
          markFailedOpen(attributes);
          return;
        }
      }
      for (const [name, value] of asTextEntries(status.auditAnnotations))
        attributes.annotate(auditPrefix + name, value);
      if (status.allowed === true) return;
      const reason = asText(status.reason);
      throw refusal(
        attributes,
        reason === ''
          ? 'one or more images rejected by webhook backend'
          : `image policy webhook backend denied one or more images: ${reason}`,
      );
    },
  };
}

function specOf({ object, subresource, namespace }: AdmissionAttributes): JsonObject {
  const spec = asObject(object?.spec);
  const lists = subresource === '' ? [spec.containers, spec.initContainers] : [spec.ephemeralContainers];
  const containers = lists.flatMap(asObjects).map(({ image }) => ({ image: asText(image) }));
  const told = Object.entries(object?.metadata.annotations ?? {}).filter(([key]) =>
    key.includes('.image-policy.k8s.io/'),
  );
  return {
    ...(containers.length === 0 ? {} : { containers }),
    ...(told.length === 0 ? {} : { annotations: Object.fromEntries(told) }),
    ...(namespace === '' ? {} : { namespace }),
  };
}

/** The pod is let in although nobody has looked at it. */
function markFailedOpen({ object, annotate }: AdmissionAttributes): void {
  annotate(`${auditPrefix}failed-open`, 'true');
  if (object !== undefined) object.metadata.annotations = { ...object.metadata.annotations, [failedOpen]: 'true' };
}

/** 0 stands for the usual, -1 for nothing at all. @throws Error beyond what it may be */
function within(field: string, settings: JsonObject, { otherwise, most }: { otherwise: number; most: number }): number {
  const value = asNumber(settings[field]);
  if (value === -1) return 0;
  if (value === 0) return otherwise;
  if (value > 0 && value <= most) return value;
  throw new Error(`ImagePolicyWebhook: ${field}: valid value is between 1 and ${most}, got ${value}`);
}
