import test from 'ava';
import { newNotFound } from '../apimachinery/errors/status-error.ts';
import fc from 'fast-check';
import { ManualClock } from '../apiserver/cacher/cacher-harness.ts';
import { RETRIES_UNTIL_UP_TO_DATE } from './limits.ts';
import { runWorkers } from './run-workers.ts';
import { exponentialLimiter } from './rate-limiter.ts';
import { WorkQueue } from './work-queue.ts';

const newQueue = (clock = new ManualClock()) => ({ clock, queue: new WorkQueue<string>({ name: 'test', clock }) });

test('a key is queued once, however often it is added', async (t) => {
  const { queue } = newQueue();
  for (const key of ['a', 'b', 'a']) queue.add(key);
  t.is(queue.length, 2);
  t.deepEqual([await queue.take(), await queue.take()], ['a', 'b']);
});

test('a key that is added while it is worked on comes again only when that is done', async (t) => {
  const { queue } = newQueue();
  queue.add('a');
  t.is(await queue.take(), 'a');
  queue.add('a');
  queue.add('a');
  t.is(queue.length, 0);
  queue.done('a');
  t.is(queue.length, 1);
  t.is(await queue.take(), 'a');
  queue.done('a');
  t.is(queue.length, 0);
});

test('who waits for a key gets the next one, and undefined when the queue is shut down', async (t) => {
  const { queue } = newQueue();
  const [first, second] = [queue.take(), queue.take()];
  queue.add('a');
  t.is(await first, 'a');
  queue.shutDown();
  queue.add('b');
  t.is(await second, undefined);
  t.is(await queue.take(), undefined);
});

test('of several delays of a key the earliest counts', (t) => {
  const { queue, clock } = newQueue();
  queue.addAfter('a', 500);
  queue.addAfter('a', 100);
  queue.addAfter('a', 900);
  clock.advance(99);
  t.is(queue.length, 0);
  clock.advance(1);
  t.is(queue.length, 1);
  clock.advance(1_000);
  t.is(queue.length, 1);
});

test('a key waits twice as long after each failure, and starts anew once forgotten', (t) => {
  const limiter = exponentialLimiter<string>({ first: 5, most: 30 });
  t.deepEqual(
    [1, 2, 3, 4, 5].map(() => limiter.when('a')),
    [5, 10, 20, 30, 30],
  );
  t.is(limiter.retries('a'), 5);
  limiter.forget('a');
  t.is(limiter.when('a'), 5);
});

test('failed work is tried again, and given up after the attempts it has', async (t) => {
  const { queue, clock } = newQueue();
  const stop = new AbortController();
  const worked: string[] = [];
  const running = runWorkers({
    queue,
    workers: 2,
    signal: stop.signal,
    maxRetries: 2,
    work: (key) => {
      worked.push(key);
      return key === 'good' ? Promise.resolve() : Promise.reject(new Error('no'));
    },
    onError: () => undefined,
  });
  queue.add('good');
  queue.add('bad');
  for (let step = 0; step < 5; step++) {
    await new Promise((resolve) => setImmediate(resolve));
    clock.advance(1_000);
  }
  stop.abort();
  await running;
  t.deepEqual(worked.toSorted(), ['bad', 'bad', 'bad', 'good']);
});

test('that an object is gone is told only when the lister does not come to know it', async (t) => {
  const { queue, clock } = newQueue();
  const stop = new AbortController();
  const told: string[] = [];
  let attempts = 0;
  const running = runWorkers({
    queue,
    workers: 1,
    signal: stop.signal,
    work: () => {
      attempts++;
      return Promise.reject(newNotFound({ group: '', resource: 'pods' }, 'a'));
    },
    onError: (error) => void told.push(String(error)),
  });
  queue.add('a');
  while (told.length === 0) {
    await new Promise((resolve) => setImmediate(resolve));
    clock.advance(10_000);
  }
  stop.abort();
  await running;
  t.is(attempts, RETRIES_UNTIL_UP_TO_DATE + 1);
});

test('no two workers ever have the same key, and every change is worked on after it happened', async (t) => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ key: fc.constantFrom('a', 'b', 'c'), step: fc.constantFrom('add', 'take', 'done') }), {
        maxLength: 60,
      }),
      async (steps) => {
        const { queue } = newQueue();
        const held = new Set<string>();
        const due = new Set<string>();
        const take = async () => {
          const key = (await queue.take()) ?? '';
          if (held.has(key)) throw new Error(`${key} was handed out twice`);
          held.add(key);
          due.delete(key);
        };
        for (const { key, step } of steps) {
          if (step === 'add') {
            queue.add(key);
            due.add(key);
          } else if (step === 'take' && queue.length > 0) await take();
          else if (step === 'done' && held.delete(key)) queue.done(key);
        }
        while (held.size > 0 || queue.length > 0) {
          for (const key of held) queue.done(key);
          held.clear();
          if (queue.length > 0) await take();
        }
        return due.size === 0;
      },
    ),
  );
  t.pass();
});
