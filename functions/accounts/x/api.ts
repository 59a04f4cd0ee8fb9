import type { TwitterApi, TwitterApiOAuth2Init } from 'twitter-api-v2';
import { scopes } from '../domain/connection.ts';
import { XError } from '../domain/x-failure.ts';
import type { XSecret } from '../ports/x-secret.ts';
import { callX, type FullResponse, xClient, type XEndpoint } from './client.ts';
import * as fields from './fields.ts';
import type { MediaToInitialize, XApi, XReply, XTokens } from './port.ts';

interface XSettings extends XEndpoint {
  /** Origin of the page where people give consent. */
  authorizeUrl: string;
  secret: () => Promise<XSecret>;
}

const tokenUrl = 'https://api.x.com/2/oauth2/token';
const revokeUrl = 'https://api.x.com/2/oauth2/revoke';

/** Maximum page size of X's timelines. */
const pageSize = 100;

/** Bound on a timeline: our accounts post less than this between an intent and its lookup. */
const maxPages = 10;

/** Calls X with twitter-api-v2, without the library's own helpers, which hide headers or trust every response. */
export const xOverHttp = (settings: XSettings): XApi => {
  const call = async <Value>(
    credential: string | TwitterApiOAuth2Init,
    make: (client: TwitterApi) => Promise<FullResponse>,
    read: (body: unknown) => Value | undefined,
  ): Promise<XReply<Value>> => {
    return callX(() => make(xClient(credential, settings)), read);
  };

  const get = <Value>(
    accessToken: string,
    path: string,
    query: Record<string, string | number>,
    read: (body: unknown) => Value | undefined,
  ) => call(accessToken, ({ v2 }) => v2.get(path, query, { fullResponse: true }), read);

  const post = <Value>(
    accessToken: string,
    path: string,
    body: Record<string, unknown>,
    read: (body: unknown) => Value | undefined,
  ) => call(accessToken, ({ v2 }) => v2.post(path, body, { fullResponse: true }), read);

  /** Makes a call as the app itself, with its id and secret (HTTP Basic) and a form body, as X documents it. */
  const asApp = async <Value>(
    url: string,
    body: Record<string, string>,
    read: (body: unknown) => Value | undefined,
  ): Promise<Value> => {
    const { clientId, clientSecret } = await settings.secret();
    const make = (app: TwitterApi) => app.post(url, body, { fullResponse: true, forceBodyMode: 'url' });
    try {
      return (await call({ clientId, clientSecret }, make, read)).value;
    } catch (error) {
      // X refused the app's credentials, so no account is affected.
      if (error instanceof XError && error.failure.kind === 'unauthorized')
        throw new XError({ kind: 'app_not_enrolled' });
      throw error;
    }
  };

  const tokens = (body: Record<string, string>): Promise<XTokens> => asApp(tokenUrl, body, fields.readTokens);

  const lookUp = (accessToken: string, ids: readonly string[], asked: { 'tweet.fields': string }) =>
    get(accessToken, 'tweets', { ids: ids.join(), ...asked }, fields.readLookup);

  return {
    async authorizeUrl({ state, codeChallenge, redirectUri }) {
      const url = new URL('/i/oauth2/authorize', settings.authorizeUrl);
      url.search = new URLSearchParams({
        response_type: 'code',
        client_id: (await settings.secret()).clientId,
        redirect_uri: redirectUri,
        scope: scopes.join(' '),
        state,
        code_challenge: codeChallenge,
        code_challenge_method: 'S256',
      }).toString();
      return url.href;
    },
    exchangeCode: ({ code, codeVerifier, redirectUri }) =>
      tokens({ grant_type: 'authorization_code', code, code_verifier: codeVerifier, redirect_uri: redirectUri }),
    refresh: (refreshToken) => tokens({ grant_type: 'refresh_token', refresh_token: refreshToken }),
    async revoke(token, kind) {
      await asApp(revokeUrl, { token, token_type_hint: kind }, anything);
    },
    async me(accessToken) {
      return (await get(accessToken, 'users/me', { 'user.fields': fields.userFields }, fields.readUser)).value;
    },
    createPost: (accessToken, { text, replyTo, xMediaIds, poll, replySettings, madeWithAi, paidPartnership }) =>
      post(
        accessToken,
        'tweets',
        {
          ...(text !== '' && { text }),
          ...(replyTo !== null && { reply: { in_reply_to_tweet_id: replyTo } }),
          ...(xMediaIds.length > 0 && { media: { media_ids: xMediaIds } }),
          ...(poll && { poll: { options: poll.options, duration_minutes: poll.durationMinutes } }),
          ...(replySettings !== 'everyone' && replyTo === null && { reply_settings: replySettings }),
          ...(madeWithAi && { made_with_ai: true }),
          ...(paidPartnership && { paid_partnership: true }),
        },
        fields.readCreated,
      ),
    deletePost: (accessToken, xPostId) =>
      call(
        accessToken,
        ({ v2 }) => v2.delete(`tweets/${xPostId}`, undefined, { fullResponse: true }),
        fields.readDeleted,
      ),
    repost: (accessToken, xUserId, xPostId) =>
      post(accessToken, `users/${xUserId}/retweets`, { tweet_id: xPostId }, fields.readReposted),
    async timeline(accessToken, xUserId, since) {
      const asked = {
        ...fields.timelineFields,
        max_results: pageSize,
        exclude: 'retweets',
        start_time: `${since.slice(0, 19)}Z`,
      };
      const posts = [];
      let next: { pagination_token?: string } = {};
      for (let page = 0; page < maxPages; page += 1) {
        const path = `users/${xUserId}/tweets`;
        const { value, scarce } = await get(accessToken, path, { ...asked, ...next }, fields.readTimeline);
        posts.push(...value.posts);
        if (value.nextToken === undefined) {
          // A full page without a token may or may not be the last, so the timeline counts as unknown.
          if (value.posts.length >= pageSize) throw new XError({ kind: 'unknown_outcome' });
          return { value: posts, scarce };
        }
        next = { pagination_token: value.nextToken };
      }
      throw new XError({ kind: 'unknown_outcome' });
    },
    showPosts: (accessToken, xPostIds) =>
      get(accessToken, 'tweets', { ids: xPostIds.join(), ...fields.timelineFields }, fields.readShown),
    async readPosts(accessToken, xPostIds) {
      const first = await lookUp(accessToken, xPostIds, fields.allMetricFields);
      const told = new Set([...first.value.posts, ...first.value.gone].map(({ xPostId }) => xPostId));
      // X can leave out posts older than 30 days, whose non-public metrics it no longer returns.
      const rest = xPostIds.filter((id) => !told.has(id));
      if (rest.length === 0) return first;
      const second = await lookUp(accessToken, rest, fields.publicMetricFields);
      const posts = [...first.value.posts, ...second.value.posts];
      const gone = [...first.value.gone, ...second.value.gone];
      return { value: { posts, gone }, scarce: second.scarce };
    },
    initializeMedia: (accessToken, media) =>
      post(accessToken, 'media/upload/initialize', initializeBody(media), fields.readInitialized),
    appendMedia: (accessToken, xMediaId, segment, bytes) =>
      call(
        accessToken,
        ({ v2 }) =>
          v2.post(
            `media/upload/${xMediaId}/append`,
            { segment_index: segment, media: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength) },
            { fullResponse: true, forceBodyMode: 'form-data' },
          ),
        anything,
      ),
    finalizeMedia: (accessToken, xMediaId) =>
      post(accessToken, `media/upload/${xMediaId}/finalize`, {}, fields.readProcessing),
    mediaStatus: (accessToken, xMediaId) =>
      get(accessToken, 'media/upload', { command: 'STATUS', media_id: xMediaId }, fields.readProcessing),
    setAltText: (accessToken, xMediaId, altText) =>
      post(accessToken, 'media/metadata', { id: xMediaId, metadata: { alt_text: { text: altText } } }, anything),
    attachSubtitles: (accessToken, id, { xMediaId, languageCode, name }) =>
      post(
        accessToken,
        'media/subtitles',
        {
          id,
          media_category: 'TweetVideo',
          subtitles: { id: xMediaId, language_code: languageCode, display_name: name },
        },
        anything,
      ),
  };
};

/** Accepts any body; only the status matters. */
const anything = () => true as const;

const initializeBody = ({ contentType, bytes }: MediaToInitialize) => ({
  media_type: contentType,
  total_bytes: bytes,
  media_category: categoryOf(contentType),
});

const categoryOf = (contentType: string): string => {
  if (contentType.startsWith('video/')) return 'tweet_video';
  if (contentType.startsWith('text/')) return 'subtitles';
  return contentType === 'image/gif' ? 'tweet_gif' : 'tweet_image';
};
