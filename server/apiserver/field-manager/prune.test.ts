import test from 'ava';
import fc from 'fast-check';
import { loadFacts } from '../../../openapi/facts.ts';
import type { JsonObject } from '../../apimachinery/json.ts';
import { compileFacts } from '../../apimachinery/schema/compile-facts.ts';
import { arbitraryObject } from '../../apimachinery/schema/contract/arbitrary-object.ts';
import { emptySet } from '../../apimachinery/structured-merge/field-set.ts';
import { fieldsOfValue } from '../../apimachinery/structured-merge/fields-of-value.ts';
import { mergeTypeOf } from '../../apimachinery/structured-merge/merge-type.ts';
import { mergeValues } from '../../apimachinery/structured-merge/merge-values.ts';
import { ElementError } from '../../apimachinery/structured-merge/path-element.ts';
import { identifierOf, type ManagerEntry } from './managed-fields.ts';
import { prune } from './prune.ts';

const schema = compileFacts(loadFacts()).struct('io.k8s.api.core.v1.PodSpec');
const type = mergeTypeOf(schema);

test('who still applies all that it has applied takes nothing away, whatever is there: the short way and the long one agree', (t) => {
  const values = arbitraryObject(schema, { levels: 4 });
  let compared = 0;
  fc.assert(
    fc.property(values, values, values, (live, before, more) => {
      try {
        const applied = mergeValues(type, before, more) as JsonObject;
        const merged = { apiVersion: 'v1', type, value: mergeValues(type, live, applied) as JsonObject };
        const fields = fieldsOfValue(type, applied);
        const self: ManagerEntry = {
          manager: 'me',
          operation: 'Apply',
          apiVersion: 'v1',
          subresource: '',
          fields,
          time: undefined,
        };
        const last = { ...self, fields: fieldsOfValue(type, before) };
        // A manager in another version sends everything the long way.
        const other = { ...self, manager: 'other', apiVersion: 'v2', fields: emptySet };
        const pruned = (entries: readonly ManagerEntry[]) =>
          prune({
            merged,
            managers: new Map(entries.map((entry) => [identifierOf(entry), entry])),
            applied: fields,
            last,
            convert: (object, apiVersion) => ({ ...object, apiVersion }),
          }).value;
        t.deepEqual(pruned([self]), pruned([self, other]));
        compared++;
      } catch (error) {
        // Items without keys have no place in any set.
        if (!(error instanceof ElementError)) throw error;
      }
    }),
    { numRuns: 300 },
  );
  t.true(compared > 50);
});
