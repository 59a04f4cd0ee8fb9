import { createHash } from 'node:crypto';
import type { Post } from './state.ts';

/** Metrics of a post at some age. Pure, and they never decrease with age. */
export interface Reach {
  impressions: number;
  likes: number;
  reposts: number;
  replies: number;
  quotes: number;
  bookmarks: number;
  urlClicks: number;
  profileClicks: number;
  detailExpands: number;
  follows: number;
}

/** Returns a number in [0, 1) that is always the same for an id and an aspect. */
export function weigh(id: string, aspect: string): number {
  return createHash('sha256').update(`${id} ${aspect}`).digest().readUInt32BE(0) / 2 ** 32;
}

const HOUR_MS = 3_600_000;

/**
 * Returns the metrics of a post at an age. A tenth of the final impressions comes within minutes, the rest with a time
 * constant of six hours. Everything else is a fixed share of the impressions.
 *
 * @param ageMs milliseconds since the post was created; zero before that
 */
export function reachOf(post: Pick<Post, 'id' | 'hasUrl' | 'reach'>, ageMs: number): Reach {
  const age = Math.max(0, ageMs);
  const final = post.reach ?? 2000 + weigh(post.id, 'reach') * 18_000;
  const early = 1 - Math.exp(-age / (HOUR_MS / 30));
  const late = 1 - Math.exp(-age / (6 * HOUR_MS));
  const impressions = Math.floor(final * (0.1 * early + 0.9 * late));
  const share = (aspect: string, least: number, most: number) =>
    Math.floor(impressions * (least + weigh(post.id, aspect) * (most - least)));
  return {
    impressions,
    likes: share('likes', 0.01, 0.04),
    reposts: share('reposts', 0.002, 0.01),
    replies: share('replies', 0.001, 0.006),
    quotes: share('quotes', 0.0002, 0.002),
    bookmarks: share('bookmarks', 0.001, 0.006),
    urlClicks: post.hasUrl ? share('urlClicks', 0.005, 0.03) : 0,
    profileClicks: share('profileClicks', 0.002, 0.01),
    detailExpands: share('detailExpands', 0.01, 0.05),
    follows: share('follows', 0.0001, 0.001),
  };
}

/** Returns the sum of all engagements with a post. */
export function engagementsOf(reach: Reach): number {
  const { likes, reposts, replies, quotes, bookmarks, urlClicks, profileClicks, detailExpands } = reach;
  return likes + reposts + replies + quotes + bookmarks + urlClicks + profileClicks + detailExpands;
}

/** Returns how often the attached video was played to 0, 25, 50, 75 and 100 percent. */
export function playbackOf(reach: Reach) {
  const part = (share: number) => Math.floor(reach.impressions * share);
  return {
    playback_0_count: part(0.5),
    playback_25_count: part(0.35),
    playback_50_count: part(0.25),
    playback_75_count: part(0.18),
    playback_100_count: part(0.12),
  };
}
