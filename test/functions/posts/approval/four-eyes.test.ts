import { beforeEach, describe, expect, test } from 'vitest';
import { defaultSettings, type WorkspaceSettings } from '#events/users.ts';
import * as approval from '#functions/posts/approval/contract.ts';
import * as media from '#functions/posts/media/contract.ts';
import * as scheduling from '#functions/posts/scheduling/contract.ts';
import { PostView } from '#functions/posts/views.ts';
import * as writing from '#functions/posts/writing/contract.ts';
import { Problem } from '#shared/http/problem.ts';
import type { Role } from '#shared/permissions.ts';
import { owner, type SignedIn } from '#test/support/http-event.ts';
import { type Harness, harness, later } from '../harness.ts';
import { accountId, aMedia, author, mediaId, workspaceId } from '../samples.ts';

let context: Harness;
beforeEach(async () => {
  context = await harness();
  await decide({ approval: 'four_eyes' });
});

let settingsVersion = 1;
const decide = (settings: Partial<WorkspaceSettings>) =>
  context.deps.settings.learn(workspaceId, (settingsVersion += 1), { ...defaultSettings, ...settings });
const passTime = () => {
  context.clock.set(new Date(context.clock.now().getTime() + 1_000));
};

const member = (last: string, role: Role): SignedIn => ({
  ...owner,
  personId: `usr_01KATJ9V5H8Q3M4N5P6R7S8T9${last}`,
  role,
});
const editor = member('E', 'editor');
const manager = member('M', 'manager');
const otherManager = member('N', 'manager');
const admin = member('A', 'admin');
/** A service account, and the people who created it or a secret of it, as its token lists them. */
const machine = (last: string, role: Role, ...makers: SignedIn[]): SignedIn => ({
  ...owner,
  personId: `sva_01KATJ9V5H8Q3M4N5P6R7S8T9${last}`,
  role,
  ...(makers.length > 0 && { madeBy: makers.map(({ personId }) => personId).join(' ') }),
});

const write = async (as: SignedIn, mediaIds: string[] = []) => {
  const body = { accountId, parts: [{ text: 'Plum and cocoa', mediaIds }] };
  const { id } = (await context.ask(writing.createPost, PostView, { body, as })).body;
  passTime();
  return id;
};
const rewrite = async (postId: string, as: SignedIn, body: object) => {
  const headers = { 'if-match': '*' };
  const { body: post } = await context.ask(writing.changePost, PostView, { path: { postId }, headers, body, as });
  passTime();
  return post;
};
const reword = (postId: string, as: SignedIn, text: string) => rewrite(postId, as, { parts: [{ text }] });
/** Tries to approve; returns `approved`, or the code of the refusal. */
const approve = async (postId: string, as: SignedIn, body: object = {}): Promise<string> => {
  const answer = await context.call(approval.approvePost, { path: { postId }, headers: { 'if-match': '*' }, body, as });
  passTime();
  if (answer.status >= 400) return Problem.parse(answer.body).code;
  return PostView.parse(answer.body).approval.status;
};
const override = { override: { reason: 'The launch is in five minutes' } };

describe('four eyes and service accounts', () => {
  test('an admin cannot approve a post written by a service account they created', async () => {
    const postId = await write(machine('1', 'editor', admin));
    expect(await approve(postId, admin)).toBe('four_eyes');
    expect(await approve(postId, manager)).toBe('approved');
  });

  test('everyone listed as a maker of a service account is refused with four_eyes', async () => {
    const postId = await write(machine('1', 'editor', admin, otherManager));
    expect(await approve(postId, otherManager)).toBe('four_eyes');
    expect(await approve(postId, admin)).toBe('four_eyes');
    expect(await approve(postId, manager)).toBe('approved');
  });

  test('a service account cannot approve, even as an admin or with an override', async () => {
    const postId = await write(admin);
    expect(await approve(postId, machine('1', 'admin', admin))).toBe('only_for_people');
    expect(await approve(postId, machine('1', 'admin', manager), override)).toBe('only_for_people');
    const byMachine = await write(machine('1', 'editor', admin));
    expect(await approve(byMachine, machine('2', 'admin', admin))).toBe('only_for_people');
  });

  test.each([
    ['nobody knows who made', () => machine('1', 'editor')],
    ['was made by a machine', () => machine('1', 'editor', machine('2', 'admin', admin))],
  ])(
    'a post by a service account that %s is refused with writer_unknown unless an admin overrides',
    async (_, writer) => {
      const postId = await write(writer());
      expect(await approve(postId, manager)).toBe('writer_unknown');
      expect(await approve(postId, admin)).toBe('writer_unknown');
      expect(await approve(postId, admin, override)).toBe('approved');
    },
  );

  test('a person whose service account submitted a post cannot approve it', async () => {
    const postId = await write(editor);
    await context.ask(approval.submitPost, PostView, {
      path: { postId },
      body: {},
      as: machine('1', 'editor', manager),
    });
    expect(await approve(postId, manager)).toBe('four_eyes');
    expect(await approve(postId, otherManager)).toBe('approved');
  });
});

describe('everyone who edited a post since another person approved it counts as a writer', () => {
  test('the first writer cannot approve after somebody else has edited the post', async () => {
    const postId = await write(manager);
    expect((await reword(postId, editor, 'Plum, cocoa and a little smoke')).writers).toEqual([
      manager.personId,
      editor.personId,
    ]);
    expect(await approve(postId, manager)).toBe('four_eyes');
    expect(await approve(postId, otherManager)).toBe('approved');
  });

  test('an edit that changes nothing adds no writer, creates no version and keeps the approval', async () => {
    const postId = await write(manager);
    const before = await context.deps.posts.get(workspaceId, postId);
    await rewrite(postId, editor, { parts: [{ text: 'Plum and cocoa' }] });
    await rewrite(postId, editor, { accountId, replySettings: 'everyone', madeWithAi: false });
    expect(await context.deps.posts.get(workspaceId, postId)).toEqual(before);
    expect(await approve(postId, manager)).toBe('four_eyes');
    expect(await approve(postId, otherManager)).toBe('approved');
    expect((await reword(postId, editor, 'Plum and cocoa')).approval.status).toBe('approved');
  });

  test('an approval by another person resets the writers, so the first writer can approve later edits', async () => {
    const postId = await write(manager);
    expect(await approve(postId, otherManager)).toBe('approved');
    expect((await reword(postId, editor, 'Plum, cocoa and a little smoke')).writers).toEqual([editor.personId]);
    expect(await approve(postId, manager)).toBe('approved');
  });

  test.each([
    ['overrode', 'four_eyes', override],
    ['approved alone, while that was enough', 'required', {}],
  ] as const)('when the writer %s, they still count as a writer after a later edit', async (_, mode, how) => {
    await decide({ approval: mode });
    const postId = await write(admin);
    expect(await approve(postId, admin, how)).toBe('approved');
    await decide({ approval: 'four_eyes' });
    await reword(postId, editor, 'Plum, cocoa and a little smoke');
    expect(await approve(postId, admin)).toBe('four_eyes');
    expect(await approve(postId, manager)).toBe('approved');
  });
});

describe('alt text of files is part of a post’s content', () => {
  const describeFile = async (as: SignedIn, body: object) => {
    const sent = { path: { mediaId }, headers: { 'if-match': '*' }, body, as };
    await context.ask(media.changeMedia, media.MediaView, sent);
    passTime();
  };
  beforeEach(async () => {
    await context.deps.media.create(aMedia({ altText: 'A bag' }), author);
    passTime();
  });

  test('whoever changes the alt text after the post was written cannot approve the post', async () => {
    const postId = await write(editor, [mediaId]);
    await describeFile(manager, { altText: 'Buy at my shop' });
    expect(await approve(postId, manager)).toBe('four_eyes');
    expect(await approve(postId, otherManager)).toBe('approved');
  });

  test('everyone who changed the alt text is refused with four_eyes, even after later edits by others', async () => {
    const postId = await write(editor, [mediaId]);
    await describeFile(manager, { altText: 'Buy at my shop' });
    await describeFile(machine('1', 'editor', admin), { altText: 'Buy at my shop!' });
    await rewrite(postId, editor, { paidPartnership: true });
    expect(await approve(postId, manager)).toBe('four_eyes');
    expect(await approve(postId, admin)).toBe('four_eyes');
    expect(await approve(postId, otherManager)).toBe('approved');
  });

  test('whoever changed the alt text before the post was written can approve the post', async () => {
    await describeFile(manager, { altText: 'A bag of coffee' });
    const postId = await write(editor, [mediaId]);
    expect(await approve(postId, manager)).toBe('approved');
  });

  test('saving the same alt text writes nothing and makes nobody a writer', async () => {
    const before = await context.deps.media.get(workspaceId, mediaId);
    const postId = await write(editor, [mediaId]);
    await describeFile(manager, { altText: 'A bag' });
    expect(await context.deps.media.get(workspaceId, mediaId)).toEqual(before);
    expect(await approve(postId, manager)).toBe('approved');
  });

  test('changing the alt text voids the approval, so scheduling is refused with approval_required', async () => {
    const postId = await write(editor, [mediaId]);
    expect(await approve(postId, manager)).toBe('approved');
    await describeFile(editor, { altText: 'Buy at my shop' });
    const refused = await context.ask(scheduling.schedulePost, Problem, {
      path: { postId },
      body: { publishAt: later },
      as: manager,
    });
    expect(refused).toMatchObject({ status: 409, body: { code: 'approval_required' } });
  });
});

describe('the approval rules in force when a post is due apply, not those when it was approved', () => {
  test('a post approved only by its writer is held until somebody else approves it', async () => {
    await decide({ approval: 'required' });
    const postId = await write(manager);
    expect(await approve(postId, manager, { schedule: { publishAt: later } })).toBe('approved');
    await decide({ approval: 'four_eyes' });
    context.clock.set(new Date(later));
    const claim = { workspaceId, postId };
    expect(await context.run('posts.claim', { ...claim, scheduleVersion: 1 }, 'execution-1')).toEqual({
      outcome: 'stopped',
    });
    expect(await context.deps.posts.get(workspaceId, postId)).toMatchObject({
      status: 'held',
      problem: { code: 'approval_missing' },
    });
    expect(await approve(postId, otherManager)).toBe('approved');
    passTime();
    expect(await context.run('posts.claim', { ...claim, scheduleVersion: 2 }, 'execution-2')).toMatchObject({
      outcome: 'go',
    });
  });

  test.each([
    ['an override', () => approveOwn('four_eyes', override)],
    ['an approval by somebody else', () => approveOwn('required', {}, otherManager)],
  ])('%s is still enough once four eyes are required', async (_, approved) => {
    const postId = await approved();
    await decide({ approval: 'four_eyes' });
    context.clock.set(new Date(later));
    const claim = { workspaceId, postId, scheduleVersion: 1 };
    expect(await context.run('posts.claim', claim, 'execution-1')).toMatchObject({ outcome: 'go' });
  });

  const approveOwn = async (mode: 'required' | 'four_eyes', how: object, by = admin) => {
    await decide({ approval: mode });
    const postId = await write(admin);
    expect(await approve(postId, by, { ...how, schedule: { publishAt: later } })).toBe('approved');
    return postId;
  };
});
