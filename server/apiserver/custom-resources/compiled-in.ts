/** Kinds that a program brings with it: definitions as if the API had accepted them, checked as the API checks them. */
import { asObject, asObjects, asText } from '../../apimachinery/json-access.ts';
import type { JsonObject } from '../../apimachinery/json.ts';
import type { KubeObject } from '../../apimachinery/meta/object.ts';
import { validateCustomResourceDefinition } from '../../apis/apiextensions/validation.ts';

/** @throws Error that says what is wrong with the definition */
export function compiledInDefinition(
  definition: JsonObject & { readonly metadata: { readonly name: string } },
): KubeObject {
  const { name } = definition.metadata;
  const { names, versions } = asObject(definition.spec);
  const conditions = ['NamesAccepted', 'Established'].map((type) => ({ type, status: 'True' }));
  const storedVersions = asObjects(versions).map((version) => asText(version.name));
  const accepted: KubeObject = {
    ...structuredClone(definition),
    metadata: { name, uid: 'compiled-in', generation: 1 },
    status: { acceptedNames: structuredClone(names ?? {}), conditions, storedVersions },
  };
  const errors = validateCustomResourceDefinition(accepted);
  if (errors.length === 0) return accepted;
  throw new Error(`${name}: ${errors.map(({ field, message }) => `${field}: ${message}`).join('; ')}`);
}
