import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { createCampaign } from '#functions/campaigns/planning/contract.ts';
import { announced } from '#functions/posts/domain/media.ts';
import * as media from '#functions/posts/media/contract.ts';
import * as scheduling from '#functions/posts/scheduling/contract.ts';
import * as writing from '#functions/posts/writing/contract.ts';
import { instantAfter } from '#shared/time.ts';
import { owner } from '#test/support/http-event.ts';
import { accountId, officeOpens, openOffice } from '#test/support/office.ts';

/*
 * A campaign runs before posts receive the event of its launch. Until then an editor can still change what was
 * launched; no such change may be published.
 */

const editor = { ...owner, personId: 'usr_01KATJ9V5H8Q3M4N5P6R7S8T9E', role: 'editor' as const };
const manager = { ...owner, personId: 'usr_01KATJ9V5H8Q3M4N5P6R7S8T9M', role: 'manager' as const };
const { workspaceId } = owner;
const mediaId = 'med_01KATJ9V5H8Q3M4N5P6R7S8T9V';
const author = { actor: { type: 'person' as const, id: manager.personId }, correlationId: 'correlation-1' };
const Id = z.looseObject({ id: z.string() });

/** A campaign of one post with a picture, launched a moment ago; posts have not received the event. */
const justLaunched = async () => {
  const office = await openOffice();
  const said = { contentType: 'image/png', bytes: 8, altText: 'A bag', madeWithAi: false } as const;
  const picture = { ...announced({ id: mediaId, workspaceId, ...said }, 0), ttl: undefined };
  const found = { contentType: 'image/png', width: 4, height: 3, durationMs: null, frames: null } as const;
  await office.posts.media.create({ ...picture, ...found, status: 'ready', etag: '"1"' }, author);
  const body = { accountId, parts: [{ text: 'Plum and cocoa', mediaIds: [mediaId] }] };
  const { id: postId } = Id.parse((await office.send('posts', writing.createPost, { as: editor, body })).body);
  const publishAt = instantAfter(officeOpens, 3_600_000);
  const plan = { name: 'Spring', timeZone: 'Europe/Berlin', posts: [{ postId, publishAt }] };
  const made = await office.send('campaigns', createCampaign, { as: manager, body: plan });
  const { id: campaignId } = Id.parse(made.body);
  office.clock.set(new Date(officeOpens.getTime() + 1_000));
  await office.launch(campaignId, manager, { isHeard: false });
  office.clock.set(new Date(officeOpens.getTime() + 1_200));
  const heard = async () => {
    await office.settle();
    await office.planCampaigns();
    return office.posts.posts.get(workspaceId, postId);
  };
  const rewrite = (as: typeof editor | typeof manager) => {
    const change = { parts: [{ text: 'Something else', mediaIds: [mediaId] }] };
    return office.send('posts', writing.changePost, { as, path: { postId }, body: change }, { isHeard: false });
  };
  return { office, postId, heard, rewrite };
};

describe('a launched post changed before posts received the event of the launch', () => {
  test('by an editor is held with changed_after_launch until somebody who may schedule publishes it', async () => {
    const { office, postId, heard, rewrite } = await justLaunched();
    expect((await rewrite(editor)).status).toBe(200);
    expect(await heard()).toMatchObject({ status: 'held', problem: { code: 'changed_after_launch' } });
    expect(await office.letTimePass(manager)).toEqual([]);
    const { status } = await office.send('posts', scheduling.publishPost, { as: manager, path: { postId } });
    expect(status).toBe(202);
    expect(await office.letTimePass(manager)).toHaveLength(1);
  });

  test('in the alt text of its picture is held with changed_after_launch', async () => {
    const { office, heard } = await justLaunched();
    const change = { as: editor, path: { mediaId }, body: { altText: 'Not our bag' } };
    expect((await office.send('posts', media.changeMedia, change, { isHeard: false })).status).toBe(200);
    expect(await heard()).toMatchObject({ status: 'held', problem: { code: 'changed_after_launch' } });
    expect(await office.letTimePass(manager)).toEqual([]);
  });

  test('by somebody who may schedule is published', async () => {
    const { office, heard, rewrite } = await justLaunched();
    expect((await rewrite(manager)).status).toBe(200);
    expect(await heard()).toMatchObject({ status: 'scheduled' });
    expect(await office.letTimePass(manager)).toHaveLength(1);
  });
});
