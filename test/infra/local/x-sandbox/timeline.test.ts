import { describe, expect, test } from 'vitest';
import { at, call, COFFEE_ID, connect, control, post, PREMIUM_ID, sandboxForTest } from './support.ts';

async function withPosts(count: number) {
  const sandbox = await sandboxForTest();
  const { access_token: token } = await connect(sandbox);
  const ids: string[] = [];
  for (let number = 0; number < count; number += 1) {
    ids.push((await post(sandbox, token, `number ${number}`)).id);
    await control(sandbox, 'POST', 'clock', { advanceMs: 60_000 });
  }
  const get = async (path: string) => call(sandbox, token, 'GET', path);
  return { sandbox, token, ids, get };
}

const idsOf = (json: unknown) => {
  const data = at(json, 'data');
  return Array.isArray(data) ? data.map((item) => at(item, 'id')) : [];
};

describe('looking up posts', () => {
  test('returns posts and errors for missing ones side by side', async () => {
    const { ids, get } = await withPosts(2);
    const answer = await get(`/2/tweets?ids=${ids[0]},999,${ids[1]}`);
    expect(answer.status).toBe(200);
    expect(idsOf(answer.json)).toEqual(ids);
    expect(at(answer.json, 'errors')).toEqual([
      {
        value: '999',
        detail: 'Could not find tweet with ids: [999].',
        title: 'Not Found Error',
        resource_type: 'tweet',
        parameter: 'ids',
        resource_id: '999',
        type: 'https://api.x.com/2/problems/resource-not-found',
      },
    ]);
  });

  test('hides protected posts from other users, and posts of suspended accounts', async () => {
    const { sandbox, get } = await withPosts(0);
    const hidden = await connect(sandbox, 'acme_protected');
    const { id } = await post(sandbox, hidden.access_token, 'secret');
    const theirs = await get(`/2/tweets/${id}`);
    expect(at(theirs.json, 'errors', 0, 'type')).toBe('https://api.x.com/2/problems/not-authorized-for-resource');
    expect(at(theirs.json, 'data')).toBeUndefined();
    expect(at((await call(sandbox, hidden.access_token, 'GET', `/2/tweets/${id}`)).json, 'data', 'id')).toBe(id);
    const open = await post(sandbox, (await connect(sandbox, 'acme_premium')).access_token, 'public');
    expect(at((await get(`/2/tweets/${open.id}`)).json, 'data', 'id')).toBe(open.id);
    await control(sandbox, 'PATCH', 'users/acme_premium', { suspended: true });
    const gone = await get(`/2/tweets/${open.id}`);
    expect(gone.text).toContain('User has been suspended');
    expect(at(gone.json, 'data')).toBeUndefined();
  });

  test.each([
    ['no ids', '/2/tweets'],
    ['101 ids', `/2/tweets?ids=${Array.from({ length: 101 }, (_, i) => i + 1).join(',')}`],
    ['an id that is no number', '/2/tweets?ids=1,x'],
    ['a parameter that X does not know', '/2/tweets?ids=1&limit=5'],
  ])('refuses %s', async (_what, path) => {
    const { get } = await withPosts(0);
    const answer = await get(path);
    expect([answer.status, at(answer.json, 'title')]).toEqual([400, 'Invalid Request']);
  });
});

describe('the two vocabularies', () => {
  test('tweet.fields selects the old one, post.fields the new one, and unknown fields are tolerated', async () => {
    const { ids, get } = await withPosts(1);
    const old = await get(`/2/tweets/${ids[0]}?tweet.fields=public_metrics,author_id,nonsense`);
    expect(at(old.json, 'data')).toMatchObject({ edit_history_tweet_ids: ids, author_id: COFFEE_ID });
    expect(at(old.json, 'data', 'public_metrics')).toHaveProperty('retweet_count');
    const now = await get(`/2/tweets/${ids[0]}?post.fields=public_metrics,author_id`);
    expect(at(now.json, 'data')).toMatchObject({ edit_history_post_ids: ids });
    expect(at(now.json, 'data', 'public_metrics')).toHaveProperty('repost_count');
    // The new vocabulary has no author_id: it comes with the expansion.
    expect(at(now.json, 'data', 'author_id')).toBeUndefined();
    const expanded = await get(`/2/tweets/${ids[0]}?post.fields=public_metrics&expansions=author_id`);
    expect(at(expanded.json, 'data', 'author_id')).toBe(COFFEE_ID);
    expect(at(expanded.json, 'includes', 'users', 0, 'username')).toBe('acme_coffee');
  });

  test('expansions include the referenced post in both', async () => {
    const { sandbox, token, ids, get } = await withPosts(1);
    const reply = await post(sandbox, token, 'and', { reply: { in_reply_to_tweet_id: ids[0] } });
    const old = await get(`/2/tweets/${reply.id}?expansions=referenced_tweets.id,in_reply_to_user_id`);
    expect(at(old.json, 'includes', 'tweets', 0, 'id')).toBe(ids[0]);
    expect(at(old.json, 'includes', 'users', 0, 'id')).toBe(COFFEE_ID);
    const now = await get(`/2/tweets/${reply.id}?post.fields=text&expansions=referenced_posts`);
    expect(at(now.json, 'includes', 'posts', 0, 'id')).toBe(ids[0]);
    expect(at(now.json, 'data', 'referenced_posts')).toEqual([{ type: 'replied_to', id: ids[0] }]);
  });

  test('a poll expansion shows the duration and whether voting is open', async () => {
    const { sandbox, token, get } = await withPosts(0);
    const poll = { options: ['tea', 'coffee'], duration_minutes: 60 };
    const { id } = await post(sandbox, token, 'which?', { poll });
    const path = `/2/tweets/${id}?expansions=attachments.poll_ids&poll.fields=voting_status,duration_minutes`;
    const read = async () => at((await get(path)).json, 'includes', 'polls', 0);
    expect(await read()).toMatchObject({ voting_status: 'open', duration_minutes: 60 });
    await control(sandbox, 'POST', 'clock', { advanceMs: 3_600_000 });
    expect(await read()).toMatchObject({ voting_status: 'closed' });
  });
});

describe('a timeline', () => {
  test('is returned newest first, page by page, each post once', async () => {
    const { ids, get } = await withPosts(12);
    const path = `/2/users/${COFFEE_ID}/tweets?max_results=5`;
    const seen: unknown[] = [];
    let token: unknown;
    do {
      const page = await get(typeof token === 'string' ? `${path}&pagination_token=${token}` : path);
      seen.push(...idsOf(page.json));
      token = at(page.json, 'meta', 'next_token');
    } while (token !== undefined);
    expect(seen).toEqual(ids.toReversed());
  });

  test('can be limited by ids and by times', async () => {
    const { ids, get } = await withPosts(4);
    const path = `/2/users/${COFFEE_ID}/tweets`;
    expect(idsOf((await get(`${path}?since_id=${ids[1]}`)).json)).toEqual([ids[3], ids[2]]);
    expect(idsOf((await get(`${path}?until_id=${ids[1]}`)).json)).toEqual([ids[0]]);
    const times = await get(`${path}?tweet.fields=created_at&max_results=5`);
    const [third, second] = [at(times.json, 'data', 1, 'created_at'), at(times.json, 'data', 2, 'created_at')];
    const between = await get(`${path}?start_time=${String(second)}&end_time=${String(third)}`);
    expect(idsOf(between.json)).toEqual([ids[1]]);
  });

  test('omits replies and reposts on request, and nullcast posts always', async () => {
    const { sandbox, token, ids, get } = await withPosts(1);
    const other = await connect(sandbox, 'acme_premium');
    const theirs = await post(sandbox, other.access_token, 'theirs');
    await post(sandbox, token, 'reply', { reply: { in_reply_to_tweet_id: ids[0] } });
    await post(sandbox, token, 'only an ad', { nullcast: true });
    await call(sandbox, token, 'POST', `/2/users/${COFFEE_ID}/retweets`, { tweet_id: theirs.id });
    const path = `/2/users/${COFFEE_ID}/tweets`;
    expect(at((await get(path)).json, 'meta', 'result_count')).toBe(3);
    expect(idsOf((await get(`${path}?exclude=replies,retweets`)).json)).toEqual(ids);
  });

  test('shows a post only after the configured lag', async () => {
    const { sandbox, ids, get } = await withPosts(1);
    await control(sandbox, 'PATCH', 'settings', { timelineLagMs: 90_000 });
    const path = `/2/users/${COFFEE_ID}/tweets`;
    expect((await get(path)).json).toEqual({ meta: { result_count: 0 } });
    await control(sandbox, 'POST', 'clock', { advanceMs: 30_000 });
    expect(idsOf((await get(path)).json)).toEqual(ids);
  });

  test.each([
    'max_results=4',
    'max_results=101',
    'since_id=x',
    'start_time=yesterday',
    'exclude=ads',
    'pagination_token=zz',
  ])('refuses %s', async (query) => {
    const { get } = await withPosts(0);
    expect((await get(`/2/users/${COFFEE_ID}/tweets?${query}`)).status).toBe(400);
  });

  test('of a protected account is visible only to itself, and that of an unknown user is an error', async () => {
    const { sandbox, get } = await withPosts(0);
    const protectedId = '1500000000000000005';
    const answer = await get(`/2/users/${protectedId}/tweets`);
    expect(at(answer.json, 'errors', 0, 'title')).toBe('Authorization Error');
    expect(at((await get('/2/users/77/tweets')).json, 'errors', 0, 'title')).toBe('Not Found Error');
    const own = await connect(sandbox, 'acme_protected');
    await post(sandbox, own.access_token, 'among friends');
    const mine = await call(sandbox, own.access_token, 'GET', `/2/users/${protectedId}/tweets`);
    expect(at(mine.json, 'meta', 'result_count')).toBe(1);
  });
});

describe('users/me', () => {
  test('returns the requested fields, including the subscription', async () => {
    const { sandbox } = await withPosts(0);
    const premium = await connect(sandbox, 'acme_premium');
    const me = await call(
      sandbox,
      premium.access_token,
      'GET',
      '/2/users/me?user.fields=subscription_type,protected,verified_type',
    );
    expect(me.json).toEqual({
      data: {
        id: PREMIUM_ID,
        name: 'Acme Premium',
        username: 'acme_premium',
        protected: false,
        verified_type: 'blue',
        subscription_type: 'Premium',
      },
    });
  });
});
