import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startXSandbox } from '#infra/local/x-sandbox/server.ts';
import { at, call, connect, control, png, post, postToken, sandboxForTest, send, standing, upload } from './support.ts';

async function stateFile(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'x-sandbox-test-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return path.join(folder, 'state', 'x.json');
}

describe('the state of the X sandbox', () => {
  test('survives a restart: tokens, posts, media, usage, the clock and the settings', async () => {
    const statePath = await stateFile();
    const first = await startXSandbox({ statePath });
    const tokens = await connect(first);
    await control(first, 'PATCH', 'settings', { appName: 'Renamed' });
    await control(first, 'POST', 'clock', { advanceMs: 60_000 });
    const picture = await upload(first, tokens.access_token, png(), 'image/png', 'tweet_image');
    const { id } = await post(first, tokens.access_token, 'before', { media: { media_ids: [picture.id] } });
    const before = await control(first, 'GET', 'usage');
    await first.close();
    const second = await sandboxForTest({ statePath });
    expect((await control(second, 'GET', 'usage')).json).toEqual(before.json);
    expect(at((await call(second, tokens.access_token, 'GET', `/2/tweets/${id}`)).json, 'data', 'id')).toBe(id);
    expect((await fetch(`${second.url}/_sandbox/media/${picture.id}`)).status).toBe(200);
    expect(at((await control(second, 'GET', 'clock')).json, 'offsetMs')).toBe(60_000);
    expect(at((await control(second, 'GET', 'settings')).json, 'appName')).toBe('Renamed');
    const refreshed = await postToken(second, {
      grant_type: 'refresh_token',
      refresh_token: tokens.refresh_token ?? '',
    });
    expect(refreshed.status).toBe(200);
  });

  test('has a post on disk before its answer is sent, and no token in plain text', async () => {
    const statePath = await stateFile();
    const sandbox = await sandboxForTest({ statePath });
    const tokens = await connect(sandbox);
    for (let n = 0; n < 5; n += 1) {
      const { id } = await post(sandbox, tokens.access_token, `number ${n}`);
      const text = await readFile(statePath, 'utf8');
      expect(at(JSON.parse(text), 'posts', id, 'rawText')).toBe(`number ${n}`);
      expect(text).not.toContain(tokens.access_token);
      expect(text).not.toContain(tokens.refresh_token);
    }
  });

  test.each(['{"version":1', '{"version":2}', '[]'])(
    'that is unreadable (%s) prevents the start and is left unchanged',
    async (text) => {
      const statePath = path.join(path.dirname(path.dirname(await stateFile())), 'broken.json');
      await writeFile(statePath, text);
      onTestFinished(() => rm(statePath));
      await expect(startXSandbox({ statePath })).rejects.toThrow('is not one of this X sandbox');
      expect(await readFile(statePath, 'utf8')).toBe(text);
    },
  );
});

describe('the server of the X sandbox', () => {
  test("answers 404 in X's form, 405 to a wrong method, and 415 to a body that is not JSON", async () => {
    const sandbox = await sandboxForTest();
    expect((await send(`${sandbox.url}/2/nothing`)).json).toMatchObject({ status: 404, title: 'Not Found' });
    expect((await send(`${sandbox.url}/2/tweets`, { method: 'PUT' })).status).toBe(405);
    const { access_token: token } = await connect(sandbox);
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'text/plain' };
    expect((await send(`${sandbox.url}/2/tweets`, { method: 'POST', headers, body: 'hi' })).status).toBe(415);
  });

  test('rejects a body of more than 8 MiB and stores nothing', async () => {
    const sandbox = await sandboxForTest();
    const { access_token: token } = await connect(sandbox);
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const body = Buffer.alloc(8 * 1024 * 1024 + 1, 'a');
    expect((await send(`${sandbox.url}/2/tweets`, { method: 'POST', headers, body })).status).toBe(413);
    const settings = await send(`${sandbox.url}/_sandbox/settings`, { method: 'PATCH', headers, body });
    expect(settings.status).toBe(413);
    expect(await standing(sandbox)).toEqual([]);
  });

  test('answers very long posts of links, mentions or emoji without a server error', async () => {
    const sandbox = await sandboxForTest();
    const { access_token: token } = await connect(sandbox, 'acme_premium');
    for (const piece of ['https://a.co/', '@a ', '👨‍👩‍👧‍👦', '$A ', '((((', 'a.'.repeat(5)]) {
      const text = piece.repeat(Math.ceil(25_000 / piece.length));
      expect((await call(sandbox, token, 'POST', '/2/tweets', { text })).status).toBeLessThan(500);
    }
    expect((await call(sandbox, token, 'POST', '/2/tweets', { text: 'a'.repeat(5_000_000) })).status).toBe(403);
  });

  test('answers hostile paths, queries, content types and bodies with a status below 500', async () => {
    const sandbox = await sandboxForTest();
    const { access_token: token } = await connect(sandbox);
    const paths = fc.oneof(
      fc.constantFrom(
        '/2/tweets',
        '/2/tweets/analytics',
        '/2/users/me',
        '/2/media/upload',
        '/2/media/metadata',
        '/2/oauth2/token',
      ),
      fc.constantFrom(
        '/2/oauth2/revoke',
        '/i/oauth2/authorize',
        '/2/media/upload/1/append',
        '/2/tweets/__proto__',
        '/_sandbox/users/__proto__',
      ),
      fc.constantFrom(
        '/_sandbox/posts',
        '/_sandbox/faults',
        '/_sandbox/__proto__',
        '/2/users/constructor/tweets',
        '/%',
        '//',
        '/_sandbox/media/1',
      ),
      fc.webPath(),
    );
    const types = fc.constantFrom(
      'application/json',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=b',
      '',
      'a/b',
    );
    const bodies = fc.oneof(
      fc.json(),
      fc.string(),
      fc.constantFrom('null', '[]', '{"__proto__":{"a":1}}', '--b\r\n\r\n--b--'),
    );
    const query = fc.oneof(
      fc.constant(''),
      fc.webQueryParameters().map((text) => `?${text}`),
      fc.constant('?ids=__proto__'),
    );
    await fc.assert(
      fc.asyncProperty(
        paths,
        query,
        types,
        bodies,
        fc.constantFrom('GET', 'POST', 'PATCH', 'DELETE'),
        async (p, q, type, body, method) => {
          const init = { method, headers: { authorization: `Bearer ${token}`, ...(type && { 'content-type': type }) } };
          const answer = await send(sandbox.url + p + q, method === 'GET' ? init : { ...init, body });
          expect(answer.status).toBeLessThan(500);
        },
      ),
      { numRuns: 300 },
    );
    expect((await call(sandbox, token, 'GET', '/2/users/me')).status).toBe(200);
  });

  test('survives malformed HTTP and clients that disconnect midway', async () => {
    const sandbox = await sandboxForTest();
    for (const text of ['nonsense\r\n\r\n', 'POST /2/tweets HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf']) {
      const socket = net.connect(sandbox.port, '127.0.0.1', () => socket.end(text));
      socket.on('error', () => undefined);
      await new Promise((resolve) => socket.resume().once('close', resolve));
    }
    expect((await send(sandbox.url)).status).toBe(200);
  });

  test('closes while requests are pending', async () => {
    const sandbox = await startXSandbox();
    const { access_token: token } = await connect(sandbox);
    await control(sandbox, 'POST', 'faults', [{ fault: { kind: 'delay', ms: 600_000 } }]);
    const hanging = call(sandbox, token, 'GET', '/2/users/me');
    const fired = async () => at((await control(sandbox, 'GET', 'faults')).json, 'rules', 0, 'fired');
    const rejected = expect(hanging).rejects.toThrow();
    await expect.poll(fired).toBe(1);
    await sandbox.close();
    await rejected;
  });

  test('shows the timelines on a page that loads nothing from elsewhere', async () => {
    const sandbox = await sandboxForTest();
    const page = await send(sandbox.url);
    const policy = page.headers.get('content-security-policy') ?? '';
    expect(policy).toMatch(/^default-src 'none'; script-src 'sha256-[\w+/]{43}='; style-src 'sha256-[\w+/]{43}='/);
    expect(page.text).toContain('/_sandbox/posts');
    expect(page.text).not.toMatch(/innerHTML|(src|href)="(?!data:,)/);
  });
});

test.each(['SIGTERM', 'SIGINT'] as const)(
  'the X sandbox command prints its address, and %s ends it cleanly with its state saved',
  async (signal) => {
    const statePath = await stateFile();
    const main = path.join(import.meta.dirname, '../../../../infra/local/x-sandbox/main.ts');
    const child = spawn(process.execPath, [main, '--port', '0', '--state', statePath], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
    const [line] = await Array.fromAsync(firstOf(createInterface({ input: child.stdout })));
    const url = /^X sandbox listens on (http:\/\/127\.0\.0\.1:\d+)$/.exec(line ?? '')?.[1] ?? '';
    expect((await send(url)).status).toBe(200);
    child.kill(signal);
    expect(await ended).toBe(0);
    expect(at(JSON.parse(await readFile(statePath, 'utf8')), 'version')).toBe(1);
  },
);

async function* firstOf<T>(all: AsyncIterable<T>) {
  for await (const one of all) {
    yield one;
    return;
  }
}

test('the X sandbox command exits with 2 for an invalid port', async () => {
  const main = path.join(import.meta.dirname, '../../../../infra/local/x-sandbox/main.ts');
  const child = spawn(process.execPath, [main, '--port', 'many'], { stdio: 'ignore' });
  expect(await new Promise((resolve) => child.once('exit', resolve))).toBe(2);
});
