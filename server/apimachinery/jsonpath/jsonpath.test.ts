import test from 'ava';
import type { JsonValue } from '../json.ts';
import { findValues } from './find-values.ts';
import { JsonPathError, parseJsonPath } from './parse-json-path.ts';

const document: JsonValue = {
  metadata: { name: 'web', annotations: { 'a.b/c': 'dotted', it: 'plain' } },
  spec: { ports: [{ name: 'http', port: 80 }, { name: 'https', port: 443 }, { port: 9 }] },
  status: {
    conditions: [
      { type: 'Ready', status: 'True' },
      { type: 'Synced', status: 'False' },
    ],
  },
};

const find = (path: string): JsonValue[] => findValues(document, parseJsonPath(path));

test('fields are found by name, and what is missing is found nowhere', (t) => {
  t.deepEqual(find('.metadata.name'), ['web']);
  t.deepEqual(find('$.metadata.name'), ['web']);
  t.deepEqual(find('.metadata.nothing.below'), []);
  t.deepEqual(find('.metadata.name.below'), []);
  t.deepEqual(find('.constructor'), []);
});

test('names with dots are quoted or escaped', (t) => {
  t.deepEqual(find(".metadata.annotations['a.b/c']"), ['dotted']);
  t.deepEqual(find(String.raw`.metadata.annotations.a\.b/c`), ['dotted']);
  t.deepEqual(find(".metadata.annotations['it','a.b/c']"), ['plain', 'dotted']);
});

test('lists are read by index, from their end, by slices and whole', (t) => {
  t.deepEqual(find('.spec.ports[0].port'), [80]);
  t.deepEqual(find('.spec.ports[-1].port'), [9]);
  t.deepEqual(find('.spec.ports[-2].port'), [443]);
  t.deepEqual(find('.spec.ports[7].port'), []);
  t.deepEqual(find('.spec.ports[1:].port'), [443, 9]);
  t.deepEqual(find('.spec.ports[:-1].port'), [80, 443]);
  t.deepEqual(find('.spec.ports[::2].port'), [80, 9]);
  t.deepEqual(find('.spec.ports[*].name'), ['http', 'https']);
  t.deepEqual(find('.spec.ports[0,2].port'), [80, 9]);
});

test('filters choose items by what they hold', (t) => {
  t.deepEqual(find('.status.conditions[?(@.type=="Ready")].status'), ['True']);
  t.deepEqual(find(".status.conditions[?(@.type != 'Ready')].status"), ['False']);
  t.deepEqual(find('.spec.ports[?(@.port > 80)].port'), [443]);
  t.deepEqual(find('.spec.ports[?(@.name)].port'), [80, 443]);
  t.deepEqual(find('.spec.ports[?(@.port >= 443)].name'), ['https']);
});

test('everything below is searched after two dots', (t) => {
  t.deepEqual(find('..port'), [80, 443, 9]);
  t.deepEqual(find('..type'), ['Ready', 'Synced']);
});

test('what is no path is refused', (t) => {
  for (const path of ['.spec.ports[', '.spec.ports[x]', ".a['b", '.a b', '.spec.ports[?(@.a==b)]']) {
    t.throws(() => parseJsonPath(path), { instanceOf: JsonPathError }, path);
  }
});
