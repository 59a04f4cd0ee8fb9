// @module-tag long
import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { afterLaunch, launch } from '#infra/local/campaigns.ts';
import { eventually, Marketer, newXUser, postsOnX } from '#infra/local/marketer.ts';
import { slowness, soon } from '#infra/local/slowness.ts';
import { expectProblem } from '../support/integration/answers.ts';
import {
  becomes,
  campaignBecomes,
  plan,
  type Post,
  publish,
  read,
  schedule,
  write,
} from '../support/integration/desk.ts';
import { stage } from '../support/integration/stage.ts';
import { tellX } from '../support/integration/x.ts';

const Stopped = z.object({ stop: z.object({ reason: z.string() }), wentOut: z.number(), held: z.number() });
const Resumed = z.object({ publish: z.number(), missed: z.number(), posts: z.array(z.object({ postId: z.string() })) });
const Stops = z.object({ workspace: z.unknown(), accounts: z.array(z.unknown()), held: z.number() });

const reason = 'The prices are wrong.';
const policy = { kind: 'publish_late', withinMinutes: 60 };

/** A marketer with two accounts on X. */
const office = async () => {
  const marketer = new Marketer(stage);
  await marketer.join();
  const usernames = [await newXUser(stage), await newXUser(stage)];
  const accountIds: string[] = [];
  for (const username of usernames) accountIds.push(await marketer.connect(username));
  const shown = async () => (await Promise.all(usernames.map((username) => postsOnX(stage, username)))).flat();
  return { marketer, usernames, accountIds, shown };
};
let desk: Awaited<ReturnType<typeof office>>;
beforeAll(async () => {
  desk = await office();
});

const text = (what: string): string => `${what}, ${randomUUID()}.`;
const stop = (path: string) => desk.marketer.do(Stopped, 'POST', path, { reason });
const resume = (path: string, preview = false) => desk.marketer.do(Resumed, 'POST', path, { policy, preview });
const stopsNow = () => desk.marketer.do(Stops, 'GET', '/v1/workspace/stops');

describe('a stop of the workspace', () => {
  test('is answered once nothing more can be published; held posts are published once after resuming', async ({
    annotate,
  }) => {
    const { marketer, usernames, accountIds, shown } = desk;
    const texts = Array.from({ length: 12 }, (_, place) => text(`Post ${place}`));
    const posts: Post[] = [];
    for (const [place, each] of texts.entries()) {
      posts.push(await write(marketer, accountIds[place % 2] ?? '', each));
    }
    // X is slow, so that something is in progress when publishing is stopped.
    const fault = { kind: 'delay', ms: 1_500 };
    for (const username of usernames) {
      const match = { method: 'POST', path: '/2/tweets', username };
      await tellX('POST', 'faults', [{ ...match, times: 12, fault }]);
    }
    const firstAt = Date.parse(soon(10_000));
    const everyMs = 800 * Math.max(1, 0.4 * slowness());
    for (const [place, post] of posts.entries()) {
      await schedule(marketer, post, new Date(firstAt + place * everyMs).toISOString());
    }
    await eventually('some of them are out', async () => ((await shown()).length >= 2 ? true : undefined), {
      withinMs: 60_000,
    });

    const askedAt = Date.now();
    const stopped = await stop('/v1/workspace/stop');
    const answeredAt = Date.now();
    await annotate(`Publishing was stopped in ${answeredAt - askedAt} ms; ${stopped.wentOut} went out meanwhile`);
    const settled = await Promise.all(
      posts.map((post) =>
        eventually(
          `the post ${post.id} is out or held`,
          async () => {
            const now = await read(marketer, post);
            return now.status === 'published' || now.status === 'held' ? now : undefined;
          },
          { withinMs: 60_000 },
        ),
      ),
    );
    const held = settled.filter(({ status }) => status === 'held');
    expect(held.length).toBeGreaterThan(0);
    expect(held.every(({ problem }) => problem?.code === 'workspace_stopped')).toBe(true);
    const before = await shown();
    expect(before).toHaveLength(posts.length - held.length);
    expect(before.filter(({ createdAt }) => Date.parse(createdAt) > answeredAt)).toEqual([]);
    expect(await stopsNow()).toMatchObject({ workspace: { reason }, accounts: [], held: held.length });

    expect(await resume('/v1/workspace/resume', true)).toMatchObject({ publish: held.length, missed: 0 });
    expect(await stopsNow()).toMatchObject({ held: held.length });
    expect(await resume('/v1/workspace/resume')).toMatchObject({ publish: held.length, missed: 0 });
    for (const post of held) await becomes(marketer, post, 'published');
    expect((await shown()).map(({ rawText }) => rawText).sort()).toEqual([...texts].sort());
    expect(await stopsNow()).toEqual({ workspace: null, accounts: [], held: 0 });
  });

  test('holds a campaign’s post and its slot, and both are published after resuming', async () => {
    const { marketer, accountIds } = desk;
    const post = await write(marketer, accountIds[0] ?? '', text("A campaign's"));
    const campaign = await plan(marketer, [{ postId: post.id, publishAt: afterLaunch() }]);
    await stop('/v1/workspace/stop');
    await launch(marketer, campaign);
    await becomes(marketer, post, 'held');
    const slotIs = (status: string) =>
      campaignBecomes(marketer, campaign, `its slot is ${status}`, ({ slots }) => slots[0]?.status === status);
    await slotIs('held');
    await resume('/v1/workspace/resume');
    await becomes(marketer, post, 'published');
    await slotIs('published');
  });
});

test('a stop of one account holds its posts and refuses reposts, but not unpublishing or other accounts', async () => {
  const { marketer, accountIds } = desk;
  const [account = '', other = ''] = accountIds;
  const path = `/v1/accounts/${account}`;
  const out = await write(marketer, account, text('Before'));
  await publish(marketer, out);
  await becomes(marketer, out, 'published');
  await stop(`${path}/stop`);
  const [own, others] = [await write(marketer, account, text('Own')), await write(marketer, other, text('Other'))];
  await publish(marketer, own);
  await publish(marketer, others);
  expect(await becomes(marketer, own, 'held')).toMatchObject({ problem: { code: 'account_stopped' } });
  await becomes(marketer, others, 'published');
  expectProblem(await marketer.call('POST', `/v1/posts/${out.id}/reposts`), 409, 'publishing_stopped');
  // A published post can still be unpublished.
  expect((await marketer.call('POST', `/v1/posts/${out.id}/unpublish`)).status).toBe(202);
  await becomes(marketer, out, 'unpublished');
  await resume(`${path}/resume`);
  await becomes(marketer, own, 'published');
});
