import { crc32, gunzipSync } from 'node:zlib';
import test from 'ava';
import fc from 'fast-check';
import type { CachedObject } from '../../cacher/interface.ts';
import { ListBody } from '../list-body.ts';
import { crc32Combine, crc32Shift } from './crc32-combine.ts';
import { DeflatedSegments } from './deflated-segments.ts';

function item(revision: number, text: string): CachedObject {
  return {
    key: `/k/${revision}`,
    namespace: '',
    name: '',
    revision,
    bytes: Buffer.from(`,{"v":${JSON.stringify(text)}}`),
  };
}

function plain(items: readonly CachedObject[]): string {
  return `[${items.map(({ bytes }) => bytes.toString().slice(1)).join(',')}]}\n`;
}

async function gunzipped(items: readonly CachedObject[], segments: DeflatedSegments): Promise<string> {
  const body = new ListBody('[', items, segments);
  const text = gunzipSync(await body.gzip()).toString();
  if (text !== body.bytes().toString() || Buffer.byteLength(text) !== body.length) throw new Error('two bodies');
  return text;
}

test('the CRC of two strings behind one another follows from the CRCs of both', (t) => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.uint8Array({ maxLength: 300 }), (a, b) => {
      const whole = crc32(Buffer.concat([a, b]));
      return crc32Combine(crc32(a), crc32(b), crc32Shift(b.length)) === whole;
    }),
  );
  const zeros = Buffer.alloc(5_000_000);
  t.is(
    crc32Combine(crc32('x'), crc32(zeros), crc32Shift(zeros.length)),
    crc32(Buffer.concat([Buffer.from('x'), zeros])),
  );
});

test('a list put together from deflated runs is the list, whatever parts of it were asked for before', async (t) => {
  const segments = new DeflatedSegments(20_000);
  const revisions = fc.uniqueArray(fc.integer({ min: 1, max: 500 }), { maxLength: 200 });
  await fc.assert(
    fc.asyncProperty(revisions, async (chosen) => {
      const items = chosen.map((revision) => item(revision, `object ${revision} ${'é'.repeat(revision % 7)}`));
      return (await gunzipped(items, segments)) === plain(items);
    }),
  );
  t.true(segments.bytes <= 20_000);
});

test('what did not change is not deflated again, and what did is', async (t) => {
  const segments = new DeflatedSegments();
  const items = Array.from({ length: 500 }, (_, index) => item(index + 1, `object ${index}`));
  await gunzipped(items, segments);
  const before = segments.bytes;
  await gunzipped(items, segments);
  t.is(segments.bytes, before);
  const changed = items.with(250, item(1001, 'another text'));
  t.is(await gunzipped(changed, segments), plain(changed));
  t.true(segments.bytes > before && segments.bytes < before * 1.3);
});
