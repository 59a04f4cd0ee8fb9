import { createHash, randomBytes } from 'node:crypto';
import http from 'node:http';
import { type ITwitterApiClientPlugin, TwitterApi, type TwitterApiOAuth2Init } from 'twitter-api-v2';
import { onTestFinished } from 'vitest';
import * as z from 'zod';
import { startXSandbox, type XSandbox, type XSandboxOptions } from '#infra/local/x-sandbox/server.ts';

export const SCOPES = 'tweet.read tweet.write users.read media.write offline.access';
export const REDIRECT_URI = 'http://127.0.0.1:9/callback';
export const BASIC = `Basic ${Buffer.from('x-sandbox-app:x-sandbox-secret').toString('base64')}`;
export const COFFEE_ID = '1500000000000000001';
export const PREMIUM_ID = '1500000000000000002';

/** A sandbox that ends with the test. */
export async function sandboxForTest(options: XSandboxOptions = {}): Promise<XSandbox> {
  const sandbox = await startXSandbox(options);
  onTestFinished(() => sandbox.close());
  return sandbox;
}

const Json = z.record(z.string(), z.unknown());
const Tokens = z.object({
  access_token: z.string(),
  refresh_token: z.string().optional(),
  token_type: z.literal('bearer'),
  expires_in: z.number(),
  scope: z.string(),
});
type Tokens = z.infer<typeof Tokens>;

/** A response that was read completely. */
interface Answer {
  status: number;
  headers: Headers;
  text: string;
  /** The body as JSON; undefined if it is not JSON. */
  json: unknown;
}

export async function send(url: string, init: RequestInit = {}): Promise<Answer> {
  const response = await fetch(url, { redirect: 'manual', ...init });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, json: tryJson(text) };
}

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Sends JSON with a bearer; without a body it is a plain request. */
export function call(sandbox: XSandbox, token: string, method: string, path: string, body?: unknown): Promise<Answer> {
  return send(sandbox.url + path, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
}

export async function control(sandbox: XSandbox, method: string, path: string, body?: unknown): Promise<Answer> {
  const answer = await send(`${sandbox.url}/_sandbox/${path}`, {
    method,
    ...(body !== undefined && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  if (answer.status >= 300) throw new Error(`control ${method} ${path}: ${answer.status} ${answer.text}`);
  return answer;
}

/** The fields of the authorize request of a client with this verifier. */
export function authorizeQuery(verifier: string, change: Record<string, string> = {}): Record<string, string> {
  return {
    response_type: 'code',
    client_id: 'x-sandbox-app',
    redirect_uri: REDIRECT_URI,
    scope: SCOPES,
    state: 'state-of-the-client',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    ...change,
  };
}

/** Submits the consent page. Returns the URL that X redirects to. */
export async function consent(sandbox: XSandbox, fields: Record<string, string>): Promise<URL> {
  const answer = await send(`${sandbox.url}/i/oauth2/authorize`, { method: 'POST', body: new URLSearchParams(fields) });
  const location = answer.headers.get('location');
  if (answer.status !== 302 || location === null) throw new Error(`no redirect: ${answer.status} ${answer.text}`);
  return new URL(location);
}

export function newVerifier(): string {
  return randomBytes(48).toString('base64url');
}

/** An authorization code for this user, with its verifier. */
export async function codeFor(sandbox: XSandbox, username: string, change: Record<string, string> = {}) {
  const verifier = newVerifier();
  const target = await consent(sandbox, { ...authorizeQuery(verifier, change), username, decision: 'allow' });
  return { code: z.string().parse(target.searchParams.get('code')), verifier };
}

export function postToken(
  sandbox: XSandbox,
  fields: Record<string, string>,
  path = '/2/oauth2/token',
): Promise<Answer> {
  const body = new URLSearchParams(fields);
  return send(sandbox.url + path, { method: 'POST', headers: { authorization: BASIC }, body });
}

export function exchange(sandbox: XSandbox, { code, verifier }: { code: string; verifier: string }): Promise<Answer> {
  const fields = { grant_type: 'authorization_code', code, code_verifier: verifier, redirect_uri: REDIRECT_URI };
  return postToken(sandbox, fields);
}

/** Connects a user by the whole consent flow. Returns the tokens. */
export async function connect(sandbox: XSandbox, username = 'acme_coffee', scope = SCOPES): Promise<Tokens> {
  return Tokens.parse((await exchange(sandbox, await codeFor(sandbox, username, { scope }))).json);
}

export function tokensOf(answer: Answer): Tokens {
  return Tokens.parse(answer.json);
}

const Created = z.object({ data: z.object({ id: z.string(), text: z.string() }) });

/** Posts a text that must be accepted. */
export async function post(sandbox: XSandbox, token: string, text: string, more: Record<string, unknown> = {}) {
  return Created.parse((await call(sandbox, token, 'POST', '/2/tweets', { text, ...more })).json).data;
}

const Standing = z.object({
  posts: z.array(
    z.looseObject({ id: z.string(), username: z.string(), rawText: z.string(), replyTo: z.string().optional() }),
  ),
});

/** The posts on X, oldest first. */
export async function standing(sandbox: XSandbox, username?: string) {
  const query = username === undefined ? '' : `?username=${username}`;
  return Standing.parse((await control(sandbox, 'GET', `posts${query}`)).json).posts;
}

/** A member of a JSON object, by its path. */
export function at(value: unknown, ...path: (string | number)[]): unknown {
  return path.reduce<unknown>((inner, key) => {
    if (Array.isArray(inner)) return z.array(z.unknown()).parse(inner).at(Number(key));
    const record = Json.safeParse(inner);
    return record.success ? record.data[key] : undefined;
  }, value);
}

/**
 * twitter-api-v2 against another origin. The library has no setting for it: a plugin rewrites the URL of each request,
 * and an http agent keeps its `https.request` from rejecting the protocol.
 */
export function twitterClient(sandbox: XSandbox, credentials: string | TwitterApiOAuth2Init): TwitterApi {
  const base = new URL(sandbox.url);
  const rebase: ITwitterApiClientPlugin = {
    onBeforeRequestConfig({ params }) {
      const url = new URL(params.url);
      url.protocol = base.protocol;
      url.host = base.host;
      params.url = url.href;
      params.timeout ??= 10_000;
    },
  };
  const settings = { plugins: [rebase], compression: false as const, httpAgent: new http.Agent() };
  return typeof credentials === 'string'
    ? new TwitterApi(credentials, settings)
    : new TwitterApi(credentials, settings);
}

/** A PNG of one colour, valid in its header, padded to a length. */
export function png(width = 4, height = 3, length = 200): Buffer {
  const head = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');
  const size = Buffer.alloc(8);
  size.writeUInt32BE(width, 0);
  size.writeUInt32BE(height, 4);
  return Buffer.concat([head, size, Buffer.alloc(length - head.length - 8, 7)]);
}

/** A GIF with this many one-pixel frames. */
export function gif(frames: number, width = 1, height = 1): Buffer {
  const screen = Buffer.alloc(7);
  screen.writeUInt16LE(width, 0);
  screen.writeUInt16LE(height, 2);
  const frame = Buffer.from('2c00000000010001000002024401 00'.replaceAll(' ', ''), 'hex');
  return Buffer.concat([
    Buffer.from('GIF89a'),
    screen,
    ...Array.from({ length: frames }, () => frame),
    Buffer.from(';'),
  ]);
}

function box(type: string, content: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(content.length + 8, 0);
  head.write(type, 4, 'latin1');
  return Buffer.concat([head, content]);
}

/** An MP4 of this duration that consists of little more than headers. */
export function mp4(durationMs: number): Buffer {
  const header = Buffer.alloc(100);
  header.writeUInt32BE(1000, 12);
  header.writeUInt32BE(durationMs, 16);
  return Buffer.concat([
    box('ftyp', Buffer.from('isom0000')),
    box('mdat', Buffer.alloc(64)),
    box('moov', box('mvhd', header)),
  ]);
}

/** Uploads by initialize, a multipart append and finalize. Returns the answer of finalize. */
export async function upload(
  sandbox: XSandbox,
  token: string,
  bytes: Buffer,
  mediaType: string,
  category: string,
): Promise<{ id: string; answer: Answer }> {
  const start = { media_type: mediaType, media_category: category, total_bytes: bytes.length };
  const begun = await call(sandbox, token, 'POST', '/2/media/upload/initialize', start);
  const id = z.string().parse(at(begun.json, 'data', 'id'));
  const appended = await appendPart(sandbox, token, id, 0, bytes);
  if (appended.status !== 200) return { id, answer: appended };
  return { id, answer: await call(sandbox, token, 'POST', `/2/media/upload/${id}/finalize`, {}) };
}

/** One chunk as twitter-api-v2 sends it: the part `media` has no file name. */
export function appendPart(
  sandbox: XSandbox,
  token: string,
  id: string,
  index: number,
  bytes: Buffer,
): Promise<Answer> {
  const boundary = `----${randomBytes(12).toString('hex')}`;
  const body = Buffer.concat([
    Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; name="segment_index"\r\n\r\n${index}\r\n`),
    Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; name="media"\r\n`),
    Buffer.from('Content-Type: application/octet-stream\r\n\r\n'),
    bytes,
    Buffer.from(`\r\n--${boundary}--\r\n`),
  ]);
  return send(`${sandbox.url}/2/media/upload/${id}/append`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': `multipart/form-data; boundary=${boundary}` },
    body,
  });
}
