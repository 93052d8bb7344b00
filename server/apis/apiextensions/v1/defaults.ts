/** Defaults of apiextensions.k8s.io/v1 types. */
import { inOrder, isZero, type PackageDefaulters, setIfUnset, structIn, structsIn } from '../../defaulting.ts';

export const apiextensionsV1: PackageDefaulters = {
  CustomResourceDefinition(definition) {
    const status = structIn(definition, 'status');
    if (Array.isArray(status.storedVersions) && status.storedVersions.length > 0) return;
    const stored = structsIn(structIn(definition, 'spec'), 'versions').find((version) => version.storage === true);
    if (stored?.name !== undefined) status.storedVersions = [stored.name];
  },
  // The names under status are of the same type and get no defaults.
  CustomResourceDefinitionSpec: inOrder(setIfUnset({ conversion: { strategy: 'None' } }), (spec) => {
    const names = structIn(spec, 'names');
    const kind = typeof names.kind === 'string' ? names.kind : '';
    if (isZero(names.singular)) names.singular = kind.toLowerCase();
    if (isZero(names.listKind) && kind !== '') names.listKind = `${kind}List`;
  }),
  ServiceReference: setIfUnset({ port: 443 }),
};
