import type * as z from 'zod';
import { eventsFor } from '#functions/posts/changes.ts';
import type { Part } from '#functions/posts/domain/post.ts';
import * as media from '#functions/posts/media/contract.ts';
import { routes } from '#functions/posts/routes.ts';
import * as scheduling from '#functions/posts/scheduling/contract.ts';
import { subscriptions } from '#functions/posts/subscriptions.ts';
import { tasks } from '#functions/posts/tasks.ts';
import { PostView } from '#functions/posts/views.ts';
import * as writing from '#functions/posts/writing/contract.ts';
import { answering, clockAt, contextHarness } from '#test/support/context-harness.ts';
import { memoryPosts } from '#test/support/memory/posts.ts';
import { accountId, aPost, author, noon, workspaceId } from './samples.ts';

/** The posts context as in Lambda, on an in-memory table, with one account connected. */
export const harness = async () => {
  const clock = clockAt(noon);
  const deps = memoryPosts(clock.now, { bytes: 1_000_000_000, uploads: 5 });
  deps.sleep = async (milliseconds) => {
    clock.pass(milliseconds);
  };
  await deps.accounts.learn(workspaceId, 1, { accountId, isConnected: true, maxWeightedLength: 280 });
  return contextHarness(deps, clock, eventsFor, {
    context: 'posts',
    routes: routes(deps, answering),
    subscriptions: async () => subscriptions(deps),
    tasks: tasks(deps),
  });
};

export type Harness = Awaited<ReturnType<typeof harness>>;

export const later = '2026-11-22T13:00:00.000Z';
export const parts = [{ text: 'Hello' }];

let times = 0;
/** Unique text, as the policy blocks repeats on one account. */
const unsaid = (): z.input<typeof Part>[] => [{ text: `Hello ${(times += 1)}` }];

export const draft = async ({ ask }: Harness, said = unsaid()) =>
  (await ask(writing.createPost, PostView, { body: { accountId, parts: said } })).body;

export const scheduled = async (context: Harness, publishAt = later) => {
  const { id: postId } = await draft(context);
  const sent = { path: { postId }, body: { publishAt } };
  return (await context.ask(scheduling.schedulePost, PostView, sent)).body;
};

/** Stores a post in a state that the API alone cannot produce. */
export const put = async ({ deps }: Harness, said: Parameters<typeof aPost>[0]) =>
  deps.posts.create(aPost(said), author);

export const announce = async ({ ask }: Harness, contentType = 'image/png', bytes = 8) =>
  (await ask(media.createMedia, media.createMedia.response, { body: { contentType, bytes } })).body;
