import { ApiPartialResponseError, ApiResponseError } from 'twitter-api-v2';
import { describe, expect, test } from 'vitest';
import {
  connect,
  consent,
  control,
  mp4,
  png,
  REDIRECT_URI,
  sandboxForTest,
  SCOPES,
  standing,
  twitterClient,
} from './support.ts';

const APP = { clientId: 'x-sandbox-app', clientSecret: 'x-sandbox-secret' };

async function signedIn(username = 'acme_coffee') {
  const sandbox = await sandboxForTest();
  const { access_token } = await connect(sandbox, username);
  return { sandbox, client: twitterClient(sandbox, access_token).v2 };
}

describe('twitter-api-v2 with the X sandbox', () => {
  test('signs in, refreshes and revokes, with its JSON bodies', async () => {
    const sandbox = await sandboxForTest();
    const app = twitterClient(sandbox, APP);
    const link = app.generateOAuth2AuthLink(REDIRECT_URI, { scope: SCOPES.split(' ') });
    const fields = {
      ...Object.fromEntries(new URL(link.url).searchParams),
      username: 'acme_coffee',
      decision: 'allow',
    };
    const target = await consent(sandbox, fields);
    expect(target.searchParams.get('state')).toBe(link.state);
    const code = target.searchParams.get('code') ?? '';
    const login = await app.loginWithOAuth2({ code, codeVerifier: link.codeVerifier, redirectUri: REDIRECT_URI });
    expect([login.expiresIn, login.scope]).toEqual([7200, SCOPES.split(' ')]);
    expect((await login.client.v2.me()).data.username).toBe('acme_coffee');
    const fresh = await app.refreshOAuth2Token(login.refreshToken ?? '');
    expect((await fresh.client.v2.me()).data.username).toBe('acme_coffee');
    await app.revokeOAuth2Token(fresh.accessToken, 'access_token');
    await expect(fresh.client.v2.me()).rejects.toMatchObject({ code: 401 });
    const replay = app.refreshOAuth2Token(login.refreshToken ?? '');
    await expect(replay).rejects.toMatchObject({ code: 400, data: { error: 'invalid_request' } });
  });

  test('posts a thread, looks it up, reposts and deletes', async () => {
    const { sandbox, client } = await signedIn();
    const parts = await client.tweetThread(['one', 'two', 'three']);
    expect((await standing(sandbox)).map((post) => post.replyTo)).toEqual([
      undefined,
      parts[0]?.data.id,
      parts[1]?.data.id,
    ]);
    const id = parts[0]?.data.id ?? '';
    const found = await client.tweets([id, '999'], {
      'tweet.fields': ['public_metrics', 'non_public_metrics', 'created_at'],
    });
    expect(found.data[0]?.public_metrics?.retweet_count).toBe(0);
    expect(found.errors?.[0]?.title).toBe('Not Found Error');
    const me = await client.me({ 'user.fields': ['subscription_type'] });
    expect((await client.retweet(me.data.id, id)).data.retweeted).toBe(true);
    expect((await client.unretweet(me.data.id, id)).data.retweeted).toBe(false);
    expect((await client.deleteTweet(id)).data.deleted).toBe(true);
  });

  test('reads a timeline page by page', async () => {
    const { client } = await signedIn();
    for (let n = 0; n < 12; n += 1) await client.tweet(`number ${n}`);
    const me = await client.me();
    const timeline = await client.userTimeline(me.data.id, { max_results: 5 });
    const texts = [];
    for await (const post of timeline) texts.push(post.text);
    expect(texts.length).toBe(12);
    expect(texts[0]).toBe('number 11');
  });

  test('uploads a picture and a video in chunks, with alt text', async () => {
    const { sandbox, client } = await signedIn();
    await control(sandbox, 'PATCH', 'settings', { mediaProcessingMs: 1 });
    const picture = await client.uploadMedia(png(10, 10, 2_500_000), {
      media_type: 'image/png',
      media_category: 'tweet_image',
    });
    await client.createMediaMetadata(picture, { alt_text: { text: 'a square' } });
    await client.tweet('look', { media: { media_ids: [picture] } });
    const video = await client.uploadMedia(mp4(4000), { media_type: 'video/mp4', media_category: 'tweet_video' });
    await client.tweet('watch', { media: { media_ids: [video] } });
    expect((await standing(sandbox)).map((post) => post['media'])).toMatchObject([
      [{ kind: 'image', size: 2_500_000, altText: 'a square' }],
      [{ kind: 'video' }],
    ]);
  });

  test('reads limits from the headers of answers and of errors', async () => {
    const { sandbox, client } = await signedIn();
    const full = await client.post<unknown>('tweets', { text: 'hello' }, { fullResponse: true });
    expect(full.rateLimit).toMatchObject({ limit: 100, remaining: 99, day: { limit: 10_000, remaining: 9999 } });
    await control(sandbox, 'POST', 'faults', [{ fault: { kind: 'rateLimit', headers: 'user24h' } }]);
    const error: unknown = await client.me().catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(ApiResponseError);
    expect(error).toMatchObject({ code: 429, rateLimitError: true, rateLimit: { userDay: { remaining: 0 } } });
  });

  test('returns a string for HTML and undefined for an empty body, and rejects when the connection is cut', async () => {
    const { sandbox, client } = await signedIn();
    const strike = (fault: unknown) => control(sandbox, 'POST', 'faults', [{ path: '/2/tweets', fault }]);
    await strike({ kind: 'html' });
    expect(await client.tweet('a')).toBeTypeOf('string');
    await strike({ kind: 'empty' });
    expect(await client.tweet('b')).toBeUndefined();
    await strike({ kind: 'truncated', hangUp: true });
    await expect(client.tweet('c')).rejects.toBeInstanceOf(ApiPartialResponseError);
    await strike({ kind: 'cut', phase: 'before' });
    await expect(client.tweet('d')).rejects.toMatchObject({ type: 'request' });
    expect((await standing(sandbox)).map((post) => post.rawText)).toEqual(['a', 'b', 'c']);
  });
});
