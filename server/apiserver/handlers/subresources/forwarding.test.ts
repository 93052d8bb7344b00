/** What passes through to the server behind, and what does not: a chain of one handler before a plain HTTP server. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { type ClientHttp2Session, connect } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import test from 'ava';
import Koa from 'koa';
import { systemClock } from '../../../apimachinery/clock/clock.ts';
import { StatusError } from '../../../apimachinery/errors/status-error.ts';
import { loadOrCreatePki } from '../../../cmd/pki.ts';
import { newRequestState, type RequestState } from '../../request-context.ts';
import { SecureServer } from '../../serving/secure-server.ts';
import { forward } from '../../proxy/forward-upgrade.ts';
import type { ProxyTarget } from '../../proxy/proxy-target.ts';
import { rewriteHtml } from '../../proxy/rewrite-html.ts';

let behind: Server;
let front: SecureServer;
let session: ClientHttp2Session;
let target: ProxyTarget;
const last: { req?: IncomingMessage; body?: string } = {};

test.before(async () => {
  behind = createServer((req, res) => {
    void text(req).then((body) => {
      Object.assign(last, { req, body });
      if (req.url === '/page') {
        const page = gzipSync('<a href="/x">x</a><!-- <a href="/y"> --><a class=b href=\'y\'><img src=/z.png>');
        res.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'content-encoding': 'gzip' }).end(page);
      } else if (req.url === '/moved') res.writeHead(302, { location: '/login?next=1#top' }).end();
      else if (req.url === '/elsewhere') res.writeHead(302, { location: 'https://example.com/x' }).end();
      else if (req.url === '/half') {
        res.writeHead(200, { 'content-length': '100' });
        res.write('half', () => res.destroy());
      } else
        res
          .writeHead(207, { 'set-cookie': ['a=1', 'b=2'], connection: 'x-private', 'x-private': '1' })
          .end(`${req.method} ${body}`);
    });
  });
  behind.listen(0, '127.0.0.1');
  await once(behind, 'listening');
  const { port } = behind.address() as AddressInfo;
  target = { address: { host: '127.0.0.1', port }, path: '/', tls: undefined, shownUnder: '/below/proxy' };
  const app = new Koa<RequestState>();
  app.silent = true;
  app.use(async (ctx) => {
    Object.assign(ctx.state, newRequestState(ctx, 0), { signal: () => new AbortController().signal });
    try {
      const path = String(ctx.req.headers['x-path'] ?? '/');
      const address = path === '/nowhere' ? { host: '127.0.0.1', port: 1 } : target.address;
      await forward(ctx, { ...target, address, path, headers: { 'X-Remote-User': 'jane' } }, systemClock);
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
      ctx.status = error.status.code;
      ctx.body = error.message;
    }
  });
  const pki = await loadOrCreatePki({ folder: undefined, hosts: ['127.0.0.1'], now: Date.now() });
  const callback = app.callback();
  front = new SecureServer({
    certificate: pki.serving.certificate,
    key: pki.serving.key,
    clientCertificateAuthority: undefined,
    clock: systemClock,
    listener: (req, res) => void callback(req, res),
  });
  const address = await front.listen({ port: 0, bindAddress: '127.0.0.1' });
  session = connect(`https://127.0.0.1:${address.port}`, { rejectUnauthorized: false });
});
test.after.always(() => {
  session?.destroy();
  front?.destroy();
  behind?.closeAllConnections();
  behind?.close();
});

async function ask(headers: Record<string, string | string[]>, body?: string) {
  const stream = session.request({ ':path': '/below/proxy/', ...headers }, { endStream: body === undefined });
  const answered = once(stream, 'response') as Promise<[Record<string, string | string[] | number>]>;
  if (body !== undefined) stream.end(body);
  const [head] = await answered;
  return { status: head[':status'], head, body: await text(stream) };
}

test.serial('methods, bodies and headers pass, and the answer with them', async (t) => {
  const { status, head, body } = await ask({ ':method': 'PUT', 'x-path': '/a%2Fb?c=d', 'x-own': ['1', '2'] }, 'why');
  t.deepEqual([status, body], [207, 'PUT why']);
  t.deepEqual(head['set-cookie'], ['a=1', 'b=2']);
  t.is(head['x-private'], undefined);
  t.is(last.req?.url, '/a%2Fb?c=d');
  t.is(last.req?.headers['x-own'], '1, 2');
  t.is(last.req?.headers['x-forwarded-for'], '127.0.0.1');
  t.is(last.req?.headers['x-forwarded-uri'], '/below/proxy/a%2Fb');
  t.is(last.req?.headers['x-forwarded-proto'], 'https');
});

test.serial('links of pages lead through the proxy', async (t) => {
  const { head, body } = await ask({ 'x-path': '/page' });
  t.is(body, '<a href="/below/proxy/x">x</a><!-- <a href="/y"> --><a class=b href=\'y\'><img src=/below/proxy/z.png>');
  t.is(head['content-length'], undefined);
  t.is(head['content-encoding'], undefined);
});

const links: Readonly<Record<string, string>> = {
  '<a href="/rewriteme">test</a>': '<a href="/p/rewriteme">test</a>',
  '<A HREF="/x" id="/y">': '<A HREF="/p/x" id="/y">',
  '<a href="//other/x"><a href="https://other/x"><a href="x"><a href="#x">':
    '<a href="//other/x"><a href="https://other/x"><a href="x"><a href="#x">',
  '<a href="/p/x">': '<a href="/p/x">',
  '<script src="/a.js">if (a < b) x = \'<a href="/no">\';</script><a href="/yes">':
    '<script src="/p/a.js">if (a < b) x = \'<a href="/no">\';</script><a href="/p/yes">',
  '<div title="<a href=/x>"><p>1 < 2 > 0': '<div title="<a href=/x>"><p>1 < 2 > 0',
  '<img alt="a > b" src="/i.png"/>': '<img alt="a > b" src="/p/i.png"/>',
};

for (const [page, moved] of Object.entries(links)) {
  test(`links: ${page}`, (t) => t.is(rewriteHtml(page, '/p'), moved));
}

test('a page that is no good costs no time', (t) => {
  const page = `${'<a '.repeat(20_000)}${'"'.repeat(20_001)}`;
  t.is(rewriteHtml(page, '/p'), page);
});

test.serial('credentials stay here, and only this server says who asks', async (t) => {
  await ask({
    authorization: 'Bearer secret',
    'impersonate-user': 'joe',
    'x-remote-user': 'root',
    'x-remote-group': 'system:masters',
    'x-remote-extra-scopes': 'all',
  });
  const { headers } = last.req ?? {};
  t.is(headers?.['x-remote-user'], 'jane');
  for (const name of ['authorization', 'impersonate-user', 'x-remote-group', 'x-remote-extra-scopes']) {
    t.is(headers?.[name], undefined, name);
  }
});

test.serial('redirections stay below the path by which the other server is seen', async (t) => {
  t.is((await ask({ 'x-path': '/moved' })).head.location, '/below/proxy/login?next=1#top');
  t.is((await ask({ 'x-path': '/elsewhere' })).head.location, 'https://example.com/x');
});

test.serial('half an answer ends with an error', async (t) => {
  await t.throwsAsync(ask({ 'x-path': '/half' }));
});

test.serial('a service that cannot be reached is unavailable', async (t) => {
  const { status, body } = await ask({ 'x-path': '/nowhere' });
  t.is(status, 503);
  t.is(body, 'error trying to reach service: dial tcp 127.0.0.1:1: connect: connection refused');
});
