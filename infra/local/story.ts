import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { campaignNow, launch } from './campaigns.ts';
import { eventually, Marketer, newXUser, postsOnX, type StageAddresses } from './marketer.ts';
import { playReport } from './report-story.ts';
import { playSeries } from './series.ts';
import { soon } from './slowness.ts';

/** A one-pixel picture, quick to upload. */
const picture = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

const Id = z.object({ id: z.string() });
const Upload = z.object({
  media: Id,
  upload: z.object({ url: z.string(), method: z.string(), headers: z.record(z.string(), z.string()) }),
});
const Post = z.object({
  status: z.string(),
  problem: z.unknown(),
  publication: z.object({ parts: z.array(z.object({ xPostId: z.string() })) }).nullable(),
});
const Metrics = z.object({ latest: z.object({ metrics: z.object({ impressions: z.number() }) }).nullable() });
const AuditPage = z.object({ items: z.array(z.object({ eventType: z.string() })) });

/** The user that the demo creates; sign in as her to continue. */
export type Storyteller = Pick<Marketer, 'email' | 'password' | 'accessToken'>;

/**
 * Runs an end-to-end demo: a marketer's first day, through the public API only. Each step is checked; a failure shows
 * expected and actual values.
 */
export const playStory = async ({
  say,
  ...stage
}: StageAddresses & { say: (line: string) => void }): Promise<Storyteller> => {
  const maya = new Marketer(stage);
  say('Maya signs up and reads the confirmation code in her mailbox');
  await maya.signUp();
  await maya.confirm(await maya.readCode());
  say('She signs in and is the owner of a new workspace');
  await maya.signIn();
  const me = await maya.do(z.object({ role: z.string() }), 'GET', '/v1/me');
  assert.equal(me.role, 'owner');

  const xUsername = await newXUser(stage);
  say(`She connects the X account @${xUsername} on X's consent page`);
  const accountId = await maya.connect(xUsername);

  say('She writes a post, a thread of three posts, and a post with a picture');
  const texts = {
    plain: 'Our autumn roast is here: plum, cocoa and a long finish.',
    thread: [
      'How we roast, in three posts.',
      'First: slowly, in small drums.',
      'Last: we taste every batch before it leaves.',
    ],
    picture: 'The new bag, fresh from the printer.',
  };
  const write = async (parts: { text: string; mediaIds?: string[] }[]) =>
    (await maya.do(Id, 'POST', '/v1/posts', { accountId, parts })).id;
  const mediaId = await uploadPicture(maya);
  const postIds = [
    await write([{ text: texts.plain }]),
    await write(texts.thread.map((text) => ({ text }))),
    await write([{ text: texts.picture, mediaIds: [mediaId] }]),
  ];

  say('She plans a campaign that publishes them two seconds apart, checks it and launches it');
  const firstAt = Date.parse(soon(10_000));
  const posts = postIds.map((postId, place) => ({
    postId,
    publishAt: new Date(firstAt + place * 2_000).toISOString(),
  }));
  const draft = { name: 'Autumn roast', timeZone: 'Europe/Berlin', posts };
  const campaignId = (await maya.do(Id, 'POST', '/v1/campaigns', draft)).id;
  await launch(maya, { id: campaignId });

  const campaign = await eventually(
    'the campaign completed',
    async () => {
      const now = await campaignNow(maya, { id: campaignId });
      return now.status === 'completed' ? now : undefined;
    },
    { withinMs: 90_000, everyMs: 500 },
  );
  assert.deepEqual(
    campaign.slots.map(({ status }) => status),
    ['published', 'published', 'published'],
  );

  const onX = await postsOnX(stage, xUsername);
  assert.deepEqual(
    onX.map(({ rawText }) => rawText),
    [texts.plain, ...texts.thread, texts.picture],
    'each post is on X exactly once, in order',
  );
  const [, first, second, third, pictured] = onX;
  assert.deepEqual(
    [second?.replyTo, third?.replyTo],
    [first?.id, second?.id],
    'each post of the thread replies to the one before',
  );
  assert.equal(pictured?.media.length, 1, 'the picture is attached to its post');
  say(`All five posts are on X exactly once, in order: see ${stage.xSandboxUrl}/`);

  for (const postId of postIds) {
    const post = await maya.do(Post, 'GET', `/v1/posts/${postId}`);
    assert.equal(post.status, 'published');
  }
  say('The metrics arrive');
  for (const postId of postIds) {
    await eventually(
      'metrics of every post',
      async () => {
        const { status, body } = await maya.call('GET', `/v1/posts/${postId}/metrics`);
        // The event of the publication may still be on its way.
        return status === 404 ? undefined : (Metrics.parse(body).latest ?? undefined);
      },
      { withinMs: 120_000, everyMs: 500 },
    );
  }
  const Totals = z.object({ totals: z.object({ impressions: z.number() }), measuredPosts: z.number() });
  // A day is added up after its posts are read.
  await eventually('the metrics of the campaign', async () => {
    const totals = await maya.do(Totals, 'GET', `/v1/campaigns/${campaignId}/metrics`);
    return totals.measuredPosts === 3 ? totals : undefined;
  });

  await playSeries(maya, accountId, say);
  await playReport(maya, stage, campaignId, say);

  const expected = ['user.registered', 'user.login', 'account.connected', 'campaign.launched', 'campaign.completed'];
  await eventually('the audit trail of the day', async () => {
    const { items } = await maya.do(AuditPage, 'GET', '/v1/audit-events?limit=100');
    const seen = new Set(items.map(({ eventType }) => eventType));
    const published = items.filter(({ eventType }) => eventType === 'post.published').length;
    return published === 3 && expected.every((type) => seen.has(type)) ? true : undefined;
  });
  say('The audit trail records who did what. The end.');
  return maya;
};

/** Starts an upload, sends the picture to the signed link, and completes it. */
const uploadPicture = async (maya: Marketer): Promise<string> => {
  const announced = { contentType: 'image/png', bytes: picture.length, altText: 'A coffee bag' };
  const { media, upload } = await maya.do(Upload, 'POST', '/v1/media', announced);
  const sent = await fetch(upload.url, { method: upload.method, headers: upload.headers, body: picture });
  assert.equal(sent.status, 200, `the upload failed: ${sent.status}`);
  await maya.do(Id, 'POST', `/v1/media/${media.id}/complete`);
  return media.id;
};

/** `npm run story`: runs the demo on the stage that `npm start` started. */
if (import.meta.main) {
  const facts = z.object({ apiUrl: z.string(), xSandboxUrl: z.string(), mailUrl: z.string() });
  const file = join(import.meta.dirname, '../../.local/stage.json');
  const say = (line: string): void => {
    console.log(`  ${line}`);
  };
  await playStory({ ...facts.parse(JSON.parse(readFileSync(file, 'utf8'))), say });
}
