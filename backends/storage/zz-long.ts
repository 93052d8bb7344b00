import pg from 'pg';
import { createPostgresStorage } from './postgres/postgres-storage.ts';
const V = Buffer.from(JSON.stringify({ data: 'x'.repeat(2000) }));
const connection = { host: '/tmp/st/s18', user: 'portico', database: 'postgres' };
const c = new pg.Client(connection); await c.connect();
await c.query('drop schema if exists zz cascade');
const s = await createPostgresStorage({ connection, schema: 'zz', soleWriter: process.argv[2] === 'sole', compactionInterval: 1500, onEvent: (e) => console.log(e.level, e.message, (e.error as any)?.message ?? '') });
const rev = new Map<string, number>();
const sink = { n: 0, events(e: any) { this.n += e.length; }, error(e: Error) { console.log('WATCH', e.message); } };
await s.watch('/', await s.currentRevision(), sink, new AbortController().signal);
let total = 0; let worst = 0;
async function phase(label: string, secs: number) {
  const end = performance.now() + secs * 1000; const t0 = performance.now(); const n0 = total; worst = 0;
  await Promise.all(Array.from({ length: 64 }, async (_, w) => { for (let i = 0; performance.now() < end; i++) { const key = `/k/${w}/${i % 400}`; const r = rev.get(key); const t = performance.now(); const { revision } = r === undefined ? await s.create(key, V) : await s.update(key, V, r); worst = Math.max(worst, performance.now() - t); rev.set(key, revision); total++; } }));
  const rows = (await c.query(`select segment, count(*) n from zz.log group by 1 order by 1`)).rows.map((r) => `${r.segment}:${r.n}`).join(' ');
  const size = (await c.query(`select pg_size_pretty(pg_total_relation_size('zz.current')) c, (select pg_size_pretty(sum(pg_total_relation_size(inhrelid))) from pg_inherits where inhparent='zz.log'::regclass) l, (select pg_size_pretty(pg_total_relation_size('zz.store'))) s`)).rows[0];
  console.log(label, Math.round((total - n0) / (performance.now() - t0) * 1000), 'writes/s', 'worst', worst.toFixed(0), 'ms', rows, JSON.stringify(size), 'events', sink.n, total);
}
await phase('warm', 5);
await phase('plain', 5);
const h = new pg.Client(connection); await h.connect();
await h.query('begin isolation level repeatable read; select count(*) from zz.store');
await phase('held snapshot', 6); await phase('held snapshot', 6);
await h.query('rollback; begin; select count(*) from zz.log');
await phase('held lock', 6);
await h.query('rollback');
await phase('after', 5);
const t = performance.now(); for (let i = 0; i < 100; i++) { const k = '/lone/' + i; await s.create(k, V); } console.log('lone', ((performance.now() - t) / 100).toFixed(2));
await s.close(); await c.query('drop schema zz cascade'); await c.end(); await h.end();
