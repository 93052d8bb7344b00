/** Stored values and cached bytes are each other's, and both are the object. */
import test from 'ava';
import {
  atRevision,
  builtInLayout,
  cachedBytes,
  customLayout,
  hasLayout,
  metadataBytes,
  objectBytes,
  storedBytes,
} from './object-layout.ts';

const layouts = {
  'a built-in': builtInLayout('Pod', 'v1'),
  'a custom resource': customLayout('Widget', 'example.com/v1'),
};

for (const [name, layout] of Object.entries(layouts)) {
  const header = layout.objectHeader.toString();
  const values = ['"metadata":{}}', '"metadata":{"name":"a"},"spec":{"metadata":{"x":"é"}}}'].map(
    (rest) => header + rest,
  );

  test(`${name}: a stored value comes back from its cached bytes`, (t) => {
    for (const value of values) {
      const bytes = cachedBytes(layout, Buffer.from(value), 41);
      t.is(String(storedBytes(layout, { bytes, revision: 41 })), value);
      t.is(bytes.buffer.byteLength, bytes.length, 'the buffer is its own');
    }
  });

  test(`${name}: GET is the object with its resourceVersion first in metadata`, (t) => {
    for (const value of values) {
      const object = objectBytes(layout, cachedBytes(layout, Buffer.from(value), 41)).toString();
      const { metadata, ...rest } = JSON.parse(value) as { metadata: object };
      t.deepEqual(JSON.parse(object), { ...rest, metadata: { resourceVersion: '41', ...metadata } });
      t.true(object.startsWith(`${header}"metadata":{"resourceVersion":"41"`));
    }
  });

  test(`${name}: metadata is cut out of cached bytes, whatever its strings hold`, (t) => {
    const odd = {
      name: 'a',
      annotations: { 'x"{': '}}\\"', '\\': '"\\\\', nested: '{"a":{"b":"}"}}' },
      finalizers: ['{', '}'],
    };
    for (const value of [...values, `${header}"metadata":${JSON.stringify(odd)},"spec":{}}`]) {
      const cached = cachedBytes(layout, Buffer.from(value), 41);
      const { metadata } = JSON.parse(value) as { metadata: object };
      t.deepEqual(JSON.parse(String(metadataBytes(layout, cached))), { resourceVersion: '41', ...metadata });
    }
  });

  test(`${name}: an object at another revision differs in nothing else`, (t) => {
    for (const value of values) {
      for (const revision of [7, 41, 1_000_000_007]) {
        const moved = atRevision(
          layout,
          { bytes: cachedBytes(layout, Buffer.from(value), 41), revision: 41 },
          revision,
        );
        t.is(String(moved), String(cachedBytes(layout, Buffer.from(value), revision)));
      }
    }
  });

  test(`${name}: a value with another header, or metadata elsewhere, does not have the layout`, (t) => {
    const other = builtInLayout('Other', 'v1').objectHeader.toString();
    for (const value of ['', header, `${other}"metadata":{}}`, `${header}"spec":{"metadata":{}},"metadata":{}}`]) {
      t.false(hasLayout(layout, Buffer.from(value)));
      t.throws(() => cachedBytes(layout, Buffer.from(value), 1), { instanceOf: TypeError });
    }
    t.true(hasLayout(layout, new Uint8Array(Buffer.from(`${header}"metadata":{}}`))));
  });
}
