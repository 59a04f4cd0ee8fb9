import { expect } from 'vitest';
import * as z from 'zod';
import { type CampaignNow, campaignNow, check } from '#infra/local/campaigns.ts';
import { eventually, type Marketer } from '#infra/local/marketer.ts';
import { whenHeardOf, whereIs } from './answers.ts';
import { tableOf } from './stage.ts';

/** A post, as far as the tests read it. */
export const Post = z.object({
  id: z.string(),
  version: z.number(),
  status: z.string(),
  createdAt: z.string(),
  scheduledAt: z.string().nullable(),
  scheduleVersion: z.number(),
  problem: z.object({ code: z.string(), reason: z.string() }).nullable(),
  publication: z
    .object({
      dueAt: z.string(),
      attempts: z.number(),
      publishedAt: z.string().nullable(),
      parts: z.array(z.object({ xPostId: z.string(), publishedAt: z.string() })),
    })
    .nullable(),
});
export type Post = z.infer<typeof Post>;

export type Campaign = CampaignNow;

const Id = z.object({ id: z.string() });

export const Account = z.object({
  id: z.string(),
  version: z.number(),
  status: z.string(),
  health: z.string(),
  connectionCount: z.number(),
});

export const Media = z.object({ id: z.string(), version: z.number(), status: z.string() });

/** The answer to an announced media file. */
export const Announced = z.object({
  media: Media,
  upload: z.object({ url: z.string(), headers: z.record(z.string(), z.string()) }),
});

/** The instant this many milliseconds from now. */
export const inMs = (milliseconds: number): string => new Date(Date.now() + milliseconds).toISOString();

/** A picture of one pixel: enough for X, quick to send. */
export const picture = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

/** The reply to a request that may refer to something just created. */
const reply = async <Schema extends z.ZodType>(
  schema: Schema,
  marketer: Marketer,
  path: string,
  body?: unknown,
): Promise<z.infer<Schema>> => {
  const { status, body: said } = await whenHeardOf(() => marketer.call('POST', path, body));
  if (status >= 400) throw new Error(`POST ${path} answered ${status}: ${JSON.stringify(said)}`);
  return schema.parse(said);
};

/** Writes a post, or a thread of several texts. */
export const write = (marketer: Marketer, accountId: string, ...texts: string[]): Promise<Post> =>
  reply(Post, marketer, '/v1/posts', { accountId, parts: texts.map((text) => ({ text })) });

export const read = (marketer: Marketer, { id }: { id: string }): Promise<Post> =>
  marketer.do(Post, 'GET', `/v1/posts/${id}`);

export const schedule = (marketer: Marketer, { id }: { id: string }, publishAt: string): Promise<Post> =>
  marketer.do(Post, 'POST', `/v1/posts/${id}/schedule`, { publishAt });

export const publish = (marketer: Marketer, { id }: { id: string }): Promise<Post> =>
  reply(Post, marketer, `/v1/posts/${id}/publish`);

/** Waits until a post has this status. */
export const becomes = (marketer: Marketer, post: { id: string }, status: string): Promise<Post> =>
  eventually(`the post ${post.id} is ${status}`, async () => {
    const now = await read(marketer, post);
    return now.status === status ? now : undefined;
  });

/** Creates a campaign, whose posts may just have been written. */
export const createCampaign = (marketer: Marketer, campaign: object): Promise<{ id: string }> =>
  reply(Id, marketer, '/v1/campaigns', campaign);

/** Plans a campaign of these posts, each at its time. */
export const plan = (
  marketer: Marketer,
  posts: readonly { postId: string; publishAt: string }[],
): Promise<{ id: string }> => createCampaign(marketer, { name: 'Autumn roast', timeZone: 'Europe/Berlin', posts });

/** Pauses, resumes or cancels a campaign. */
export const turn = (marketer: Marketer, { id }: { id: string }, verb: string): Promise<{ status: string }> =>
  marketer.do(z.object({ status: z.string() }), 'POST', `/v1/campaigns/${id}/${verb}`);

/** Waits until a campaign and its slots meet a condition. */
export const campaignBecomes = (
  marketer: Marketer,
  campaign: { id: string },
  what: string,
  isSo: (campaign: Campaign) => boolean,
  patience: { withinMs?: number } = {},
): Promise<Campaign> =>
  eventually(
    `the campaign ${campaign.id}: ${what}`,
    async () => {
      const now = await campaignNow(marketer, campaign);
      return isSo(now) ? now : undefined;
    },
    patience,
  );

const Change = z.object({
  launch: z.object({ endedAt: z.string().nullable(), failure: z.object({ reason: z.string() }).nullable() }),
});

/** Checks and applies the latest plan of a launched campaign, and waits until it is fully applied. */
export const applyPlan = async (marketer: Marketer, campaign: { id: string }, note?: string): Promise<void> => {
  const path = `/v1/campaigns/${campaign.id}`;
  const { report } = await check(marketer, campaign);
  await marketer.do(z.unknown(), 'POST', `${path}/apply`, { reportVersion: report.version, note });
  await eventually(`the plan of the campaign ${campaign.id} is applied`, async () => {
    const { launch } = await marketer.do(Change, 'GET', path);
    if (launch.failure) throw new Error(`The plan of ${campaign.id} was not applied: ${launch.failure.reason}`);
    return launch.endedAt === null ? undefined : true;
  });
};

/** Announces a file, uploads it to the signed link and completes it. @returns the answer to the completion */
export const upload = async (marketer: Marketer, contentType: string, file: Buffer, altText: string | null = null) => {
  const announced = { contentType, bytes: file.length, altText };
  const { media, upload: target } = await marketer.do(Announced, 'POST', '/v1/media', announced);
  const sent = await fetch(target.url, { method: 'PUT', headers: target.headers, body: new Uint8Array(file) });
  expect(sent.status).toBe(200);
  return marketer.call('POST', `/v1/media/${media.id}/complete`);
};

/** Uploads a picture. @returns its id */
export const uploadPicture = async (marketer: Marketer, altText = 'A coffee bag'): Promise<string> =>
  Media.parse((await upload(marketer, 'image/png', picture, altText)).body).id;

const Budget = z.object({ budgetMicros: z.number().nullable() });

/** Sets a workspace's monthly budget for X, in micro-dollars, and waits until accounts knows it. */
export const setBudget = async (owner: Marketer, monthlyBudgetMicros: number | null): Promise<void> => {
  await owner.do(z.unknown(), 'PATCH', '/v1/workspace', { monthlyBudgetMicros }, { 'if-match': '*' });
  await eventually('the budget has reached accounts', async () => {
    const { budgetMicros } = await owner.do(Budget, 'GET', '/v1/accounts/usage');
    return budgetMicros === monthlyBudgetMicros ? true : undefined;
  });
};

/** Sets the approval mode of a workspace, and waits until posts knows it: until then posts need no approval. */
export const decideApproval = async (owner: Marketer, approval: 'required' | 'four_eyes'): Promise<void> => {
  await owner.do(z.unknown(), 'PATCH', '/v1/workspace', { approval }, { 'if-match': '*' });
  const { workspaceId } = await whereIs(owner);
  const posts = await tableOf('posts');
  await eventually('posts know what was decided', async () => {
    const known = await posts.get({ pk: workspaceId, sk: 'SETTINGS' });
    return known?.['approval'] === approval ? true : undefined;
  });
};
