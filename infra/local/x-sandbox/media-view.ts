import { playbackOf, reachOf } from './metrics.ts';
import type { Caller } from './operation.ts';
import type { Media, Post } from './state.ts';
import type { World } from './world.ts';

const TYPES = { image: 'photo', gif: 'animated_gif', video: 'video', subtitles: 'subtitles' } as const;

/** Returns a file in X's form, as an expansion of its post. */
export function mediaView(world: World, media: Media, post: Post, fields: ReadonlySet<string>, caller: Caller) {
  const reach = reachOf(post, world.now() - post.createdAt);
  const moving = media.kind === 'video' || media.kind === 'gif';
  const own = caller.kind === 'user' && caller.user.id === media.ownerId;
  const playback = playbackOf(reach);
  const values: Record<string, unknown> = {
    alt_text: media.altText,
    duration_ms: media.durationMs,
    height: media.height,
    width: media.width,
    url: media.kind === 'image' ? `https://pbs.twimg.com/media/${media.key}` : undefined,
    preview_image_url: moving ? `https://pbs.twimg.com/media/${media.key}` : undefined,
    public_metrics: moving ? { view_count: playback.playback_0_count } : undefined,
    non_public_metrics: moving && own ? playback : undefined,
    organic_metrics: moving && own ? { ...playback, view_count: playback.playback_0_count } : undefined,
  };
  const wanted = Object.entries(values).filter(([name, value]) => value !== undefined && fields.has(name));
  return { media_key: media.key, type: TYPES[media.kind], ...Object.fromEntries(wanted) };
}
