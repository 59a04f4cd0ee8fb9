import { mkdirSync, writeFileSync } from 'node:fs';
import type { IncomingHttpHeaders, RequestListener } from 'node:http';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { FrontDoor } from '#infra/local/front-door.ts';
import { startFrontDoor } from '#infra/local/front-door.ts';
import { freePort } from '#infra/local/ports.ts';
import { waitUntil } from '#infra/local/processes.ts';
import { inFolder } from './emulator-lab.ts';

/** A front door to the given API, with two pages and a secret file beside their folder. */
function atFrontDoor(api: RequestListener, use: (door: FrontDoor) => Promise<void>): Promise<void> {
  return inFolder(async (folder) => {
    const pagesFolder = join(folder, 'pages');
    mkdirSync(pagesFolder);
    writeFileSync(join(pagesFolder, 'x-callback.html'), '<h1>callback</h1>');
    writeFileSync(join(pagesFolder, 'x-callback.js'), '// script');
    writeFileSync(join(pagesFolder, 'notes.txt'), 'not a page');
    writeFileSync(join(folder, 'secret.html'), 'secret');
    const server = createServer(api);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const door = await startFrontDoor({ apiUrl: `http://127.0.0.1:${port}/base/$default`, pagesFolder });
    try {
      await use(door);
    } finally {
      await door.close();
      server.close();
      server.closeAllConnections();
    }
  });
}

/** A request with an unnormalised path: fetch would normalise it. */
function rawGet(door: FrontDoor, path: string): Promise<{ status: number | undefined; body: string }> {
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port: door.port, path }, (reply) => {
      let body = '';
      reply.on('data', (chunk: Buffer) => (body += chunk.toString()));
      reply.on('end', () => {
        resolve({ status: reply.statusCode, body });
      });
    })
      .on('error', reject)
      .end();
  });
}

describe('the API behind the front door', () => {
  test("gets method, path, query, headers and body unchanged, and the viewer's address", async () => {
    let seen: { method?: string; url?: string; headers: IncomingHttpHeaders; body: string } | undefined;
    await atFrontDoor(
      (incoming, outgoing) => {
        let body = '';
        incoming.on('data', (chunk: Buffer) => (body += chunk.toString()));
        incoming.on('end', () => {
          seen = { method: incoming.method, url: incoming.url, headers: incoming.headers, body };
          outgoing.writeHead(201, { etag: '"1"', 'content-type': 'application/json', 'set-cookie': ['a=1', 'b=2'] });
          outgoing.end('{"ok":true}');
        });
      },
      async (door) => {
        const response = await fetch(`${door.url}/v1/posts/a%2Fb?q=%20x&q=y`, {
          method: 'PATCH',
          headers: { 'idempotency-key': 'k', 'x-forwarded-for': '192.0.2.1', authorization: 'Bearer t' },
          body: '{"text":"hello"}',
        });
        expect(response.status).toBe(201);
        expect(response.headers.get('etag')).toBe('"1"');
        expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
        expect(await response.json()).toEqual({ ok: true });
        expect(seen).toMatchObject({ method: 'PATCH', url: '/base/$default/v1/posts/a%2Fb?q=%20x&q=y' });
        expect(seen?.body).toBe('{"text":"hello"}');
        expect(seen?.headers).toMatchObject({
          'idempotency-key': 'k',
          authorization: 'Bearer t',
          'x-forwarded-for': '192.0.2.1, 127.0.0.1',
        });
        expect(seen?.headers.host).not.toBe(`127.0.0.1:${door.port}`);
      },
    );
  });

  test("does not get hop-by-hop headers of the viewer's connection", async () => {
    let seen: IncomingHttpHeaders = {};
    await atFrontDoor(
      (incoming, outgoing) => {
        seen = incoming.headers;
        outgoing.end();
      },
      async (door) => {
        const headers = { connection: 'close, X-Hop', 'x-hop': '1', te: 'trailers', 'x-end': '2' };
        await new Promise((resolve) =>
          request({ host: '127.0.0.1', port: door.port, path: '/v1/a', headers }, resolve).end(),
        );
        expect(seen).toMatchObject({ 'x-end': '2' });
        expect(Object.keys(seen)).not.toEqual(expect.arrayContaining(['x-hop']));
        expect(Object.keys(seen)).not.toEqual(expect.arrayContaining(['te']));
      },
    );
  });

  test('can stream: the first part of a reply arrives before the last is written', async () => {
    let finish: () => void = () => undefined;
    await atFrontDoor(
      (_incoming, outgoing) => {
        outgoing.write('first');
        finish = () => outgoing.end(' last');
      },
      async (door) => {
        const reader = (await fetch(`${door.url}/v1/stream`)).body?.getReader();
        expect(Buffer.from((await reader?.read())?.value ?? []).toString()).toBe('first');
        finish();
        expect(Buffer.from((await reader?.read())?.value ?? []).toString()).toBe(' last');
      },
    );
  });

  test('gets requests for short links, and its redirects are passed to the viewer', async () => {
    await atFrontDoor(
      (incoming, outgoing) => {
        outgoing.writeHead(302, { location: `https://example.com${incoming.url ?? ''}` });
        outgoing.end();
      },
      async (door) => {
        const { status, headers } = await fetch(`${door.url}/l/4fKq0ZtX9bLm`, { redirect: 'manual' });
        expect([status, headers.get('location')]).toEqual([302, 'https://example.com/base/$default/l/4fKq0ZtX9bLm']);
      },
    );
  });

  test('sees its request closed when the viewer hangs up', async () => {
    let dropped = false;
    let arrived = false;
    await atFrontDoor(
      (incoming) => {
        arrived = true;
        incoming.socket.once('close', () => (dropped = true));
      },
      async (door) => {
        const hangUp = new AbortController();
        const response = fetch(`${door.url}/v1/slow`, { signal: hangUp.signal });
        await waitUntil('The request', () => (arrived ? true : undefined));
        hangUp.abort();
        await expect(response).rejects.toThrow('aborted');
        await waitUntil('The end of the request to the API', () => (dropped ? true : undefined));
      },
    );
  });

  test('breaks off its reply for the viewer, too', async () => {
    await atFrontDoor(
      (_incoming, outgoing) => {
        outgoing.writeHead(200, { 'content-length': 100 });
        outgoing.write('only a part', () => outgoing.destroy());
      },
      async (door) => {
        await expect(fetch(`${door.url}/v1/broken`).then((response) => response.text())).rejects.toThrow();
      },
    );
  });

  test('is reported with a 502 api_unreachable problem when it cannot be reached', async () => {
    await inFolder(async (folder) => {
      const door = await startFrontDoor({ apiUrl: `http://127.0.0.1:${await freePort()}`, pagesFolder: folder });
      const response = await fetch(`${door.url}/v1/health`, { method: 'POST', body: 'x'.repeat(100_000) });
      expect(response.status).toBe(502);
      expect(response.headers.get('content-type')).toBe('application/problem+json');
      expect(await response.json()).toMatchObject({ status: 502, code: 'api_unreachable' });
      await door.close();
    });
  });
});

describe('pages', () => {
  const noApi: RequestListener = (_incoming, outgoing) => outgoing.end('the API');

  test('are served with a strict content security policy and without caching', async () => {
    await atFrontDoor(noApi, async (door) => {
      const response = await fetch(`${door.url}/x/callback?code=secret&state=s`);
      expect(await response.text()).toBe('<h1>callback</h1>');
      expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
      expect(response.headers.get('content-security-policy')).toMatch(/^default-src 'none'; script-src 'self'/);
      expect(response.headers.get('cache-control')).toBe('no-store');
      expect(response.headers.get('referrer-policy')).toBe('no-referrer');
      const script = await fetch(`${door.url}/x-callback.js`, { method: 'HEAD' });
      expect(script.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
      expect(script.headers.get('content-length')).toBe('9');
    });
  });

  test.each([
    '/nothing',
    '/notes.txt',
    '/../secret.html',
    '/%2e%2e/secret.html',
    '/..%2fsecret.html',
    '/x/../../secret',
    '//secret.html',
    '/.html',
    '/X/callback',
    '/v1',
  ])('%s is not found', async (path) => {
    await atFrontDoor(noApi, async (door) => {
      const { status, body } = await rawGet(door, path);
      expect(status).toBe(404);
      expect(JSON.parse(body)).toMatchObject({ code: 'page_not_found' });
    });
  });

  test('reject a POST with 405', async () => {
    await atFrontDoor(noApi, async (door) => {
      const response = await fetch(`${door.url}/x/callback`, { method: 'POST', body: 'x' });
      expect(response.status).toBe(405);
      expect(response.headers.get('allow')).toBe('GET, HEAD');
    });
  });
});

test('startFrontDoor rejects when its port is busy', async () => {
  await atFrontDoor(
    () => undefined,
    async (door) => {
      const second = startFrontDoor({ port: door.port, apiUrl: door.url, pagesFolder: '/' });
      await expect(second).rejects.toThrow('EADDRINUSE');
    },
  );
});
