import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { eventually, Marketer, newXUser, type PostOnX, postsOnX } from '#infra/local/marketer.ts';
import { soon } from '#infra/local/slowness.ts';
import { expectProblem } from '../support/integration/answers.ts';
import { becomes, inMs, Post, publish, read, schedule, uploadPicture, write } from '../support/integration/desk.ts';
import { endedExecutions, endOf, executionsOf, start, statesOf } from '../support/integration/executions.ts';
import { stage } from '../support/integration/stage.ts';
import { requestsAtX, tellX } from '../support/integration/x.ts';

const maya = new Marketer(stage);
let xUsername = '';
let accountId = '';
beforeAll(async () => {
  await maya.join();
  xUsername = await newXUser(stage);
  accountId = await maya.connect(xUsername);
});

const text = (what: string): string => `${what}, ${randomUUID()}.`;

/** The posts on X with these texts, in the order they appeared. */
const onX = async (...texts: string[]): Promise<PostOnX[]> =>
  (await postsOnX(stage, xUsername)).filter(({ rawText }) => texts.includes(rawText));

/** Milliseconds from the instant a post was due until it was published. */
const latenessOf = ({ publication }: Post): number =>
  Date.parse(publication?.publishedAt ?? '') - Date.parse(publication?.dueAt ?? '');

// Concurrent, as they mostly wait for workflows.
describe.concurrent('a post', () => {
  test('is published immediately on request, and rejects a second request with post_published', async () => {
    const what = text('At once');
    const post = await write(maya, accountId, what);
    expect((await publish(maya, post)).status).toBe('scheduled');
    const published = await becomes(maya, post, 'published');
    expect(await onX(what)).toMatchObject([{ id: published.publication?.parts[0]?.xPostId }]);
    expectProblem(await maya.call('POST', `/v1/posts/${post.id}/publish`), 409, 'post_published');
  });

  test('is published at its scheduled time, never before', async ({ annotate }) => {
    const what = text('In six seconds');
    const post = await write(maya, accountId, what);
    const dueAt = soon();
    await schedule(maya, post, dueAt);
    const published = await becomes(maya, post, 'published');
    const [shown] = await onX(what);
    expect(Date.parse(shown?.createdAt ?? '')).toBeGreaterThanOrEqual(Date.parse(dueAt));
    expect(latenessOf(published)).toBeGreaterThanOrEqual(0);
    expect(published.publication).toMatchObject({ dueAt, attempts: 1 });
    await annotate(`A scheduled post went out ${latenessOf(published)} ms after it was due`);
  });

  test('that is cancelled before it is due is not published, and its workflow succeeds', async () => {
    const what = text('Cancelled');
    const post = await write(maya, accountId, what);
    await schedule(maya, post, soon(20_000));
    expect(await maya.call('POST', `/v1/posts/${post.id}/cancel`)).toMatchObject({ body: { status: 'cancelled' } });
    const [execution] = await endedExecutions('publish-post', post.id);
    expect(execution?.status).toBe('SUCCEEDED');
    expect(await onX(what)).toEqual([]);
    expect(await read(maya, post)).toMatchObject({ status: 'cancelled', publication: { attempts: 0, parts: [] } });
  });

  test('that is deleted before it is due is not published, and its workflow succeeds', async () => {
    const what = text('Deleted');
    const post = await write(maya, accountId, what);
    await schedule(maya, post, soon());
    expect((await maya.call('DELETE', `/v1/posts/${post.id}`)).status).toBe(204);
    const [execution] = await endedExecutions('publish-post', post.id);
    expect(execution?.status).toBe('SUCCEEDED');
    expect(await onX(what)).toEqual([]);
  });

  test('that is rescheduled is published once, at the new time', async () => {
    const what = text('Scheduled anew');
    const post = await write(maya, accountId, what);
    const first = soon();
    await schedule(maya, post, first);
    const dueAt = new Date(Date.parse(first) + 6_000).toISOString();
    await schedule(maya, post, dueAt);
    const published = await becomes(maya, post, 'published');
    const executions = await endedExecutions('publish-post', post.id, 2);
    expect(new Set(executions.map(({ status }) => status))).toEqual(new Set(['SUCCEEDED']));
    const paths = await Promise.all(executions.map(async ({ arn }) => (await statesOf(arn)).map(({ name }) => name)));
    // The old execution wakes at the old time, finds that it is obsolete, and ends.
    expect(paths).toContainEqual(['WaitUntilDue', 'Claim', 'WhatToDo', 'NothingToDo']);
    // A rule may start an execution twice (EventBridge: at least once); only one of them publishes.
    expect(paths.filter((path) => path.includes('PublishPlain'))).toHaveLength(1);
    const shown = await onX(what);
    expect(shown).toHaveLength(1);
    expect(Date.parse(shown[0]?.createdAt ?? '')).toBeGreaterThanOrEqual(Date.parse(dueAt));
    expect(published.publication).toMatchObject({ dueAt, attempts: 1 });
  });

  test('that is edited after it was scheduled is published with its new text', async () => {
    const [before, after] = [text('Before'), text('After')];
    const post = await write(maya, accountId, before);
    await schedule(maya, post, soon());
    const parts = [{ text: after }];
    await maya.do(Post, 'PATCH', `/v1/posts/${post.id}`, { parts }, { 'if-match': '*' });
    await becomes(maya, post, 'published');
    expect(await onX(before)).toEqual([]);
    expect(await onX(after)).toHaveLength(1);
  });

  test('is published once even if its workflow is started four times', async () => {
    const username = await newXUser(stage);
    const post = await write(maya, await maya.connect(username), text('Started four times'));
    // X is slow, so that a second execution starts while the first one publishes.
    const fault = { kind: 'delay', ms: 2_000 };
    await tellX('POST', 'faults', [{ method: 'POST', path: '/2/tweets', username, fault }]);
    await schedule(maya, post, soon());
    const [first] = await eventually('the first execution', async () => {
      const found = await executionsOf('publish-post', post.id);
      return found.length > 0 ? found : undefined;
    });
    const input = first?.inputText ?? '';
    const twins = [await start('publish-post', input)];
    await becomes(maya, post, 'publishing');
    twins.push(await start('publish-post', input));
    expect(await endOf(twins[1] ?? '')).toBe('SUCCEEDED');
    await becomes(maya, post, 'published');
    twins.push(await start('publish-post', input));
    expect(await Promise.all(twins.map(endOf))).toEqual(['SUCCEEDED', 'SUCCEEDED', 'SUCCEEDED']);
    // One of the four has the claim; the others do not attempt to publish.
    const states = await Promise.all([first?.arn ?? '', ...twins].map(statesOf));
    expect(states.flat().filter(({ name }) => name === 'PublishPlain')).toHaveLength(1);
    expect((await requestsAtX(username)).filter(({ operation }) => operation === 'createPosts')).toHaveLength(1);
    expect(await postsOnX(stage, username)).toHaveLength(1);
    expect((await read(maya, post)).publication).toMatchObject({ attempts: 1 });
  });

  test('with several parts and a picture is published as one thread', async () => {
    const texts = [text('One'), text('Two'), text('Three')];
    const mediaId = await uploadPicture(maya, 'The new bag');
    const parts = texts.map((each, part) => ({ text: each, ...(part === 1 && { mediaIds: [mediaId] }) }));
    const post = await maya.do(Post, 'POST', '/v1/posts', { accountId, parts });
    await publish(maya, post);
    const published = await becomes(maya, post, 'published');
    const shown = await onX(...texts);
    expect(shown.map(({ rawText }) => rawText)).toEqual(texts);
    expect(shown.map(({ id }) => id)).toEqual(published.publication?.parts.map(({ xPostId }) => xPostId));
    const [first, second, third] = shown;
    expect([first?.replyTo ?? null, second?.replyTo, third?.replyTo]).toEqual([null, first?.id, second?.id]);
    expect(shown.map(({ media }) => media.length)).toEqual([0, 1, 0]);
    expect(second?.media[0]).toMatchObject({ altText: 'The new bag', mediaType: 'image/png' });
  });

  test('whose account was disconnected is held, and is published once the account is reconnected', async () => {
    const anotherXUser = await newXUser(stage);
    const anotherAccount = await maya.connect(anotherXUser);
    const post = await write(maya, anotherAccount, text('Nobody there'));
    await schedule(maya, post, soon());
    expect((await maya.call('DELETE', `/v1/accounts/${anotherAccount}`)).status).toBe(204);
    const held = await becomes(maya, post, 'held');
    expect(held.problem).toEqual({
      code: 'account_disconnected',
      reason: expect.stringMatching(/reconnect it/i) as unknown,
    });
    expect(await postsOnX(stage, anotherXUser)).toEqual([]);

    // Reconnecting resumes the held post by itself.
    expect(await maya.connect(anotherXUser)).toBe(anotherAccount);
    await becomes(maya, post, 'published');
    expect(await postsOnX(stage, anotherXUser)).toHaveLength(1);
  });

  test('that X rejects as a duplicate fails with x_duplicate and a readable reason', async () => {
    const username = await newXUser(stage);
    const post = await write(maya, await maya.connect(username), text('Refused'));
    const fault = { kind: 'forbidden', reason: 'duplicate' };
    await tellX('POST', 'faults', [{ method: 'POST', path: '/2/tweets', username, fault }]);
    await publish(maya, post);
    const failed = await becomes(maya, post, 'failed');
    expect(failed.problem).toMatchObject({ code: 'x_duplicate' });
    expect(failed.problem?.reason).toMatch(/same text/);
    expect(await postsOnX(stage, username)).toEqual([]);
  });

  test('whose account is suspended by X is held, and the account shows that it is suspended', async () => {
    const username = await newXUser(stage);
    const suspended = await maya.connect(username);
    const post = await write(maya, suspended, text('Silenced'));
    await tellX('PATCH', `users/${username}`, { suspended: true });
    await publish(maya, post);
    expect((await becomes(maya, post, 'held')).problem).toMatchObject({ code: 'account_suspended' });
    expect(await maya.call('GET', `/v1/accounts/${suspended}`)).toMatchObject({ body: { health: 'suspended' } });
  });

  test('that hits a rate limit of X waits for its reset and is published once', async () => {
    const username = await newXUser(stage);
    const what = text('Patient');
    const post = await write(maya, await maya.connect(username), what);
    const fault = { kind: 'rateLimit', resetAfterSeconds: 2 };
    await tellX('POST', 'faults', [{ method: 'POST', path: '/2/tweets', username, fault }]);
    await publish(maya, post);
    const published = await becomes(maya, post, 'published');
    expect((await postsOnX(stage, username)).map(({ rawText }) => rawText)).toEqual([what]);
    expect(published.publication?.attempts).toBe(2);
  });
});

describe('scheduling a post', () => {
  test('is rejected for a time that is past, too far ahead or malformed, and for an unknown time zone', async () => {
    const post = await write(maya, accountId, text('Never'));
    const path = `/v1/posts/${post.id}/schedule`;
    for (const publishAt of [inMs(-1_000), inMs(301 * 86_400_000)]) {
      expectProblem(await maya.call('POST', path, { publishAt }), 400, 'invalid_publish_at');
    }
    for (const publishAt of ['tomorrow', '2026-12-24T10:00:00', '2026-02-30T10:00:00Z', 1]) {
      expectProblem(await maya.call('POST', path, { publishAt }), 400, 'invalid_body');
    }
    const nowhere = { publishAt: inMs(60_000), timeZone: 'Europe/Atlantis' };
    expectProblem(await maya.call('POST', path, nowhere), 400, 'invalid_time_zone');
    expect(await read(maya, post)).toMatchObject({ status: 'draft', version: 1 });
  });
});
