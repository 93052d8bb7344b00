/** JSONPaths of every form, as columns of a custom resource: what they find, and which end the columns. */
import { type Case, get, type JsonObject, post, TABLE } from '../case.ts';
import { shape, shapes, version, withShapes } from './custom-resources.ts';

const paths: readonly string[] = [
  // Names.
  '.kind',
  '.metadata.name',
  '$.spec.num',
  '@.spec.num',
  '.',
  '.spec.',
  ".metadata.annotations['a.b/c']",
  String.raw`.metadata.annotations['a\.b/c']`,
  String.raw`.metadata.annotations.a\.b/c`,
  String.raw`.spec.\.dot`,
  ".spec['sp ace']",
  String.raw`.spec.sp\ ace`,
  '.spec.sp ace',
  ".spec['text','num']",
  ".spec['none','num']",
  ...['', '.num', '.fraction', '.large', '.bool', '.null', '.map', '.list', '.num.x', '.list.x', '.text.x'].map(
    (name) => `.spec${name}`,
  ),
  // Lists.
  ...[
    '0',
    '2',
    '3',
    '-1',
    '-3',
    '-4',
    '*',
    '',
    '0,2',
    '5,0',
    '0 , 2',
    '1:',
    ':1',
    ':-1',
    '-2:',
    '1:9',
    '-9:2',
    '2:1',
  ].map((index) => `.spec.list[${index}]`),
  ...['1:1', '::2', '1::2', '::0', '::-1', '0:2:1'].map((slice) => `.spec.list[${slice}]`),
  ...['text[0]', 'text[*]', 'none[0]', 'null[0]', 'empty[0]', 'empty[*]', 'empty[-1]', 'map[*]', 'map.*', 'one.*'].map(
    (rest) => `.spec.${rest}`,
  ),
  ...['lists[0][1]', 'lists[*][0]', 'lists[1,0][0]', 'items[0].name', "items[0]['name']", 'items[-2:].name'].map(
    (rest) => `.spec.${rest}`,
  ),
  // Filters.
  ...[
    ...['@.n==2', '@.n==2.0', '@.n>1', '@.n>=2', '@.n<2', '@.n!=1', "@.name=='b'", '@.name=="b"', "@.name>'a'"],
    ...['@.on==true', '@.on>true', "@.n=='2'", '@.f>1', '@.f>1.0', '@.f', '@.none', '@.l[0]', '@.l[0]==1', '@.l[*]==1'],
    ...["$.name=='b'", '$.spec.num==5', '@.n==@.m', '@.none==1', '@.null==1', '@.null', '@.l==1', '@.n=2', '@.n==word'],
    ...['@.n == 2', ' @.n==2 ', "'b'==@.name", '2<@.n', '@.large==9007199254740993'],
  ].map((filter) => `.spec.items[?(${filter})].name`),
  ...['items[?(@.n==2)]', 'items[?(@.n==2)].l[0]', 'map[?(@.x)]', 'text[?(@.x)]', 'none[?(@.x)]', 'null[?(@.x)].y'].map(
    (rest) => `.spec.${rest}`,
  ),
  // Everything below.
  ...['..name', '..n', '..none', '.spec..n', '.spec.map..', '.spec.text..', '.spec.empty..', '.spec.deep..x'],
  ...['.spec.deep..[0]', '.spec.list..', '.spec.num .spec.text', '.spec.num.spec'],
];

const spec: JsonObject = {
  num: 5,
  fraction: 1.5,
  bool: true,
  null: null,
  large: 1_000_000,
  text: 'word',
  list: ['first', 'second', 'third'],
  empty: [],
  map: { x: 1, y: 2 },
  one: { only: 7 },
  lists: [
    [1, 2],
    [3, 4],
  ],
  'sp ace': 's',
  '.dot': 'd',
  deep: { a: { x: 1 }, b: [{ x: 2 }] },
  items: [
    { name: 'a', n: 1, on: true, f: 1.5, l: [1], m: 1, null: null },
    { name: 'b', n: 2, on: false, m: 3, l: [] },
    { name: 'c', n: 3, f: 2.5 },
  ],
};

const anything: JsonObject = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };

const withColumns = (what: string, type: string, wanted: readonly string[]): Case =>
  withShapes(
    `columns of ${what} as ${type}`,
    [
      version({
        schema: anything,
        additionalPrinterColumns: wanted.map((jsonPath, index) => ({ name: `C${index}`, type, jsonPath })),
      }),
    ],
    [
      post('create', shapes, shape('subject', spec, { metadata: { name: 'subject', annotations: { 'a.b/c': 'it' } } })),
      get('table', shapes, { accept: TABLE }),
    ],
  );

/** With each of these the columns end. */
const unreadable = ['.spec.list[x]', ".spec.items[?(@.name=~'b')].n", "[?(@.n==2&&@.name=='b')]", '.spec[', '.a/b /c'];

export const columnPathCases: readonly Case[] = [
  ...['string', 'integer', 'number', 'boolean', 'date'].map((type) => withColumns('any path', type, paths)),
  ...unreadable.map((path) => withColumns(path, 'string', ['.spec.num', path, '.spec.text'])),
];
