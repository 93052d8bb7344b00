/** What CEL rules may cost, estimated when a definition is written: each rule at places of several cardinalities. */
import { type Case, type JsonObject, post } from '../case.ts';

const text: JsonObject = { type: 'string' };
const number: JsonObject = { type: 'integer' };
const listOf = (items: JsonObject, maxItems?: number): JsonObject => ({
  type: 'array',
  items,
  ...(maxItems === undefined ? {} : { maxItems }),
});

const properties: JsonObject = {
  str: text,
  strmax: { type: 'string', maxLength: 10 },
  enum: { type: 'string', enum: ['aaa', 'b'] },
  int: number,
  lstr: listOf(text),
  lint: listOf(number),
  lmax: listOf({ type: 'string', maxLength: 30 }, 20),
  map: { type: 'object', additionalProperties: text },
  mapmax: { type: 'object', maxProperties: 10, additionalProperties: { type: 'string', maxLength: 5 } },
  lobj: listOf({ type: 'object', required: ['name'], properties: { name: text, n: number, tags: listOf(text) } }),
  lobjmax: listOf({ type: 'object', properties: { name: { type: 'string', maxLength: 63 }, n: number } }, 50),
  time: { type: 'string', format: 'date-time' },
  dur: { type: 'string', format: 'duration' },
  ios: { 'x-kubernetes-int-or-string': true },
};

/** Around the object that has the rule. */
const places: Readonly<Record<string, (schema: JsonObject) => JsonObject>> = {
  once: (schema) => schema,
  'in a list of 500': (schema) => listOf(schema, 500),
  'in 500 lists of 5,000': (schema) => listOf(listOf(schema, 5000), 500),
  'in an unbounded list': (schema) => listOf(schema),
};

const rules = String.raw`
self.str == 'abc'
self.str.startsWith('a')
self.str.contains('abc')
self.str.contains(self.str)
self.str.matches('^[a-z]+$')
self.strmax.matches('^[a-z]+$')
self.strmax.contains(self.strmax)
self.enum == 'aaa'
self.int > 3
self.str + self.str == 'x'
self.str.size() > 3
self.lstr.all(x, x == 'a')
self.lstr.all(x, x.startsWith('a'))
self.lmax.all(x, x.startsWith('a'))
self.lint.all(x, x > 0)
self.lint.exists(x, x > 0)
self.lint.exists_one(x, x > 0)
self.lint.map(x, x + 1).size() > 0
self.lint.filter(x, x > 1).size() > 0
self.lint.map(x, x > 1, x + 1).size() > 0
self.lstr.map(x, x.size()).all(y, y > 1)
self.lint.all(x, self.lint.all(y, x != y))
self.lmax.all(x, self.lmax.exists(y, x != y))
self.lmax.all(x, self.lmax.exists_one(y, x == y))
self.map.all(k, k.startsWith('a'))
self.map.all(k, self.map[k] == 'a')
self.mapmax.all(k, self.mapmax[k].contains('a'))
self.mapmax.exists(k, k == 'a')
self.lobj.all(o, o.name == 'a')
self.lobj.all(o, has(o.n) && o.n > 1)
self.lobj.all(o, o.tags.all(t, t.startsWith('x')))
self.lobjmax.all(o, o.name.matches('^[a-z0-9-]+$'))
self.lobjmax.all(o, self.lobjmax.exists_one(p, p.name == o.name))
self.lobjmax.map(o, o.name).all(n, n.startsWith('a'))
'a' in self.lstr
self.lmax.isSorted()
self.lint.sum() > 3
self.lmax.join(',') == 'a'
self.lstr.join(',') == 'a'
self.str.replace('a', 'bb').size() > 3
self.strmax.split(',').all(x, x == 'a')
self.str.lowerAscii() == 'a'
self.str.find('[0-9]+') == 'a'
self.str.findAll('[0-9]+').all(x, x == '1')
has(self.str) ? self.str == 'a' : self.strmax == 'b'
!has(self.str) || self.str.size() < 3
has(self.str) && has(self.int)
self.time < timestamp('2020-01-01T00:00:00Z')
self.dur > duration('1h')
self.ios == 'abc'
type(self.ios) == string ? self.ios == 'a%' : self.ios > 3
isURL(self.str) && url(self.str).getScheme() == 'https'
quantity(self.strmax).isGreaterThan(quantity('1'))
ip(self.strmax).family() == 4
isIP(self.str)
cidr('10.0.0.0/8').containsIP(self.strmax)
[1, 2, 3].all(i, i > 0)
[1, 2, 3].map(i, i * 2).exists(x, x == 2)
{'a': 1}.all(k, k == 'a')
self.lstr == oldSelf.lstr
self.lobj == oldSelf.lobj
self == oldSelf
self.lobj[0].name == 'a'
self.map['a'] == 'b'
self.lstr[0].contains('abc')
optional.of(self.str).orValue('x') == 'y'
self.?str.orValue('x') == 'y'
self.?str.optMap(s, s.startsWith('a')).orValue(true)
self.lstr.all(i, x, i < 3 && x != 'a')
(self.lstr + self.lmax).all(x, x.startsWith('a'))
'%s-%d'.format([self.str, self.int]) == 'a'
string(self.int) == '3'
int(self.strmax) == 3
self.str.split('.', 2)[0] == 'a'
dyn(self.str) == dyn(self.int)
self.lobj.filter(o, o.name.startsWith('a')).all(o, o.n > 3)
self.lobj.filter(o, o.n > 3).size() == 0
sets.contains(self.lstr, ['a'])
self.lstr.indexOf('a') > 0
self.str.indexOf('a') > 0
self.str.substring(1, 3) == 'a'
self.str.trim() == 'a'
!format.dns1123Label().validate(self.str).hasValue()
self.lint.max() > 3
duration(self.strmax) > duration('1s')
`
  .trim()
  .split('\n');

const definition = (schema: JsonObject): JsonObject => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'costs.cost.example.com' },
  spec: {
    group: 'cost.example.com',
    scope: 'Cluster',
    names: { plural: 'costs', kind: 'Cost' },
    versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: schema } }],
  },
});

const path = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions?dryRun=All';

export const ruleCostCases: readonly Case[] = Object.entries(places).map(([place, around]) => ({
  name: `custom resources: estimated costs of rules, ${place}`,
  steps: rules
    // Old and new elements of lists do not correspond.
    .filter((rule) => place === 'once' || !rule.includes('oldSelf'))
    .map((rule) => {
      const spec = around({ type: 'object', properties, 'x-kubernetes-validations': [{ rule }] });
      return post(rule, path, definition({ type: 'object', properties: { spec } }));
    }),
}));
