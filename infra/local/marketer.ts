import { randomInt, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { slowness } from './slowness.ts';

/** Addresses of a running stage. */
export interface StageAddresses {
  /** Base URL of the API without a trailing slash: `${apiUrl}/v1/health`. */
  apiUrl: string;
  xSandboxUrl: string;
  /** URL to read sent mails. */
  mailUrl: string;
}

export interface Answer {
  status: number;
  headers: Headers;
  /** Parsed JSON; undefined for an empty body. */
  body: unknown;
}

/**
 * Long enough for an event that failed once: the inbox redelivers it after 90 s, six times the function's timeout
 * (infra/constructs/inbox.ts).
 */
const deadlineMs = 150_000;

/** Milliseconds until the next look: a tenth of the wait so far, so that long waits cost little. */
const nextLookMs = (waitedMs: number): number => Math.min(1_000, Math.max(100, waitedMs / 10));

/**
 * Polls `look` until it returns something; on timeout throws an error naming `what`. @param options `withinMs`: on an
 * idle machine; extended by how much slower a loaded one is. `everyMs`: by default longer the longer it waits
 */
export const eventually = async <T>(
  what: string,
  look: () => Promise<T | undefined>,
  { withinMs = deadlineMs, everyMs }: { withinMs?: number; everyMs?: number } = {},
): Promise<T> => {
  const started = Date.now();
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    const waitedMs = Date.now() - started;
    if (waitedMs > withinMs * slowness()) throw new Error(`Timed out after ${waitedMs / 1000} s waiting for: ${what}`);
    await sleep(everyMs ?? nextLookMs(waitedMs));
  }
};

const Tokens = z.object({ accessToken: z.string(), refreshToken: z.string(), expiresIn: z.number() });
const Mails = z.object({
  messages: z.record(
    z.string(),
    z.array(z.object({ To: z.array(z.string()), BodyText: z.string(), Timestamp: z.number() })),
  ),
});

/** A person with an email address and a password who uses only the public API. */
export class Marketer {
  readonly email: string;
  readonly password: string;
  accessToken = '';
  refreshToken = '';
  signUpToken = '';
  readonly #stage: StageAddresses;

  constructor(stage: StageAddresses, name = 'maya') {
    this.#stage = stage;
    this.email = `${name}.${randomUUID().slice(0, 8)}@example.com`;
    // All character classes that the password policy requires, and enough entropy.
    this.password = `Aa1!${randomUUID()}`;
  }

  /** Calls an operation, signed in once there is a token. */
  async call(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    const response = await fetch(this.#stage.apiUrl + path, {
      method,
      headers: {
        ...(this.accessToken !== '' && { authorization: `Bearer ${this.accessToken}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json') === true;
    return {
      status: response.status,
      headers: response.headers,
      body: text === '' ? undefined : isJson ? JSON.parse(text) : text,
    };
  }

  /** Calls an operation that must succeed; returns its parsed reply. @throws Error with the status and problem */
  async do<Schema extends z.ZodType>(
    schema: Schema,
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<z.infer<Schema>> {
    const answer = await this.call(method, path, body, headers);
    if (answer.status >= 400) {
      throw new Error(`${method} ${path} answered ${answer.status}: ${JSON.stringify(answer.body)}`);
    }
    return schema.parse(answer.body);
  }

  async signUp(workspaceName = 'Acme Coffee', name = 'Maya Marketer'): Promise<void> {
    const { email, password } = this;
    const begun = await this.do(z.object({ signUpToken: z.string() }), 'POST', '/v1/auth/sign-up', {
      email,
      password,
      name,
      workspaceName,
    });
    this.signUpToken = begun.signUpToken;
  }

  /** Returns the newest code in this person's mailbox. */
  async readCode(): Promise<string> {
    return eventually('a mail with a confirmation code', async () => {
      const response = await fetch(this.#stage.mailUrl);
      const mails = Object.values(Mails.parse(await response.json()).messages).flat();
      const mine = mails.filter(({ To }) => To.includes(this.email)).sort((a, b) => b.Timestamp - a.Timestamp);
      return mine.flatMap(({ BodyText }) => /^Code: (\S+)$/m.exec(BodyText)?.[1] ?? [])[0];
    });
  }

  async confirm(code: string): Promise<void> {
    await this.do(z.object({ status: z.literal('confirmed') }), 'POST', '/v1/auth/confirm', {
      email: this.email,
      code,
      signUpToken: this.signUpToken,
    });
  }

  async signIn(): Promise<void> {
    const { email, password } = this;
    const tokens = await this.do(Tokens, 'POST', '/v1/auth/sign-in', { email, password });
    this.accessToken = tokens.accessToken;
    this.refreshToken = tokens.refreshToken;
  }

  /** Signs up, confirms with the mailed code and signs in. */
  async join(): Promise<this> {
    await this.signUp();
    await this.confirm(await this.readCode());
    await this.signIn();
    return this;
  }

  /** Connects an X account through X's consent page, as a browser would. */
  async connect(xUsername: string): Promise<string> {
    const begun = z.object({ authorizeUrl: z.string() });
    const { authorizeUrl } = await this.do(begun, 'POST', '/v1/accounts/connections/start', {});
    const { code, state } = await consent(authorizeUrl, xUsername);
    const account = await this.do(z.object({ id: z.string() }), 'POST', '/v1/accounts/connections', { code, state });
    return account.id;
  }
}

/** Gives consent on X's page as that user, and follows X's redirect to our page; returns the code and state in it. */
export const consent = async (authorizeUrl: string, username: string): Promise<{ code: string; state: string }> => {
  const page = await fetch(authorizeUrl);
  if (!page.ok) throw new Error(`X's consent page answered ${page.status}`);
  const asked = new URL(authorizeUrl);
  const form = new URLSearchParams(asked.searchParams);
  form.set('username', username);
  form.set('decision', 'allow');
  const decided = await fetch(asked.origin + asked.pathname, { method: 'POST', body: form, redirect: 'manual' });
  const back = new URL(decided.headers.get('location') ?? 'about:blank');
  const landed = await fetch(back);
  if (!landed.ok) throw new Error(`The page that X redirects to answered ${landed.status}`);
  const code = back.searchParams.get('code');
  const state = back.searchParams.get('state');
  if (code === null || state === null) throw new Error(`X redirected without a code: ${back.search}`);
  return { code, state };
};

/** Creates a user in the X sandbox. Usernames have at most 15 characters, as on X. */
export const newXUser = async (
  { xSandboxUrl }: StageAddresses,
  traits: Record<string, unknown> = {},
): Promise<string> => {
  const username = `acme_${randomInt(36 ** 9).toString(36)}`;
  const answer = await fetch(`${xSandboxUrl}/_sandbox/users`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username, name: 'Acme Coffee', ...traits }),
  });
  if (!answer.ok) throw new Error(`The X sandbox rejected a new user: ${await answer.text()}`);
  return username;
};

const Standing = z.object({
  posts: z.array(
    z.object({
      id: z.string(),
      rawText: z.string(),
      createdAt: z.string(),
      replyTo: z.string().nullish(),
      media: z.array(z.unknown()),
    }),
  ),
});
export type PostOnX = z.infer<typeof Standing>['posts'][number];

/** Returns all of a user's posts on X, oldest first. */
export const postsOnX = async ({ xSandboxUrl }: StageAddresses, username: string): Promise<PostOnX[]> => {
  const answer = await fetch(`${xSandboxUrl}/_sandbox/posts?username=${username}`);
  return Standing.parse(await answer.json()).posts;
};
