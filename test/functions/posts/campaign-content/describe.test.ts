import { beforeEach, describe, expect, test } from 'vitest';
import { type ContentFacts, longestMessage } from '#events/campaign-content.ts';
import { CampaignCancelled } from '#events/campaigns.ts';
import type { PostFacts } from '#functions/campaigns/domain/publishing-facts.ts';
import * as approval from '#functions/posts/approval/contract.ts';
import type { Override } from '#functions/posts/domain/policy.ts';
import * as scheduling from '#functions/posts/scheduling/contract.ts';
import { PostView } from '#functions/posts/views.ts';
import { owner } from '#test/support/http-event.ts';
import { draft, type Harness, harness, put } from '../harness.ts';
import {
  accountId,
  aMedia,
  aPart,
  author,
  laterSlotId,
  mediaId,
  otherAccountId,
  otherCampaignId,
  slotId,
  workspaceId,
} from '../samples.ts';
import { announceCampaign, decide, describeSlots, launchWith, manager, postIdOf, publishAt } from './steps.ts';

let context: Harness;
beforeEach(async () => {
  context = await harness();
});

/** Facts of one post at the usual time of its slot. */
const factsOf = async (postId: string, at = publishAt): Promise<PostFacts> => {
  const [told] = await describeSlots(context, { postId, publishAt: at });
  if (!told?.facts) throw new Error('The post is unknown');
  // Does not compile unless the facts fit what campaigns expect.
  const facts: PostFacts = told.facts;
  return facts;
};
const approve = async (postId: string, as = owner) =>
  context.ask(approval.approvePost, PostView, { path: { postId }, headers: { 'if-match': '*' }, body: {}, as });

describe('the facts of a post', () => {
  test('are its status, account, parts, and the hash of the content to be published', async () => {
    await announceCampaign(context);
    const marked = 'https://example.com/?utm_campaign=spring&utm_source=x&utm_medium=social';
    const parts = [
      { text: 'Hello 日本' },
      { text: marked },
      { text: `${marked} https://example.com/?utm_source=x` },
      { text: 'https://example.com/?utm_source=x&utm_medium=social&utm_campaign=autumn' },
    ];
    const { id: postId, contentHash } = await draft(context, parts);
    const told = await describeSlots(context, { postId });
    expect(told).toEqual([
      {
        slotKey: 'slot-0',
        postId,
        accountId,
        facts: {
          postId,
          status: 'draft',
          campaignId: null,
          contentHash,
          approval: 'not_needed',
          findings: [],
          media: [],
          parts: [
            { hasUrl: false, isMarked: true, weightedLength: 10 },
            { hasUrl: true, isMarked: true, weightedLength: 23 },
            { hasUrl: true, isMarked: false, weightedLength: 47 },
            { hasUrl: true, isMarked: false, weightedLength: 23 },
          ],
        },
      },
    ]);
  });

  test('are null for an unknown post, and have the status deleted for a deleted one', async () => {
    await put(context, { id: postIdOf('1'), status: 'deleted' });
    const told = await describeSlots(context, { postId: postIdOf('2') }, { postId: postIdOf('1') });
    expect(told.map(({ facts, accountId: of }) => [facts?.status ?? null, of])).toEqual([
      [null, null],
      ['deleted', accountId],
    ]);
  });

  test.each([
    ['publishing', 'published'],
    ['unpublished', 'published'],
    ['missed', 'missed'],
  ] as const)('give a post that is %s the status %s', async (status, told) => {
    await put(context, { id: postIdOf('1'), status });
    expect((await factsOf(postIdOf('1'))).status).toBe(told);
  });

  test('count links as marked when the campaign has no UTM parameters', async () => {
    await announceCampaign(context, null);
    const { id } = await draft(context, [{ text: 'https://example.com/' }]);
    expect((await factsOf(id)).parts).toEqual([{ hasUrl: true, isMarked: true, weightedLength: 23 }]);
  });

  test('name the campaign that was launched with it, until that campaign is cancelled', async () => {
    await put(context, { id: postIdOf('1') });
    await launchWith(context, otherCampaignId, slotId, postIdOf('1'));
    expect((await factsOf(postIdOf('1'))).campaignId).toBe(otherCampaignId);
    await context.happened(CampaignCancelled, otherCampaignId, 3, {});
    expect((await factsOf(postIdOf('1'))).campaignId).toBeNull();
  });

  test('name no campaign once the post has left the one that planned it', async () => {
    const planned = { slotId: laterSlotId, planVersion: 1 };
    await put(context, { id: postIdOf('1'), status: 'scheduled', campaignId: null, slot: planned });
    await launchWith(context, otherCampaignId, slotId, postIdOf('1'));
    expect((await factsOf(postIdOf('1'))).campaignId).toBeNull();
  });
});

describe('the approval of a post', () => {
  beforeEach(() => decide(context, { approval: 'required' }));

  test('follows its review: none, submitted, changes_requested, approved', async () => {
    const { id: postId } = await draft(context);
    const step = { path: { postId }, headers: { 'if-match': '*' } };
    expect((await factsOf(postId)).approval).toBe('none');
    await context.ask(approval.submitPost, PostView, { ...step, body: {} });
    expect((await factsOf(postId)).approval).toBe('submitted');
    await context.ask(approval.requestPostChanges, PostView, { ...step, body: { comment: 'Shorter' } });
    expect((await factsOf(postId)).approval).toBe('changes_requested');
    await approve(postId);
    expect((await factsOf(postId)).approval).toBe('approved');
  });

  test('is outdated, and the content hash differs, once the alt text of a file changes', async () => {
    const file = await context.deps.media.create(aMedia({ altText: 'Beans' }), author);
    const { id, contentHash } = await draft(context, [{ text: 'Look', mediaIds: [mediaId] }]);
    await approve(id);
    await context.deps.media.save({ ...file, altText: 'Roasted beans' }, author);
    const facts = await factsOf(id);
    expect(facts.approval).toBe('outdated');
    expect(facts.contentHash).not.toBe(contentHash);
  });

  test('by its writer is not enough once the workspace requires four eyes', async () => {
    const { id } = await draft(context);
    await approve(id);
    await decide(context, { approval: 'four_eyes' });
    expect((await factsOf(id)).approval).toBe('submitted');
    await approve(id, manager);
    expect((await factsOf(id)).approval).toBe('approved');
  });
});

describe('files', () => {
  test('are ordered by what they still need: awaiting upload, missing, without alt text, complete', async () => {
    const byManager = { ...author, actor: { type: 'person' as const, id: manager.personId } };
    const ids = ['1', '2', '3', '4'].map((last) => `med_01KATJ9V5H8Q3M4N5P6R7S8T9${last}`);
    const [ready = '', described = '', waiting = '', gone = ''] = ids;
    await context.deps.media.create(aMedia({ id: ready }), author);
    await context.deps.media.create(aMedia({ id: described, altText: 'Beans' }), author);
    await context.deps.media.create(aMedia({ id: waiting, status: 'awaiting_upload' }), byManager);
    await put(context, { id: postIdOf('1'), parts: [aPart({ mediaIds: [described, ready, waiting, gone] })] });
    expect((await factsOf(postIdOf('1'))).media).toEqual([
      { mediaId: waiting, status: 'awaiting_upload', hasAltText: false },
      { mediaId: gone, status: 'missing', hasAltText: false },
      { mediaId: ready, status: 'ready', hasAltText: false },
      { mediaId: described, status: 'ready', hasAltText: true },
    ]);
  });
});

describe('missing alt text', () => {
  test('blocks a post only where the workspace requires it', async () => {
    const file = await context.deps.media.create(aMedia(), author);
    const { id } = await draft(context, [{ text: 'Look', mediaIds: [mediaId] }]);
    expect((await factsOf(id)).findings).toEqual([]);
    await decide(context, { requireAltText: true });
    expect((await factsOf(id)).findings).toMatchObject([{ rule: 'alt_text_required', level: 'block' }]);
    await context.deps.media.save({ ...file, altText: 'Beans' }, author);
    expect((await factsOf(id)).findings).toEqual([]);
  });
});

describe('findings', () => {
  const rulesOf = ({ findings }: PostFacts) => findings.map(({ rule, level }) => [rule, level]);

  test('are judged at the slot’s time: a repeat blocks at first, then warns, then passes', async () => {
    const { id: first } = await draft(context, [{ text: 'Plum and cocoa' }]);
    const body = { publishAt: '2026-12-01T08:00:00.000Z' };
    await context.ask(scheduling.schedulePost, PostView, { path: { postId: first }, body });
    const { id: again } = await draft(context, [{ text: 'Plum and cocoa' }]);
    expect(rulesOf(await factsOf(again, '2026-12-01T09:00:00.000Z'))).toEqual([['repeated_on_account', 'block']]);
    expect(rulesOf(await factsOf(again, '2026-12-03T09:00:00.000Z'))).toEqual([['repeated_on_account', 'warn']]);
    expect(rulesOf(await factsOf(again, '2026-12-20T09:00:00.000Z'))).toEqual([]);
    expect((await context.deps.posts.get(workspaceId, again)).scheduledAt).toBeNull();
  });

  test('flag a repeat between slots of one request on the later slot, even when it is listed first', async () => {
    const { id: one } = await draft(context, [{ text: 'Plum and cocoa' }]);
    const { id: other } = await draft(context, [{ text: 'Plum and cocoa' }]);
    const told = await describeSlots(
      context,
      { postId: one, publishAt: '2026-12-01T10:00:00.000Z' },
      { postId: other, publishAt: '2026-12-01T09:00:00.000Z' },
    );
    expect(told.map(({ facts }) => facts && rulesOf(facts))).toEqual([[['repeated_on_account', 'block']], []]);
  });

  test('compare other slots’ posts at their slot times, not at their current schedules', async () => {
    const { id: one } = await draft(context, [{ text: 'Plum and cocoa' }]);
    const scheduled = { path: { postId: one }, body: { publishAt: '2026-12-01T08:00:00.000Z' } };
    await context.ask(scheduling.schedulePost, PostView, scheduled);
    const { id: other } = await draft(context, [{ text: 'Plum and cocoa' }]);
    const told = await describeSlots(
      context,
      { postId: one, publishAt: '2026-11-23T08:00:00.000Z' },
      { postId: other, publishAt: '2026-12-01T09:00:00.000Z' },
    );
    expect(told.map(({ facts }) => facts && rulesOf(facts))).toEqual([[], []]);
  });

  test('omit a rule that was overridden for this content, but not one overridden for other content', async () => {
    const { id } = await draft(context, [{ text: 'Hello @stranger' }]);
    const { contentHash } = await factsOf(id);
    expect(rulesOf(await factsOf(id))).toEqual([['unlisted_mention', 'warn']]);
    const override = (hash: string): Override => ({
      rule: 'unlisted_mention',
      contentHash: hash,
      reason: 'A friend',
      overriddenBy: owner.personId,
      overriddenAt: publishAt,
    });
    const post = await context.deps.posts.get(workspaceId, id);
    const elsewhere = await context.deps.posts.save({ ...post, overrides: [override('another')] }, author);
    expect(rulesOf(await factsOf(id))).toEqual([['unlisted_mention', 'warn']]);
    await context.deps.posts.save({ ...elsewhere, overrides: [override(contentHash)] }, author);
    expect(rulesOf(await factsOf(id))).toEqual([]);
  });
});

describe('an answer', () => {
  const worst = (parts: number) =>
    Array.from({ length: parts }, () =>
      aPart({ text: '@one @two @three @four https://example.com/', mediaIds: [mediaId] }),
    );
  const bytesOf = async (parts: number): Promise<[number, ContentFacts['posts']]> => {
    const postIds = Array.from({ length: 50 }, (_, place) => postIdOf(String(place)));
    for (const id of postIds) await put(context, { id, accountId: otherAccountId, parts: worst(parts) });
    const told = await describeSlots(context, ...postIds.map((postId) => ({ postId, slotKey: 'x'.repeat(60) })));
    return [Buffer.byteLength(JSON.stringify(told)), told];
  };

  test('for 50 posts with three findings each stays below 80,000 bytes, well within workflow state', async () => {
    const [bytes, told] = await bytesOf(1);
    expect(told.every(({ facts }) => facts?.findings.length === 3)).toBe(true);
    expect(told.every(({ facts }) => facts?.findings.every(({ message }) => message.length <= longestMessage))).toBe(
      true,
    );
    expect(bytes).toBeLessThan(80_000);
  });

  test('for 50 of the longest threads stays below 160,000 bytes', async () => {
    const [bytes] = await bytesOf(25);
    expect(bytes).toBeLessThan(160_000);
  });

  test('reads a similar post once, not once per pair', async () => {
    const alike = [{ text: 'The same words' }];
    const { id: other } = await draft(context, alike);
    const ids = [await draft(context, alike), await draft(context, alike), await draft(context, alike)];
    const read: string[] = [];
    const posts = { ...context.deps.posts };
    context.deps.posts.find = async (...given) => {
      read.push(given[1]);
      return posts.find(...given);
    };
    await describeSlots(context, ...ids.map(({ id: postId }) => ({ postId })));
    expect(read).toEqual([other]);
  });
});
