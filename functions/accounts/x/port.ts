import type { PostMetrics } from '#events/analytics.ts';
import type { Poll, ReplySettings } from '#events/post-options.ts';
import type { XUser } from '../domain/account.ts';
import type { ShownPost } from '../domain/post-match.ts';
import type { ScarceLimit } from '../domain/x-failure.ts';

/** A pair of tokens as X gives it. The refresh token holds for one use. */
export interface XTokens {
  accessToken: string;
  refreshToken: string;
  /** How long the access token holds, in seconds. */
  expiresInSeconds: number;
  scopes: readonly string[];
}

/** What X answered, and its limit where little or nothing is left of it now; null while enough is. */
export interface XReply<Value> {
  value: Value;
  scarce: ScarceLimit | null;
}

export interface PostToCreate {
  text: string;
  /** The post it replies to, as the next part of a thread does. */
  replyTo: string | null;
  xMediaIds: readonly string[];
  /** In place of media. */
  poll: Poll | null;
  /** Who may reply, of a first post; a reply has none of its own. */
  replySettings: ReplySettings;
  madeWithAi: boolean;
  paidPartnership: boolean;
}

export interface MediaToInitialize {
  contentType: string;
  bytes: number;
}

/** Subtitles that X has as a file of their own. */
export interface SubtitlesOnX {
  xMediaId: string;
  /** Two capital letters. */
  languageCode: string;
  name: string;
}

/** Where X is with a file. */
export type Processing =
  { state: 'done' } | { state: 'processing'; checkAfterSeconds: number } | { state: 'failed'; reason: string };

export interface ReadPosts {
  posts: { xPostId: string; metrics: PostMetrics }[];
  /** Posts that X has no more, or does not show to the account. */
  gone: { xPostId: string; why: 'deleted' | 'withheld' }[];
}

/** All requests of the platform to X. Every call throws an XError that names its failure; none is repeated here. */
export interface XApi {
  /** The page on X where a person gives consent. */
  authorizeUrl(request: { state: string; codeChallenge: string; redirectUri: string }): Promise<string>;
  exchangeCode(request: { code: string; codeVerifier: string; redirectUri: string }): Promise<XTokens>;
  refresh(refreshToken: string): Promise<XTokens>;
  revoke(token: string, kind: 'access_token' | 'refresh_token'): Promise<void>;
  me(accessToken: string): Promise<XUser>;
  createPost(accessToken: string, post: PostToCreate): Promise<XReply<{ xPostId: string }>>;
  /** Deletes a post of the account's own. */
  deletePost(accessToken: string, xPostId: string): Promise<XReply<unknown>>;
  /** Reposts a post; one that is reposted already stays so. */
  repost(accessToken: string, xUserId: string, xPostId: string): Promise<XReply<unknown>>;
  /** The user's own posts and replies since an instant (UTC), all of them. */
  timeline(accessToken: string, xUserId: string, since: string): Promise<XReply<ShownPost[]>>;
  /** At most 100 posts by their ids, as a timeline shows them; `gone` are those that X reports as missing. */
  showPosts(accessToken: string, xPostIds: readonly string[]): Promise<XReply<{ posts: ShownPost[]; gone: string[] }>>;
  readPosts(accessToken: string, xPostIds: readonly string[]): Promise<XReply<ReadPosts>>;
  /** Announces a file; answers X's id for it and how long X keeps it, in seconds. */
  initializeMedia(
    accessToken: string,
    media: MediaToInitialize,
  ): Promise<XReply<{ xMediaId: string; expiresInSeconds: number }>>;
  appendMedia(accessToken: string, xMediaId: string, segment: number, bytes: Uint8Array): Promise<XReply<unknown>>;
  finalizeMedia(accessToken: string, xMediaId: string): Promise<XReply<Processing>>;
  mediaStatus(accessToken: string, xMediaId: string): Promise<XReply<Processing>>;
  setAltText(accessToken: string, xMediaId: string, altText: string): Promise<XReply<unknown>>;
  /** Ties uploaded subtitles to a video; of each language the last ones count. */
  attachSubtitles(accessToken: string, xMediaId: string, subtitles: SubtitlesOnX): Promise<XReply<unknown>>;
}
