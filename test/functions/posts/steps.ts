import * as media from '#functions/posts/media/contract.ts';
import * as scheduling from '#functions/posts/scheduling/contract.ts';
import { PostView } from '#functions/posts/views.ts';
import * as writing from '#functions/posts/writing/contract.ts';
import { accountId, aPost, author } from './sample.ts';
import type { World } from './world.ts';

export const later = '2026-11-22T13:00:00.000Z';
export const parts = [{ text: 'Hello' }];

let times = 0;
/** Words of their own: the same twice on one account are not to go out. */
const unsaid = () => [{ text: `Hello ${(times += 1)}` }];

export const draft = async (world: World, said = unsaid()) =>
  (await world.call(writing.createPost, PostView, { body: { accountId, parts: said } })).body;

export const scheduled = async (world: World, publishAt = later) => {
  const { id: postId } = await draft(world);
  const sent = { path: { postId }, body: { publishAt } };
  return (await world.call(scheduling.schedulePost, PostView, sent)).body;
};

/** A post in a state that the API alone does not bring about. */
export const put = async (world: World, said: Parameters<typeof aPost>[0]) =>
  world.memory.posts.create(aPost(said), author);

export const announce = async (world: World, contentType = 'image/png', bytes = 8) =>
  (await world.call(media.createMedia, media.createMedia.response, { body: { contentType, bytes } })).body;
