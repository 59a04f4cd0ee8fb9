import { describe, expect, test } from 'vitest';
import { defaultSettings, WorkspaceDeleted } from '#events/users.ts';
import { eraseWorkspace } from '#functions/posts/privacy/erase-workspace.ts';
import { calendarFeedStore } from '#functions/posts/store/calendar-feeds.ts';
import { commentStore } from '#functions/posts/store/comments.ts';
import { deletedWorkspaceStore } from '#functions/posts/store/deleted-workspaces.ts';
import { knownAccountStore } from '#functions/posts/store/known-accounts.ts';
import { mediaStore } from '#functions/posts/store/media.ts';
import { mediaUseStore } from '#functions/posts/store/media-uses.ts';
import { postStore } from '#functions/posts/store/posts.ts';
import { queueStore } from '#functions/posts/store/queues.ts';
import { settingsStore } from '#functions/posts/store/settings.ts';
import { shortLinkStore } from '#functions/posts/store/short-links.ts';
import { similarityStore } from '#functions/posts/store/similarity.ts';
import { spendingStore } from '#functions/posts/store/spending.ts';
import { newId } from '#shared/ids.ts';
import { workspaceItems } from '#shared/privacy/erase-workspace.ts';
import type { Table } from '#shared/table.ts';
import { untilErased } from '#test/support/erased.ts';
import { memoryTable } from '#test/support/memory/table.ts';
import { harness } from '../harness.ts';
import { accountId, aMedia, aScheduledPost, author, noon, workspaceId } from '../samples.ts';

const other = 'wsp_01KATJ9V5H8Q3M4N5P6R7S8T9W';
const origin = { ...author, execution: 'execution-1' };

/** Writes one item of each kind, through its store or, for the rest, by key. */
const plant = async (table: Table, of: string): Promise<void> => {
  const { version: _, ...post } = aScheduledPost({ workspaceId: of });
  const saved = await postStore(table).create(post, author);
  const { contentVersion } = saved;
  await postStore(table).save({ ...saved, contentVersion: contentVersion + 1 }, author, {
    postId: saved.id,
    workspaceId: of,
    contentVersion,
    accountId,
    parts: saved.parts,
    replySettings: saved.replySettings,
    madeWithAi: false,
    paidPartnership: false,
    contentHash: 'hash',
    writtenBy: null,
    writtenAt: noon.toISOString(),
  });
  const { id: mediaId } = await mediaStore(table, { bytes: 1_000, uploads: 5 }).create(
    aMedia({ workspaceId: of }),
    author,
  );
  await mediaUseStore(table).note(of, saved.id, [mediaId]);
  await mediaUseStore(table).lock(of, mediaId);
  const said = { id: newId('cmt', noon), workspaceId: of, postId: saved.id, text: 'Nice', about: null };
  await commentStore(table).create({ ...said, writtenBy: author.actor.id }, author);
  await queueStore(table).create({ workspaceId: of, accountId, timeZone: 'Etc/UTC', slots: [] }, author);
  const feeds = calendarFeedStore(table);
  await feeds.save(await feeds.read({ workspaceId: of, personId: author.actor.id }, author), author);
  await similarityStore(table).keep(of, saved.id, ['likeness']);
  await spendingStore(table).learn(of, 1, { month: '2026-11', spentMicros: 1, asOf: noon.toISOString() });
  await knownAccountStore(table).learn(of, 1, { accountId, isConnected: true, maxWeightedLength: 280 });
  await settingsStore(table).learn(of, 1, defaultSettings);
  for (const sk of ['TEMPLATE#1', 'RECEIPTS', 'RECEIPT#1', 'RECEIPTOF#1', 'REPOST#1#1', 'CAMPAIGN#1', 'SLOT#1']) {
    await table.put({ pk: of, sk });
  }
};

const scene = async () => {
  const { table, items, changes } = memoryTable(() => noon);
  await plant(table, workspaceId);
  await plant(table, other);
  const files = new Map([
    [workspaceId, 9_500],
    [other, 1],
  ]);
  const eraseSome = async (id: string) => {
    const erased = Math.min(files.get(id) ?? 0, 1_000);
    files.set(id, (files.get(id) ?? 0) - erased);
    return erased;
  };
  const deletedWorkspaces = deletedWorkspaceStore(table);
  const shortLinks = shortLinkStore(table);
  const step = eraseWorkspace({ deletedWorkspaces, shortLinks }, workspaceItems(table), { eraseSome });
  const left = (of: string) => [...items.values()].filter(({ pk }) => String(pk).startsWith(of));
  return {
    items,
    changes,
    files,
    endings: deletedWorkspaces,
    shortLinks,
    left,
    run: () => step.run({ workspaceId }, origin),
    step,
  };
};

describe('the data of a deleted workspace', () => {
  test('is erased with its files, and another workspace keeps its own', async () => {
    const { left, files, run } = await scene();
    const before = left(other).length;
    expect(before).toBeGreaterThan(15);
    await untilErased(run);
    expect(left(workspaceId).map(({ sk }) => sk)).toEqual(['ENDED']);
    expect(files).toEqual(
      new Map([
        [workspaceId, 0],
        [other, 1],
      ]),
    );
    expect(left(other)).toHaveLength(before);
  });

  test('is erased with its short links and their clicks, but not those of another workspace', async () => {
    const { shortLinks, run, items } = await scene();
    const links = Array.from({ length: 60 }, (_, each) => ({
      postId: aScheduledPost().id,
      code: `code${String(each).padStart(8, '0')}`,
      target: 'https://example.com/',
      stoppedAt: null,
    }));
    for (const link of links) {
      await shortLinks.keep({ workspaceId: link.code.endsWith('0') ? other : workspaceId, ...link });
      await shortLinks.count(link.code, noon);
    }
    await untilErased(run);
    const left = links.filter(({ code }) => [...items.values()].some(({ pk }) => pk === `LINK#${code}`));
    expect(left.map(({ code }) => code)).toEqual(links.map(({ code }) => code).filter((code) => code.endsWith('0')));
  });

  test('is erased when an interrupted erasure is run again, and a further run changes nothing', async () => {
    const { left, run, changes } = await scene();
    await run();
    await untilErased(run);
    const told = changes.length;
    expect(await untilErased(run)).toBe(1);
    expect(left(workspaceId).map(({ sk }) => sk)).toEqual(['ENDED']);
    expect(changes).toHaveLength(told);
  });

  test('loses its posts in the first step, before its comments', async () => {
    const { left, run } = await scene();
    await run();
    expect(left(workspaceId).some(({ sk }) => String(sk).startsWith('POST#'))).toBe(false);
    expect(left(workspaceId).some(({ sk }) => String(sk).startsWith('COMMENT#'))).toBe(true);
  });
});

describe('a post of a deleted workspace', () => {
  const scheduled = async () => {
    const context = await harness();
    const { version: _, ...post } = aScheduledPost();
    const { id: postId } = await context.deps.posts.create(post, author);
    const claim = () => context.run('posts.claim', { workspaceId, postId, scheduleVersion: 1 }, 'execution-1');
    return { context, claim };
  };

  test('is not claimed once its deletion is known, even before it is erased', async () => {
    const { context, claim } = await scheduled();
    await context.happened(WorkspaceDeleted, workspaceId, 5, {});
    expect(await claim()).toEqual({ outcome: 'skip' });
  });

  test('leaves a post of another workspace to be claimed', async () => {
    const { context, claim } = await scheduled();
    await context.deps.deletedWorkspaces.note(other);
    expect(await claim()).toMatchObject({ outcome: 'go' });
  });

  test('that was claimed before the deletion is not claimed again', async () => {
    const { context, claim } = await scheduled();
    await claim();
    await context.deps.deletedWorkspaces.note(workspaceId);
    expect(await claim()).toEqual({ outcome: 'skip' });
  });
});
