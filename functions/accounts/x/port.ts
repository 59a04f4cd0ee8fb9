import type { PostMetrics } from '#events/analytics.ts';
import type { Poll, ReplySettings } from '#events/post-options.ts';
import type { XUser } from '../domain/account.ts';
import type { ShownPost } from '../domain/post-match.ts';
import type { ScarceLimit } from '../domain/x-failure.ts';

/** A pair of tokens from X. The refresh token works once. */
export interface XTokens {
  accessToken: string;
  refreshToken: string;
  /** Lifetime of the access token, in seconds. */
  expiresInSeconds: number;
  scopes: readonly string[];
}

/** X's response, with its limit if that is used up or nearly so; null while enough is left. */
export interface XReply<Value> {
  value: Value;
  scarce: ScarceLimit | null;
}

export interface PostToCreate {
  text: string;
  /** The post it replies to; for a later part of a thread, the previous part. */
  replyTo: string | null;
  xMediaIds: readonly string[];
  /** Instead of media. */
  poll: Poll | null;
  /** Who can reply to a first post; not sent for replies. */
  replySettings: ReplySettings;
  madeWithAi: boolean;
  paidPartnership: boolean;
}

export interface MediaToInitialize {
  contentType: string;
  bytes: number;
}

/** Subtitles, uploaded to X as a separate file. */
export interface SubtitlesOnX {
  xMediaId: string;
  /** Two capital letters. */
  languageCode: string;
  name: string;
}

/** X's processing status of a file. */
export type Processing =
  { state: 'done' } | { state: 'processing'; checkAfterSeconds: number } | { state: 'failed'; reason: string };

export interface ReadPosts {
  posts: { xPostId: string; metrics: PostMetrics }[];
  /** Posts that X no longer has, or does not show to the account. */
  gone: { xPostId: string; why: 'deleted' | 'withheld' }[];
}

/** All requests of the platform to X. Every call throws an XError that names its failure; none is retried here. */
export interface XApi {
  /** Returns the URL on X where a person gives consent. */
  authorizeUrl(request: { state: string; codeChallenge: string; redirectUri: string }): Promise<string>;
  exchangeCode(request: { code: string; codeVerifier: string; redirectUri: string }): Promise<XTokens>;
  refresh(refreshToken: string): Promise<XTokens>;
  revoke(token: string, kind: 'access_token' | 'refresh_token'): Promise<void>;
  me(accessToken: string): Promise<XUser>;
  createPost(accessToken: string, post: PostToCreate): Promise<XReply<{ xPostId: string }>>;
  /** Deletes one of the account's own posts. */
  deletePost(accessToken: string, xPostId: string): Promise<XReply<unknown>>;
  /** Reposts a post; repeating it has no effect. */
  repost(accessToken: string, xUserId: string, xPostId: string): Promise<XReply<unknown>>;
  /** Returns all of the user's posts and replies since an instant (UTC). */
  timeline(accessToken: string, xUserId: string, since: string): Promise<XReply<ShownPost[]>>;
  /** Looks up at most 100 posts in the form of a timeline; `gone` are those that X reports as missing. */
  showPosts(accessToken: string, xPostIds: readonly string[]): Promise<XReply<{ posts: ShownPost[]; gone: string[] }>>;
  readPosts(accessToken: string, xPostIds: readonly string[]): Promise<XReply<ReadPosts>>;
  /** Announces a file; returns X's id for it, and how long X keeps it, in seconds. */
  initializeMedia(
    accessToken: string,
    media: MediaToInitialize,
  ): Promise<XReply<{ xMediaId: string; expiresInSeconds: number }>>;
  appendMedia(accessToken: string, xMediaId: string, segment: number, bytes: Uint8Array): Promise<XReply<unknown>>;
  finalizeMedia(accessToken: string, xMediaId: string): Promise<XReply<Processing>>;
  mediaStatus(accessToken: string, xMediaId: string): Promise<XReply<Processing>>;
  setAltText(accessToken: string, xMediaId: string, altText: string): Promise<XReply<unknown>>;
  /** Attaches uploaded subtitles to a video, replacing those of the same language. */
  attachSubtitles(accessToken: string, xMediaId: string, subtitles: SubtitlesOnX): Promise<XReply<unknown>>;
}
