import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { OPERATIONS } from '#infra/local/x-sandbox/pipeline.ts';
import { CreatePostBody } from '#infra/local/x-sandbox/post-body.ts';
import type { XSandbox } from '#infra/local/x-sandbox/server.ts';
import {
  at,
  BASIC,
  call,
  COFFEE_ID,
  connect,
  control,
  mp4,
  png,
  post,
  sandboxForTest,
  send,
  upload,
} from './support.ts';

/** X's OpenAPI description is not part of this project: these tests are skipped without it. */
const FILE =
  process.env['X_OPENAPI_FILE'] ?? path.resolve(import.meta.dirname, '../../../../../shared/facts/x-openapi.json');

const Document = z.object({
  paths: z.record(z.string(), z.record(z.string(), z.looseObject({ operationId: z.string() }))),
  components: z.object({ schemas: z.record(z.string(), z.record(z.string(), z.unknown())) }),
});

describe.skipIf(!existsSync(FILE))("the X sandbox, compared with X's OpenAPI description,", () => {
  let document: z.infer<typeof Document>;
  beforeAll(() => {
    // zod looks for references under "definitions".
    const text = readFileSync(FILE, 'utf8').replaceAll('#/components/schemas/', '#/definitions/');
    document = Document.parse(JSON.parse(text));
  });

  /** The schema of that name. */
  function schema(name: string): z.ZodType {
    const definitions = document.components.schemas;
    return z.fromJSONSchema({ ...definitions[name], definitions }, { defaultTarget: 'openapi-3.0' });
  }

  function conforms(name: string, value: unknown): void {
    const result = schema(name).safeParse(value);
    expect(result.success ? [] : z.prettifyError(result.error)).toEqual([]);
  }

  /** Members of `data` that X's description does not declare. */
  function undeclared(name: string, data: unknown): string[] {
    const properties = z.record(z.string(), z.unknown()).parse(document.components.schemas[name]?.['properties']);
    return Object.keys(z.record(z.string(), z.unknown()).parse(data)).filter((key) => !(key in properties));
  }

  async function published(): Promise<{ sandbox: XSandbox; token: string; id: string; videoId: string }> {
    const sandbox = await sandboxForTest();
    const { access_token: token } = await connect(sandbox);
    await control(sandbox, 'PATCH', 'settings', { mediaProcessingMs: 0 });
    const { id: videoId } = await upload(sandbox, token, mp4(5000), 'video/mp4', 'tweet_video');
    const root = await post(sandbox, token, 'look @some_reader #one $TWO https://example.com', {
      media: { media_ids: [videoId] },
    });
    const poll = { options: ['a', 'b'], duration_minutes: 5 };
    await post(sandbox, token, 'vote', { poll, reply: { in_reply_to_tweet_id: root.id } });
    await control(sandbox, 'POST', 'clock', { advanceMs: 3_600_000 });
    return { sandbox, token, id: root.id, videoId };
  }

  const ALL =
    'post.fields=attachments,conversation_id,created_at,display_text_range,edit_controls,entities,geo,id,lang,media_metadata,' +
    'non_public_metrics,note_post,organic_metrics,paid_partnership,possibly_sensitive,public_metrics,reply_settings,source,text' +
    '&expansions=author_id,attachments.media_keys,attachments.poll_ids,in_reply_to_user_id,referenced_posts,entities.mentions.username' +
    '&user.fields=created_at,description,location,protected,public_metrics,url,verified,verified_type,profile_image_url' +
    '&media.fields=alt_text,duration_ms,height,media_key,non_public_metrics,organic_metrics,public_metrics,type,url,width' +
    '&poll.fields=duration_minutes,end_datetime,id,options,voting_status';

  test('has only operations of X, with their method, path, id, scopes and kind of token', () => {
    // The description may leave out webhooks or activity as a whole, but no single operation of them.
    const leavesOut = ['/2/webhooks', '/2/activity'].filter(
      (room) => !Object.keys(document.paths).some((path) => path.startsWith(room)),
    );
    const described = OPERATIONS.filter((operation) => !leavesOut.some((room) => operation.path.startsWith(room)));
    for (const operation of described) {
      const declared = document.paths[operation.path.replaceAll(/:(\w+)/g, '{$1}')]?.[operation.method.toLowerCase()];
      expect([operation.id, declared?.operationId]).toEqual([operation.id, operation.id]);
      const security = z.array(z.record(z.string(), z.array(z.string()))).parse(declared?.['security']);
      const scopes = security.find((entry) => entry['OAuth2UserToken'])?.['OAuth2UserToken'] ?? [];
      expect(operation.scopes.toSorted()).toEqual(scopes.toSorted());
      const app = security.some((entry) => entry['BearerToken']);
      expect(operation.auth).toBe(app ? (scopes.length > 0 ? 'user or app' : 'app') : 'user');
    }
  });

  test('returns conforming posts in the new vocabulary, without undeclared fields', async () => {
    const { sandbox, token, id } = await published();
    const one = await call(sandbox, token, 'GET', `/2/tweets/${id}?${ALL}`);
    conforms('GetPostsByIdResponse', one.json);
    expect(undeclared('Post', at(one.json, 'data'))).toEqual([]);
    const many = await call(sandbox, token, 'GET', `/2/tweets?ids=${id},999&${ALL}`);
    conforms('GetPostsByIdsResponse', many.json);
    const timeline = await call(sandbox, token, 'GET', `/2/users/${COFFEE_ID}/tweets?${ALL}`);
    conforms('GetUsersPostsResponse', timeline.json);
    expect(at(timeline.json, 'data', 0, 'referenced_posts', 0, 'type')).toBe('replied_to');
    const includes = at(timeline.json, 'includes');
    expect(undeclared('Expansions', includes)).toEqual([]);
    expect(undeclared('Media', at(includes, 'media', 0))).toEqual([]);
    expect(undeclared('User', at(includes, 'users', 0))).toEqual([]);
    expect(undeclared('Poll', at(includes, 'polls', 0))).toEqual([]);
  });

  test('returns conforming problems inside a 200', async () => {
    const { sandbox, id } = await published();
    const other = await connect(sandbox, 'acme_premium');
    const hidden = await connect(sandbox, 'acme_protected');
    const secret = await post(sandbox, hidden.access_token, 'secret');
    const path = `/2/tweets?ids=${id},${secret.id},999&post.fields=non_public_metrics`;
    const answer = await call(sandbox, other.access_token, 'GET', path);
    conforms('GetPostsByIdsResponse', answer.json);
    const errors = z.array(z.unknown()).parse(at(answer.json, 'errors'));
    expect(errors.length).toBe(3);
    for (const error of errors) conforms('Problem', error);
    await control(sandbox, 'POST', 'clock', { advanceMs: 30 * 86_400_000 });
    const { access_token: token } = await connect(sandbox);
    conforms('Problem', at((await call(sandbox, token, 'GET', path)).json, 'errors', 0));
  });

  test('returns conforming replies for writes, media, analytics, usage and users/me', async () => {
    const { sandbox, token, id, videoId } = await published();
    conforms('CreatePostsResponse', (await call(sandbox, token, 'POST', '/2/tweets', { text: 'x' })).json);
    const retweets = `/2/users/${COFFEE_ID}/retweets`;
    conforms('RepostPostResponse', (await call(sandbox, token, 'POST', retweets, { tweet_id: id })).json);
    conforms('UnrepostPostResponse', (await call(sandbox, token, 'DELETE', `${retweets}/${id}`)).json);
    const span = 'start_time=2026-01-01T00:00:00Z&end_time=2027-01-01T00:00:00Z';
    const analytics = await call(sandbox, token, 'GET', `/2/tweets/analytics?ids=${id}&${span}&granularity=weekly`);
    conforms('GetPostsAnalyticsResponse', analytics.json);
    const total = await call(sandbox, token, 'GET', `/2/tweets/analytics?ids=${id}&${span}`);
    expect(undeclared('Analytics', at(total.json, 'data', 0))).toEqual([]);
    const me = await call(
      sandbox,
      token,
      'GET',
      '/2/users/me?user.fields=public_metrics,subscription_type&post.fields=id',
    );
    conforms('GetUsersMeResponse', me.json);
    const status = await call(sandbox, token, 'GET', `/2/media/upload?media_id=${videoId}`);
    conforms('GetMediaUploadStatusResponse', status.json);
    const picture = await upload(sandbox, token, png(), 'image/png', 'tweet_image');
    conforms('FinalizeMediaUploadResponse', picture.answer.json);
    const metadata = { id: picture.id, metadata: { alt_text: { text: 'a' } } };
    conforms('CreateMediaMetadataRequest', metadata);
    conforms('CreateMediaMetadataResponse', (await call(sandbox, token, 'POST', '/2/media/metadata', metadata)).json);
    const begin = { media_type: 'image/png', media_category: 'tweet_image', total_bytes: 9 };
    conforms('InitializeMediaUploadRequest', begin);
    conforms(
      'InitializeMediaUploadResponse',
      (await call(sandbox, token, 'POST', '/2/media/upload/initialize', begin)).json,
    );
    conforms('DeletePostsResponse', (await call(sandbox, token, 'DELETE', `/2/tweets/${id}`)).json);
    const body = new URLSearchParams({ grant_type: 'client_credentials' });
    const granted = await send(`${sandbox.url}/oauth2/token`, {
      method: 'POST',
      headers: { authorization: BASIC },
      body,
    });
    const fields = 'usage.fields=cap_reset_day,daily_client_app_usage,daily_project_usage';
    const usage = await call(sandbox, String(at(granted.json, 'access_token')), 'GET', `/2/usage/tweets?${fields}`);
    conforms('GetUsageResponse', usage.json);
  });

  test.each<[string, unknown]>([
    ['text alone', { text: 'a' }],
    [
      'everything that goes together',
      {
        text: 'a',
        made_with_ai: true,
        paid_partnership: false,
        nullcast: true,
        reply_settings: 'verified',
        geo: { place_id: 'x' },
      },
    ],
    [
      'media with its options',
      { media: { media_ids: ['1'], tagged_user_ids: ['2'], call_to_actions: { visit_site: { url: 'https://a.b' } } } },
    ],
    ['an undeclared member', { text: 'a', extra: 1 }],
    ['an undeclared inner member', { media: { media_ids: ['1'], extra: 1 } }],
    ['no media id', { media: { media_ids: [] } }],
    ['a poll that is too long', { text: 'a', poll: { options: ['a', 'b'], duration_minutes: 10_081 } }],
    ['a poll with an empty option', { text: 'a', poll: { options: ['', 'b'], duration_minutes: 10 } }],
    ['a reply without its parent', { text: 'a', reply: {} }],
    ['a bad reply setting', { text: 'a', reply_settings: 'everyone' }],
    ['an id with letters', { text: 'a', quote_tweet_id: '12a' }],
    ['text that is no text', { text: null }],
  ])('agrees on whether a body with %s is valid', (_what, body) => {
    expect(CreatePostBody.safeParse(body).success).toBe(schema('CreatePostsRequest').safeParse(body).success);
  });
});
