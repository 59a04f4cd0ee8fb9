import { ApiError, Client, generateCodeChallenge, generateCodeVerifier, OAuth2 } from '@xdevplatform/xdk';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { XSandbox } from '#infra/local/x-sandbox/server.ts';
import {
  COFFEE_ID,
  connect,
  consent,
  control,
  png,
  REDIRECT_URI,
  sandboxForTest,
  SCOPES,
  standing,
} from './support.ts';

async function signedIn(username = 'acme_coffee') {
  const sandbox = await sandboxForTest();
  const { access_token: accessToken } = await connect(sandbox, username);
  return { sandbox, client: new Client({ baseUrl: sandbox.url, accessToken, retry: false }) };
}

/** X's SDK calls the token endpoint by its full URL: redirects those calls to the sandbox. */
function leadTokenCallsTo(sandbox: XSandbox): void {
  const original = globalThis.fetch;
  vi.stubGlobal('fetch', (input: string, init?: RequestInit) =>
    original(input.replace('https://api.x.com', sandbox.url), init),
  );
  onTestFinished(() => void vi.unstubAllGlobals());
}

describe("X's own SDK with the X sandbox", () => {
  test('signs a user in with PKCE and refreshes', async () => {
    const sandbox = await sandboxForTest();
    const oauth = new OAuth2({
      ...{
        clientId: 'x-sandbox-app',
        clientSecret: 'x-sandbox-secret',
        redirectUri: REDIRECT_URI,
        scope: SCOPES.split(' '),
      },
    });
    const verifier = generateCodeVerifier();
    await oauth.setPkceParameters(verifier, await generateCodeChallenge(verifier));
    const link = new URL(await oauth.getAuthorizationUrl('the-state'));
    expect(link.pathname).toBe('/i/oauth2/authorize');
    const fields = { ...Object.fromEntries(link.searchParams), username: 'acme_coffee', decision: 'allow' };
    const code = (await consent(sandbox, fields)).searchParams.get('code') ?? '';
    leadTokenCallsTo(sandbox);
    const first = await oauth.exchangeCode(code, verifier);
    const second = await oauth.refreshToken();
    expect(second.refresh_token).not.toBe(first.refresh_token);
    const client = new Client({ baseUrl: sandbox.url, accessToken: second.access_token });
    expect((await client.users.getMe()).data?.username).toBe('acme_coffee');
  });

  test('posts, reads back, reposts, and deletes', async () => {
    const { sandbox, client } = await signedIn();
    const made = await client.posts.create({ text: 'from the SDK', madeWithAi: true });
    const id = made.data?.id ?? '';
    expect(made.data?.text).toBe('from the SDK');
    await client.posts.create({ text: 'second part', reply: { inReplyToTweetId: id } });
    const timeline = await client.users.getPosts(COFFEE_ID, {
      maxResults: 5,
      postFields: ['conversation_id', 'public_metrics'],
    });
    expect(timeline.data?.map((post) => post.conversationId)).toEqual([id, id]);
    // The SDK uses the new vocabulary.
    expect(timeline.data?.[0]?.publicMetrics).toHaveProperty('repostCount');
    const found = await client.posts.getByIds([id, '999']);
    expect([found.data?.length, found.errors?.length]).toEqual([1, 1]);
    expect((await client.users.repostPost(COFFEE_ID, { tweetId: id })).data?.retweeted).toBe(true);
    expect((await client.posts.delete(id)).data?.deleted).toBe(true);
    expect((await standing(sandbox)).map((post) => post.rawText)).toEqual(['second part']);
  });

  test('uploads a picture as JSON with alt text', async () => {
    const { sandbox, client } = await signedIn();
    const bytes = png(8, 8, 500);
    const begun = await client.media.initializeUpload({
      mediaType: 'image/png',
      mediaCategory: 'tweet_image',
      totalBytes: 500,
    });
    const id = begun.data?.id ?? '';
    await client.media.appendUpload(id, { media: bytes.toString('base64'), segmentIndex: 0 });
    expect((await client.media.finalizeUpload(id)).data?.size).toBe(500);
    await client.media.createMetadata({ id, metadata: { altText: { text: 'a square' } } });
    await client.posts.create({ text: '', media: { mediaIds: [id] } });
    expect((await standing(sandbox))[0]).toMatchObject({ rawText: '', media: [{ id, altText: 'a square' }] });
  });

  test('throws errors with their status and body', async () => {
    const { sandbox, client } = await signedIn();
    await client.posts.create({ text: 'once' });
    const duplicate = client.posts.create({ text: 'once' });
    await expect(duplicate).rejects.toBeInstanceOf(ApiError);
    await expect(duplicate).rejects.toMatchObject({ status: 403, data: { title: 'Forbidden' } });
    await control(sandbox, 'POST', 'faults', [{ fault: { kind: 'rateLimit' } }]);
    await expect(client.users.getMe()).rejects.toMatchObject({ status: 429 });
  });
});
