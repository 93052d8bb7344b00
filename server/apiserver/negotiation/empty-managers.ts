/** An empty list of managedFields asks for them to be forgotten; decoding would take it for one that is unset. */
import { isJsonObject, type JsonObject, type JsonValue } from '../../apimachinery/json.ts';

/** Decodes a document, which may be used up, and keeps that list. */
export function withEmptyManagers<T extends { readonly object: JsonObject }>(document: JsonValue, decode: () => T): T {
  const metadata = isJsonObject(document) ? document.metadata : undefined;
  const entries = isJsonObject(metadata) ? metadata.managedFields : undefined;
  const isEmpty = Array.isArray(entries) && entries.length === 0;
  const decoded = decode();
  if (isEmpty && isJsonObject(decoded.object.metadata)) decoded.object.metadata.managedFields = [];
  return decoded;
}
