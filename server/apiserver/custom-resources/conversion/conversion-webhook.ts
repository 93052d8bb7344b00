/** Asks the webhook of one definition to bring objects to another version. */
import type { Clock } from '../../../apimachinery/clock/clock.ts';
import type { Random } from '../../../apimachinery/clock/random.ts';
import type { JsonObject } from '../../../apimachinery/json.ts';
import type { WebhookClients, WebhookTarget } from '../../remote/webhook-client.ts';
import type { ConversionFailure, ConversionMetrics } from './conversion-metrics.ts';
import { convertedObjectsOf, newConversionReview, requireReview, reviewVersionOf } from './conversion-review.ts';
import { acceptConverted, webhookFor } from './converted-object.ts';
import { CONVERSION_TIMEOUT_MS } from './limits.ts';

/** What all definitions share. */
export interface ConversionParts {
  readonly webhooks: WebhookClients;
  readonly metrics: ConversionMetrics;
  readonly clock: Clock;
  readonly random: Random;
}

export interface WebhookFacts {
  readonly target: WebhookTarget;
  /** conversionReviewVersions. */
  readonly reviewVersions: readonly string[];
}

export class ConversionWebhook {
  readonly #facts: WebhookFacts;
  readonly #parts: ConversionParts;

  constructor(facts: WebhookFacts, parts: ConversionParts) {
    this.#facts = facts;
    this.#parts = parts;
  }

  /** In the order of what is given: at least one object, none of which has that version. @throws Error in upstream's words */
  async convert(objects: readonly JsonObject[], desiredAPIVersion: string): Promise<JsonObject[]> {
    const { clock, metrics, random, webhooks } = this.#parts;
    const version = reviewVersionOf(this.#facts.reviewVersions);
    if (version === undefined) throw new Error('no supported conversion review versions');
    const started = clock.monotonic();
    const about = webhookFor(objects[0] ?? {});
    const uid = random.uuid();
    const failing = async <T>(type: ConversionFailure, step: () => T | Promise<T>): Promise<T> => {
      try {
        return await step();
      } catch (error) {
        metrics.failed(type, clock.monotonic() - started);
        throw error;
      }
    };
    const named = (error: unknown) =>
      new Error(`${about} failed: ${error instanceof Error ? error.message : String(error)}`);
    const review = Buffer.from(JSON.stringify(newConversionReview(version, { uid, desiredAPIVersion, objects })));
    const answer = await failing('conversion_webhook_call_failure', async () => {
      try {
        const answered = await webhooks.post(this.#facts.target, review, {
          timeout: CONVERSION_TIMEOUT_MS,
          query: { timeout: `${CONVERSION_TIMEOUT_MS / 1000}s` },
        });
        requireReview(answered, version);
        return answered;
      } catch (error) {
        throw named(error);
      }
    });
    const converted = await failing('conversion_webhook_malformed_response_failure', () => {
      try {
        return convertedObjectsOf(answer, version, uid);
      } catch (error) {
        throw named(error);
      }
    });
    const accepted = await failing(
      converted.length === objects.length
        ? 'conversion_webhook_invalid_converted_object_failure'
        : 'conversion_webhook_partial_response_failure',
      () => {
        if (converted.length !== objects.length) {
          throw new Error(`${about} returned ${converted.length} objects, expected ${objects.length}`);
        }
        return objects.map((object, index) => acceptConverted(object, converted[index], desiredAPIVersion));
      },
    );
    metrics.succeeded(clock.monotonic() - started);
    return accepted;
  }
}
