import { beforeEach, describe, expect, test } from 'vitest';
import { DiscardOutcome } from '#events/campaign-content.ts';
import { CampaignCancelled, CampaignChanged } from '#events/campaigns.ts';
import * as approval from '#functions/posts/approval/contract.ts';
import * as scheduling from '#functions/posts/scheduling/contract.ts';
import { tasks } from '#functions/posts/task-names.ts';
import { PostView } from '#functions/posts/views.ts';
import * as writing from '#functions/posts/writing/contract.ts';
import { Problem } from '#shared/http/problem.ts';
import { owner, type SignedIn } from '#test/support/http-event.ts';
import { draft, type Harness, harness, later, put } from '../harness.ts';
import { accountId, campaignId, otherAccountId, otherCampaignId, slotId, workspaceId } from '../samples.ts';
import {
  acting,
  announceCampaign,
  compose,
  decide,
  editor,
  launchWith,
  makeTemplate,
  manager,
  member,
  postIdOf,
  utm,
} from './steps.ts';

let context: Harness;
let templateId: string;
beforeEach(async () => {
  context = await harness();
  await announceCampaign(context);
  templateId = await makeTemplate(context, 'Today: {{roast}}. {{link}}', { name: 'roast', type: 'text' }, link);
});

const link = { name: 'link', type: 'url' as const, default: 'https://example.com/' };
const marked = 'https://example.com/?utm_source=x&utm_medium=social&utm_campaign=spring';
const first = postIdOf('1');
const post = (id = first) => context.deps.posts.find(workspaceId, id);
const textOf = async (id = first) => (await post(id))?.parts[0]?.text;
const one = (values: Record<string, string | number> = { roast: 'Kenya' }, postId = first) => ({
  postId,
  templateId,
  values,
});
const change = (postId: string, body: object) =>
  context.ask(writing.changePost, PostView, { path: { postId }, headers: { 'if-match': '*' }, body });
const schedule = (postId: string, publishAt = later) =>
  context.ask(scheduling.schedulePost, PostView, { path: { postId }, body: { publishAt } });

describe('composing a draft from a template', () => {
  test('creates it under the given id, written by the requester, with UTM parameters on its links', async () => {
    expect(await compose(context, editor, one(), one({ roast: 'Peru' }, postIdOf('2')))).toEqual([null, null]);
    expect(await post()).toMatchObject({
      id: first,
      accountId,
      status: 'draft',
      campaignId: null,
      parts: [{ text: `Today: Kenya. ${marked}` }],
      urlParts: [0],
      writtenBy: editor.personId,
      writers: [editor.personId],
      writerSchedules: false,
      changedBy: { type: 'person', id: editor.personId },
      composed: { campaignId, contentVersion: 1 },
    });
    expect(await textOf(postIdOf('2'))).toBe(`Today: Peru. ${marked}`);
    expect(context.told().filter(([type]) => type === 'post.created')).toHaveLength(2);
  });

  test('leaves links unmarked when the campaign has no UTM parameters', async () => {
    await context.happened(CampaignChanged, campaignId, 2, { utm: null });
    expect(await compose(context, editor, one())).toEqual([null]);
    expect(await textOf()).toBe('Today: Kenya. https://example.com/');
  });

  test('creates a draft that the API shows like any other', async () => {
    await compose(context, editor, one());
    const { body, raw } = await context.ask(writing.getPost, PostView, { path: { postId: first } });
    expect(body.status).toBe('draft');
    expect(raw).not.toContain('composed');
  });

  test('makes the people behind a service account its writers, who cannot approve it under four eyes', async () => {
    await decide(context, { approval: 'four_eyes' });
    const machine = { ...owner, personId: 'sva_01KATJ9V5H8Q3M4N5P6R7S8T9M' };
    const order = { workspaceId, campaignId, by: acting(machine, [manager.personId]) };
    const slots = [{ slotKey: 'slot-0', accountId, ...one() }];
    await context.run(tasks.composeForCampaign, { ...order, slots });
    expect(await post()).toMatchObject({ writtenBy: machine.personId, writers: [manager.personId] });
    const approve = { path: { postId: first }, headers: { 'if-match': '*' }, body: {} };
    const refused = await context.ask(approval.approvePost, Problem, { ...approve, as: manager });
    expect(refused.body.code).toBe('four_eyes');
    const approved = await context.ask(approval.approvePost, PostView, { ...approve, as: member('N', 'manager') });
    expect(approved.body.approval.status).toBe('approved');
  });
});

describe('composing a draft again', () => {
  test('with the same values changes nothing, even once the post is scheduled', async () => {
    await compose(context, editor, one());
    const before = context.changes.length;
    expect(await compose(context, manager, one())).toEqual([null]);
    expect(context.changes).toHaveLength(before);
    await schedule(first);
    expect(await compose(context, manager, one())).toEqual([null]);
    expect(await post()).toMatchObject({ status: 'scheduled', contentVersion: 1 });
  });

  test('with other values edits the draft and keeps the previous version', async () => {
    await compose(context, editor, one());
    expect(await compose(context, manager, one({ roast: 'Peru' }))).toEqual([null]);
    expect(await post()).toMatchObject({
      parts: [{ text: `Today: Peru. ${marked}` }],
      contentVersion: 2,
      writtenBy: manager.personId,
      writers: [editor.personId, manager.personId],
      writerSchedules: true,
      composed: { campaignId, contentVersion: 2 },
    });
    expect(await context.deps.versions.find(workspaceId, first, 1)).toMatchObject({ writtenBy: editor.personId });
    expect(await compose(context, manager, one({ roast: 'Chile' }))).toEqual([null]);
    expect(await textOf()).toBe(`Today: Chile. ${marked}`);
  });

  test('for another account edits the draft', async () => {
    await context.deps.accounts.learn(workspaceId, 1, {
      accountId: otherAccountId,
      isConnected: true,
      maxWeightedLength: 280,
    });
    await compose(context, editor, one());
    expect(await compose(context, editor, { ...one(), accountId: otherAccountId })).toEqual([null]);
    expect(await post()).toMatchObject({ accountId: otherAccountId, contentVersion: 2 });
  });

  test('with other values withdraws the approval, with the same values keeps it', async () => {
    await compose(context, editor, one());
    await context.ask(approval.approvePost, PostView, {
      path: { postId: first },
      headers: { 'if-match': '*' },
      body: {},
    });
    await compose(context, editor, one());
    expect((await post())?.approval.status).toBe('approved');
    await compose(context, editor, one({ roast: 'Peru' }));
    expect((await post())?.approval.status).toBe('none');
  });

  test('is refused with post_changed once a person has edited it', async () => {
    await compose(context, editor, one());
    await change(first, { parts: [{ text: 'A better line' }] });
    expect(await compose(context, editor, one({ roast: 'Peru' }))).toMatchObject([{ code: 'post_changed' }]);
    expect(await compose(context, editor, one())).toMatchObject([{ code: 'post_changed' }]);
    expect(await textOf()).toBe('A better line');
  });

  test('is refused with post_changed when scheduled, written by a person or made by another campaign', async () => {
    await compose(context, editor, one());
    await schedule(first);
    expect(await compose(context, editor, one({ roast: 'Peru' }))).toMatchObject([{ code: 'post_changed' }]);
    const { id } = await draft(context);
    expect(await compose(context, editor, one({ roast: 'Peru' }, id))).toMatchObject([{ code: 'post_changed' }]);
    const made = await post();
    if (!made) throw new Error('It was not made');
    const composed = { campaignId: otherCampaignId, contentVersion: 1 };
    await context.deps.posts.save({ ...made, status: 'draft', composed }, authorOf(editor));
    expect(await compose(context, editor, one({ roast: 'Peru' }))).toMatchObject([{ code: 'post_changed' }]);
    expect(await textOf()).toBe(`Today: Kenya. ${marked}`);
  });

  test('after launch is refused with post_is_scheduled for an editor, but not for a manager', async () => {
    await compose(context, editor, one());
    await launchWith(context, campaignId, slotId, first);
    expect(await compose(context, editor, one({ roast: 'Peru' }))).toMatchObject([{ code: 'post_is_scheduled' }]);
    expect(await compose(context, manager, one({ roast: 'Peru' }))).toEqual([null]);
  });
});

const authorOf = ({ personId: id }: SignedIn) => ({
  actor: { type: 'person' as const, id },
  correlationId: 'correlation-1',
});

describe('a slot that cannot be composed reports its problem and does not stop the others', () => {
  test.each<[string, object, string, RegExp]>([
    ['a value that is missing', { values: {} }, 'missing_variable', /^"values\.roast" is required\.$/],
    ['a value that is unknown', { values: { roast: 'Kenya', rost: 'x' } }, 'unknown_variable', /values\.rost/],
    ['a value that does not fit', { values: { roast: 1 } }, 'invalid_value', /must be a string/],
    ['a text that X would not take', { values: { roast: 'x'.repeat(270) } }, 'text_too_long', /exceeds .* 280 by 22/],
    [
      'a link that cannot be marked',
      { values: { roast: 'https://a.com,https://b.com' } },
      'link_unmarkable',
      /parts\.0/,
    ],
    ['an unknown account', { accountId: otherAccountId }, 'account_not_found', /account/i],
    ['an unknown template', { templateId: 'tpl_01KATJ9V5H8Q3M4N5P6R7S8T9V' }, 'template_not_found', /template/i],
  ])('%s', async (_, said, code, message) => {
    const [problem, other] = await compose(
      context,
      editor,
      { ...one(), ...said },
      one({ roast: 'Peru' }, postIdOf('2')),
    );
    expect(problem).toMatchObject({ code, message: expect.stringMatching(message) as unknown });
    expect(other).toBeNull();
    expect(await post()).toBeUndefined();
  });

  test('a deleted post', async () => {
    await compose(context, editor, one());
    await context.call(writing.deletePost, { path: { postId: first }, headers: { 'if-match': '*' } });
    expect(await compose(context, editor, one())).toMatchObject([{ code: 'post_deleted' }]);
  });

  test('an unknown campaign throws, so that the workflow retries', async () => {
    context = await harness();
    await expect(compose(context, editor, one())).rejects.toThrow(/campaign/i);
    await announceCampaign(context, utm);
    expect(await compose(context, editor, one())).toMatchObject([{ code: 'template_not_found' }]);
  });
});

describe('discarding drafts that are no longer needed', () => {
  const discard = async (...postIds: string[]) => {
    const { posts } = DiscardOutcome.parse(
      await context.run(tasks.discardForCampaign, { workspaceId, campaignId, postIds }),
    );
    return posts.map(({ outcome }) => outcome);
  };

  test('deletes a draft that only its campaign has edited, and is idempotent', async () => {
    await compose(context, editor, one());
    await compose(context, editor, one({ roast: 'Peru' }));
    expect(await discard(first)).toEqual(['discarded']);
    expect(await post()).toMatchObject({ status: 'deleted' });
    const before = context.changes.length;
    expect(await discard(first)).toEqual(['discarded']);
    expect(context.changes).toHaveLength(before);
    expect(context.told().at(-1)?.[0]).toBe('post.deleted');
  });

  test.each<[string, () => Promise<unknown>]>([
    ['a person has edited', () => change(first, { parts: [{ text: 'A better line' }] })],
    ['a person has scheduled', () => schedule(first)],
    [
      'was scheduled once',
      async () => {
        await schedule(first);
        await context.ask(scheduling.cancelPost, PostView, { path: { postId: first } });
      },
    ],
    ['another campaign was launched with', () => launchWith(context, otherCampaignId, slotId, first)],
  ])('keeps a draft that %s', async (_, happen) => {
    await compose(context, editor, one());
    await happen();
    const before = await post();
    expect(await discard(first)).toEqual(['kept']);
    expect(await post()).toEqual(before);
  });

  test('keeps posts by a person or another campaign, and returns not_found for an unknown post', async () => {
    const { id } = await draft(context);
    const composed = { campaignId: otherCampaignId, contentVersion: 1 };
    await put(context, { id: postIdOf('8'), composed });
    expect(await discard(id, postIdOf('8'), postIdOf('9'))).toEqual(['kept', 'kept', 'not_found']);
  });

  test('deletes a draft whose campaign has been cancelled', async () => {
    await compose(context, editor, one());
    await context.happened(CampaignCancelled, campaignId, 3, {});
    expect(await discard(first)).toEqual(['discarded']);
  });
});
