import { describe, expect, test } from 'vitest';
import { at, call, COFFEE_ID, connect, control, post, PREMIUM_ID, sandboxForTest, standing } from './support.ts';

async function signedIn(username = 'acme_coffee') {
  const sandbox = await sandboxForTest();
  const { access_token: token } = await connect(sandbox, username);
  const create = (body: unknown) => call(sandbox, token, 'POST', '/2/tweets', body);
  return { sandbox, token, create };
}

const DUPLICATE = {
  detail: 'You are not allowed to create a Tweet with duplicate content.',
  type: 'about:blank',
  title: 'Forbidden',
  status: 403,
};

describe('creating a post', () => {
  test("answers 201 in X's old vocabulary, with increasing ids", async () => {
    const { sandbox, create } = await signedIn();
    const first = await create({ text: 'one' });
    const second = await create({ text: 'two' });
    const id = String(at(first.json, 'data', 'id'));
    expect(first.status).toBe(201);
    expect(first.json).toEqual({ data: { id, text: 'one', edit_history_tweet_ids: [id] } });
    expect(BigInt(String(at(second.json, 'data', 'id')))).toBeGreaterThan(BigInt(id));
    expect((await standing(sandbox)).map((standingPost) => standingPost.rawText)).toEqual(['one', 'two']);
  });

  test.each([
    ['an undeclared field', { text: 'a', colour: 'red' }, '$.colour: is not defined in the schema'],
    ['an undeclared inner field', { text: 'a', poll: { options: ['a', 'b'], duration_minutes: 5, x: 1 } }, '$.poll.x'],
    ['no text and no media', {}, 'text is required'],
    ['a poll with one option', { text: 'a', poll: { options: ['a'], duration_minutes: 5 } }, '$.poll.options'],
    [
      'a poll option over 25 characters',
      { text: 'a', poll: { options: ['a'.repeat(26), 'b'], duration_minutes: 5 } },
      '$.poll.options.0',
    ],
    [
      'a poll under five minutes',
      { text: 'a', poll: { options: ['a', 'b'], duration_minutes: 4 } },
      '$.poll.duration_minutes',
    ],
    ['an id that is no number', { text: 'a', reply: { in_reply_to_tweet_id: 'abc' } }, '$.reply.in_reply_to_tweet_id'],
    ['an unknown reply setting', { text: 'a', reply_settings: 'friends' }, '$.reply_settings'],
    ['five media', { text: 'a', media: { media_ids: ['1', '2', '3', '4', '5'] } }, '$.media.media_ids'],
    [
      'media and a poll',
      { text: 'a', media: { media_ids: ['1'] }, poll: { options: ['a', 'b'], duration_minutes: 5 } },
      'mutually exclusive',
    ],
    ['two cashtags', { text: 'buy $TSLA and $AAPL' }, 'at most one cashtag'],
    ['a character that is not allowed', { text: 'a\uFFFEb' }, 'characters that are not allowed'],
    ['a number as text', { text: 5 }, '$.text'],
  ])('refuses %s with 400 and stores nothing', async (_what, body, message) => {
    const { sandbox, create } = await signedIn();
    const answer = await create(body);
    expect(answer.status).toBe(400);
    expect(answer.json).toMatchObject({
      title: 'Invalid Request',
      detail: 'One or more parameters to your request was invalid.',
      type: 'https://api.x.com/2/problems/invalid-request',
    });
    expect(answer.text).toContain(message);
    expect(await standing(sandbox)).toEqual([]);
  });

  test.each([
    ['plain', 'a'.repeat(280), 'a'.repeat(281)],
    ['in Chinese, where a character weighs 2', '漢'.repeat(140), '漢'.repeat(141)],
    [
      'with a link, which weighs 23',
      `${'a'.repeat(256)} https://example.com/${'x'.repeat(90)}`,
      `${'a'.repeat(257)} https://example.com`,
    ],
    ['with an emoji of Unicode 15.1, which weighs 2', `${'a'.repeat(278)}🐦‍🔥`, `${'a'.repeat(279)}🐦‍🔥`],
  ])('limits a default account to 280 weighted characters: %s', async (_what, fits, tooLong) => {
    const { create } = await signedIn();
    expect((await create({ text: fits })).status).toBe(201);
    const answer = await create({ text: tooLong });
    expect([answer.status, at(answer.json, 'detail')]).toEqual([403, 'You are not permitted to perform this action.']);
  });

  test('allows Premium 25,000 characters, with the whole text only in note_tweet', async () => {
    const { sandbox, token, create } = await signedIn('acme_premium');
    const text = 'word '.repeat(4999).trim();
    const id = String(at((await create({ text })).json, 'data', 'id'));
    expect((await create({ text: 'b'.repeat(25_001) })).status).toBe(403);
    const read = await call(sandbox, token, 'GET', `/2/tweets/${id}?tweet.fields=note_tweet`);
    expect(String(at(read.json, 'data', 'text'))).toMatch(/… https:\/\/t\.co\/\w{10}$/);
    expect(at(read.json, 'data', 'note_tweet', 'text')).toBe(text);
  });

  test('replaces links with t.co links, returns the entities and escapes HTML', async () => {
    const { sandbox, token } = await signedIn();
    const raw = 'Tea & <b>cake</b> https://example.com/a?b=1 and foo.ai #yum @some_reader $TEA';
    const { id, text } = await post(sandbox, token, raw);
    expect(text).toMatch(
      /^Tea &amp; &lt;b&gt;cake&lt;\/b&gt; https:\/\/t\.co\/\w{10} and https:\/\/t\.co\/\w{10} #yum/,
    );
    const read = await call(sandbox, token, 'GET', `/2/tweets/${id}?tweet.fields=entities`);
    expect(at(read.json, 'data', 'entities', 'urls', 0, 'expanded_url')).toBe('https://example.com/a?b=1');
    expect(at(read.json, 'data', 'entities', 'urls', 1, 'expanded_url')).toBe('http://foo.ai');
    expect(at(read.json, 'data', 'entities', 'hashtags', 0, 'tag')).toBe('yum');
    expect(at(read.json, 'data', 'entities', 'mentions', 0, 'username')).toBe('some_reader');
    const start = Number(at(read.json, 'data', 'entities', 'urls', 1, 'start'));
    expect(text.slice(start)).toMatch(/^https:\/\/t\.co/);
    expect((await standing(sandbox))[0]?.rawText).toBe(raw);
  });

  test('stores the disclosures of AI and paid partnership', async () => {
    const { sandbox, token } = await signedIn();
    const { id } = await post(sandbox, token, 'an ad', { made_with_ai: true, paid_partnership: true });
    const read = await call(sandbox, token, 'GET', `/2/tweets/${id}?post.fields=paid_partnership`);
    expect(at(read.json, 'data', 'paid_partnership')).toBe(true);
    expect((await standing(sandbox))[0]).toMatchObject({ madeWithAi: true, paidPartnership: true });
  });

  test('rejects a duplicate, but not from another account, after a deletion or past the duplicate window', async () => {
    const { sandbox, token, create } = await signedIn();
    const other = await connect(sandbox, 'acme_premium');
    const { id } = await post(sandbox, token, 'Once only');
    const again = await create({ text: 'Once only ' });
    expect([again.status, again.json]).toEqual([403, DUPLICATE]);
    expect((await call(sandbox, other.access_token, 'POST', '/2/tweets', { text: 'Once only' })).status).toBe(201);
    expect((await call(sandbox, token, 'DELETE', `/2/tweets/${id}`)).json).toEqual({ data: { deleted: true } });
    expect((await create({ text: 'Once only' })).status).toBe(201);
    await control(sandbox, 'PATCH', 'settings', { duplicateWindowMs: 0 });
    expect((await create({ text: 'Once only' })).status).toBe(201);
  });

  test('rejects a quote with 403', async () => {
    const { sandbox, token, create } = await signedIn();
    const { id } = await post(sandbox, token, 'mine');
    const answer = await create({ text: 'look', quote_tweet_id: id });
    expect([answer.status, at(answer.json, 'detail')]).toEqual([403, 'You are not permitted to perform this action.']);
  });
});

describe('replying', () => {
  test('to oneself builds a thread in one conversation', async () => {
    const { sandbox, token } = await signedIn();
    const root = await post(sandbox, token, 'part 1');
    const second = await post(sandbox, token, 'part 2', { reply: { in_reply_to_tweet_id: root.id } });
    const third = await post(sandbox, token, 'part 3', { reply: { in_reply_to_tweet_id: second.id } });
    const path = `/2/tweets/${third.id}?tweet.fields=conversation_id,referenced_tweets,in_reply_to_user_id`;
    expect(at((await call(sandbox, token, 'GET', path)).json, 'data')).toMatchObject({
      conversation_id: root.id,
      referenced_tweets: [{ type: 'replied_to', id: second.id }],
      in_reply_to_user_id: COFFEE_ID,
    });
    expect((await standing(sandbox)).map((part) => part.replyTo)).toEqual([undefined, root.id, second.id]);
  });

  test('to another user requires a mention or a quote by that user', async () => {
    const { sandbox, token, create } = await signedIn();
    const mine = await post(sandbox, token, 'our news');
    const strangers = async (text: string, more = {}) =>
      String(at((await control(sandbox, 'POST', 'posts', { username: 'some_reader', text, ...more })).json, 'id'));
    const reply = async (id: string, text: string) => create({ text, reply: { in_reply_to_tweet_id: id } });
    const refused = await reply(await strangers('good morning'), 'hello?');
    expect([refused.status, at(refused.json, 'type'), at(refused.json, 'detail')]).toEqual([
      403,
      'https://api.x.com/2/problems/not-authorized-for-resource',
      'You can only reply to or quote posts where you are mentioned or are the author.',
    ]);
    expect((await reply(await strangers('thanks @Acme_Coffee!'), 'you are welcome')).status).toBe(201);
    expect((await reply(await strangers('interesting', { quotes: mine.id }), 'glad you like it')).status).toBe(201);
  });

  test('to a missing post is rejected with 403', async () => {
    const { create } = await signedIn();
    const answer = await create({ text: 'hi', reply: { in_reply_to_tweet_id: '123' } });
    expect(answer.status).toBe(403);
    expect(answer.text).toContain('deleted or not visible');
  });
});

describe('deleting and editing', () => {
  test("deletes only the user's own posts", async () => {
    const { sandbox, token } = await signedIn();
    const other = await connect(sandbox, 'acme_premium');
    const { id } = await post(sandbox, token, 'mine');
    expect((await call(sandbox, other.access_token, 'DELETE', `/2/tweets/${id}`)).status).toBe(403);
    expect((await standing(sandbox)).length).toBe(1);
    expect((await call(sandbox, token, 'DELETE', '/2/tweets/123')).status).toBe(404);
    expect((await call(sandbox, token, 'DELETE', '/2/tweets/none')).status).toBe(400);
  });

  test('allows an edit only to Premium and within 30 minutes, under a new id', async () => {
    const { sandbox, token, create } = await signedIn('acme_premium');
    const { id } = await post(sandbox, token, 'speling');
    const edited = await create({ text: 'spelling', edit_options: { previous_post_id: id } });
    const newId = String(at(edited.json, 'data', 'id'));
    expect(at(edited.json, 'data', 'edit_history_tweet_ids')).toEqual([id, newId]);
    expect((await standing(sandbox)).map((one) => one.rawText)).toEqual(['spelling']);
    await control(sandbox, 'POST', 'clock', { advanceMs: 1_800_001 });
    expect((await create({ text: 'late', edit_options: { previous_post_id: newId } })).status).toBe(403);
    const { sandbox: second, token: basic } = await signedIn('acme_coffee');
    const plain = await post(second, basic, 'speling');
    const body = { text: 'spelling', edit_options: { previous_post_id: plain.id } };
    expect((await call(second, basic, 'POST', '/2/tweets', body)).status).toBe(403);
  });
});

describe('reposting', () => {
  test('shows the original in the timeline once, and can be undone', async () => {
    const { sandbox, token } = await signedIn();
    const other = await connect(sandbox, 'acme_premium');
    const original = await post(sandbox, other.access_token, 'worth sharing');
    const path = `/2/users/${COFFEE_ID}/retweets`;
    const first = await call(sandbox, token, 'POST', path, { tweet_id: original.id });
    expect(first.json).toEqual({ data: { retweeted: true, rest_id: at(first.json, 'data', 'rest_id') } });
    expect((await call(sandbox, token, 'POST', path, { tweet_id: original.id })).json).toEqual(first.json);
    const read = () => call(sandbox, token, 'GET', `/2/users/${COFFEE_ID}/tweets?tweet.fields=referenced_tweets`);
    expect(at((await read()).json, 'data')).toMatchObject([
      { text: 'RT @acme_premium: worth sharing', referenced_tweets: [{ type: 'retweeted', id: original.id }] },
    ]);
    expect((await call(sandbox, token, 'DELETE', `${path}/${original.id}`)).json).toEqual({
      data: { retweeted: false },
    });
    expect(at((await read()).json, 'meta', 'result_count')).toBe(0);
  });

  test("is rejected for another user's path, a missing post and a protected post", async () => {
    const { sandbox, token } = await signedIn();
    const hidden = await connect(sandbox, 'acme_protected');
    const { id } = await post(sandbox, hidden.access_token, 'among friends');
    const body = { tweet_id: id };
    expect((await call(sandbox, token, 'POST', `/2/users/${PREMIUM_ID}/retweets`, body)).status).toBe(400);
    expect((await call(sandbox, token, 'POST', `/2/users/${COFFEE_ID}/retweets`, body)).status).toBe(404);
    expect((await call(sandbox, token, 'POST', `/2/users/${COFFEE_ID}/retweets`, { tweet_id: '5' })).status).toBe(404);
  });
});

describe('accounts in trouble', () => {
  test("a suspended account gets X's problem for suspended users on writes and reads", async () => {
    const { sandbox, token } = await signedIn('acme_suspended');
    const expected = {
      detail: 'The user used for authentication is suspended',
      title: 'Forbidden',
      status: 403,
      type: 'https://api.twitter.com/2/problems/user-suspended',
    };
    expect((await call(sandbox, token, 'POST', '/2/tweets', { text: 'hi' })).json).toEqual(expected);
    expect((await call(sandbox, token, 'GET', '/2/users/me')).json).toEqual(expected);
  });

  test('a locked account gets the error 326', async () => {
    const { create } = await signedIn('acme_locked');
    const answer = await create({ text: 'hi' });
    expect([answer.status, at(answer.json, 'errors', 0, 'code')]).toEqual([403, 326]);
  });

  test('the control API can suspend an account and reinstate it', async () => {
    const { sandbox, create } = await signedIn();
    await control(sandbox, 'PATCH', 'users/acme_coffee', { suspended: true });
    expect((await create({ text: 'one' })).status).toBe(403);
    await control(sandbox, 'PATCH', 'users/acme_coffee', { suspended: false });
    expect((await create({ text: 'one' })).status).toBe(201);
  });
});
