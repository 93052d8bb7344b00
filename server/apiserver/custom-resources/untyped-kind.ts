/** Bodies of custom objects: JSON that their schema prunes, with the metadata of any object. */
import type { JsonObject } from '../../apimachinery/json.ts';
import { decodeObject } from '../../apimachinery/schema/decode-json.ts';
import type { StructSchema } from '../../apimachinery/schema/type-schema.ts';
import { coerceEmbedded, fieldOf } from '../../apimachinery/structural-schema/embedded-resources.ts';
import { pruneNulls, pruneUnknown } from '../../apimachinery/structural-schema/prune.ts';
import type { Structural } from '../../apimachinery/structural-schema/structural.ts';
import type { UntypedKind } from '../negotiation/untyped-body.ts';

export function newUntypedKind(schema: () => Structural, metadata: () => StructSchema): UntypedKind {
  return {
    coerce(object: JsonObject, { strict, keepsNulls }) {
      const decoded = decodeObject(metadata(), object.metadata ?? {}, { strict, byKey: true });
      const inMetadata = decoded.strictErrors.map((text) => `metadata.${fieldOf(text)}`);
      const unknown: string[] | undefined = strict ? [] : undefined;
      const inEmbedded: string[] | undefined = strict ? [] : undefined;
      pruneUnknown(object, schema(), unknown);
      if (!keepsNulls) pruneNulls(object, schema());
      coerceEmbedded(object, schema(), { metadata: metadata(), found: inEmbedded });
      object.metadata = decoded.object;
      if (unknown === undefined || inEmbedded === undefined) return [];
      return [...inMetadata, ...unknown.sort(), ...inEmbedded.sort()].map((path) => `unknown field "${path}"`);
    },
  };
}
