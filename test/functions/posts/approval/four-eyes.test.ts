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
/** A machine, and who made it or a secret of it, as its token says. */
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
/** What becomes of an approval: `approved`, or the code of its refusal. */
const approve = async (postId: string, as: SignedIn, body: object = {}): Promise<string> => {
  const answer = await context.call(approval.approvePost, { path: { postId }, headers: { 'if-match': '*' }, body, as });
  passTime();
  if (answer.status >= 400) return Problem.parse(answer.body).code;
  return PostView.parse(answer.body).approval.status;
};
const override = { override: { reason: 'The launch is in five minutes' } };

describe('two hands of one person are no four eyes', () => {
  test('an admin does not approve what a service account of theirs wrote', async () => {
    const postId = await write(machine('1', 'editor', admin));
    expect(await approve(postId, admin)).toBe('four_eyes');
    expect(await approve(postId, manager)).toBe('approved');
  });

  test('whoever made a secret of it counts as who made the account', async () => {
    const postId = await write(machine('1', 'editor', admin, otherManager));
    expect(await approve(postId, otherManager)).toBe('four_eyes');
    expect(await approve(postId, admin)).toBe('four_eyes');
    expect(await approve(postId, manager)).toBe('approved');
  });

  test('a service account approves nothing, in whatever role, not even to override', async () => {
    const postId = await write(admin);
    expect(await approve(postId, machine('1', 'admin', admin))).toBe('only_for_people');
    expect(await approve(postId, machine('1', 'admin', manager), override)).toBe('only_for_people');
    const byMachine = await write(machine('1', 'editor', admin));
    expect(await approve(byMachine, machine('2', 'admin', admin))).toBe('only_for_people');
  });

  test.each([
    ['nobody knows who made', () => machine('1', 'editor')],
    ['was made by a machine', () => machine('1', 'editor', machine('2', 'admin', admin))],
  ])('what a machine wrote that %s is approved by nobody but who overrides', async (_, writer) => {
    const postId = await write(writer());
    expect(await approve(postId, manager)).toBe('writer_unknown');
    expect(await approve(postId, admin)).toBe('writer_unknown');
    expect(await approve(postId, admin, override)).toBe('approved');
  });

  test('who had a machine of theirs submit a post does not approve it', async () => {
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

describe('everybody who wrote since another person approved counts as a writer', () => {
  test('also who wrote before somebody else did', async () => {
    const postId = await write(manager);
    expect((await reword(postId, editor, 'Plum, cocoa and a little smoke')).writers).toEqual([
      manager.personId,
      editor.personId,
    ]);
    expect(await approve(postId, manager)).toBe('four_eyes');
    expect(await approve(postId, otherManager)).toBe('approved');
  });

  test('a change that changes nothing makes nobody a writer, no version and no withdrawal of an approval', async () => {
    const postId = await write(manager);
    const before = await context.deps.posts.get(workspaceId, postId);
    await rewrite(postId, editor, { parts: [{ text: 'Plum and cocoa' }] });
    await rewrite(postId, editor, { accountId, replySettings: 'everyone', madeWithAi: false });
    expect(await context.deps.posts.get(workspaceId, postId)).toEqual(before);
    expect(await approve(postId, manager)).toBe('four_eyes');
    expect(await approve(postId, otherManager)).toBe('approved');
    expect((await reword(postId, editor, 'Plum and cocoa')).approval.status).toBe('approved');
  });

  test('what somebody else has approved is nobody’s own any more', async () => {
    const postId = await write(manager);
    expect(await approve(postId, otherManager)).toBe('approved');
    expect((await reword(postId, editor, 'Plum, cocoa and a little smoke')).writers).toEqual([editor.personId]);
    expect(await approve(postId, manager)).toBe('approved');
  });

  test.each([
    ['overrode', 'four_eyes', override],
    ['approved alone, while that was enough', 'required', {}],
  ] as const)('an approval by which somebody %s counts for that content alone', async (_, mode, how) => {
    await decide({ approval: mode });
    const postId = await write(admin);
    expect(await approve(postId, admin, how)).toBe('approved');
    await decide({ approval: 'four_eyes' });
    await reword(postId, editor, 'Plum, cocoa and a little smoke');
    expect(await approve(postId, admin)).toBe('four_eyes');
    expect(await approve(postId, manager)).toBe('approved');
  });
});

describe('what is said about a file is a part of what goes out', () => {
  const describeFile = async (as: SignedIn, body: object) => {
    const sent = { path: { mediaId }, headers: { 'if-match': '*' }, body, as };
    await context.ask(media.changeMedia, media.MediaView, sent);
    passTime();
  };
  beforeEach(async () => {
    await context.deps.media.create(aMedia({ altText: 'A bag' }), author);
    passTime();
  });

  test('whoever described a file after the post was written has a hand in it', async () => {
    const postId = await write(editor, [mediaId]);
    await describeFile(manager, { altText: 'Buy at my shop' });
    expect(await approve(postId, manager)).toBe('four_eyes');
    expect(await approve(postId, otherManager)).toBe('approved');
  });

  test('also when others have described it, or written, since', async () => {
    const postId = await write(editor, [mediaId]);
    await describeFile(manager, { altText: 'Buy at my shop' });
    await describeFile(machine('1', 'editor', admin), { altText: 'Buy at my shop!' });
    await rewrite(postId, editor, { paidPartnership: true });
    expect(await approve(postId, manager)).toBe('four_eyes');
    expect(await approve(postId, admin)).toBe('four_eyes');
    expect(await approve(postId, otherManager)).toBe('approved');
  });

  test('a file as it was when the post was written is chosen by its writer', async () => {
    await describeFile(manager, { altText: 'A bag of coffee' });
    const postId = await write(editor, [mediaId]);
    expect(await approve(postId, manager)).toBe('approved');
  });

  test('words that stay as they are make nobody a writer, and are not written', async () => {
    const before = await context.deps.media.get(workspaceId, mediaId);
    const postId = await write(editor, [mediaId]);
    await describeFile(manager, { altText: 'A bag' });
    expect(await context.deps.media.get(workspaceId, mediaId)).toEqual(before);
    expect(await approve(postId, manager)).toBe('approved');
  });

  test('an approval falls with the words that were approved', async () => {
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

describe('what holds when a post is due counts, not what held when it was approved', () => {
  test('its writer’s own approval is not enough any more, and another one lets it go on', async () => {
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
  ])('%s goes on being enough', async (_, approved) => {
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
