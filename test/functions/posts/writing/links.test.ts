import { beforeEach, describe, expect, test } from 'vitest';
import { CampaignChanged, CampaignCreated } from '#events/campaigns.ts';
import * as templates from '#functions/posts/templates/contract.ts';
import { PostView } from '#functions/posts/views.ts';
import * as writing from '#functions/posts/writing/contract.ts';
import { Problem } from '#shared/http/problem.ts';
import { owner } from '#test/support/http-event.ts';
import { type Harness, harness } from '../harness.ts';
import { accountId, campaignId } from '../samples.ts';

let context: Harness;
beforeEach(async () => {
  context = await harness();
});

const utm = { source: 'x', medium: 'social', campaign: 'spring', term: null, content: null };
const marked = (campaign = 'spring') => `https://example.com/?utm_source=x&utm_medium=social&utm_campaign=${campaign}`;
const body = { accountId, parts: [{ text: 'https://example.com/' }, { text: 'no link' }], utmFrom: campaignId };
const write = async (said: object = {}) => context.ask(writing.createPost, PostView, { body: { ...body, ...said } });
const textsOf = ({ parts }: { parts: { text: string }[] }) => parts.map(({ text }) => text);

describe('the links of a post get the UTM parameters of its campaign', () => {
  beforeEach(async () => {
    await context.happened(CampaignCreated, campaignId, 1, { utm });
  });

  test('when it is created with utmFrom, and not without', async () => {
    const { status, body: post } = await write();
    expect(status).toBe(201);
    expect(textsOf(post)).toEqual([marked(), 'no link']);
    expect(textsOf((await write({ utmFrom: undefined })).body)).toEqual(['https://example.com/', 'no link']);
  });

  test('when it is changed, even if only utmFrom is sent', async () => {
    const { id: postId } = (await write({ utmFrom: undefined })).body;
    const change = { path: { postId }, headers: { 'if-match': '*' }, body: { utmFrom: campaignId } };
    const { body: post } = await context.ask(writing.changePost, PostView, change);
    expect(textsOf(post)).toEqual([marked(), 'no link']);
    expect(post.contentVersion).toBe(2);
  });

  test('when it is created from a template', async () => {
    const template = { name: 'Link', parts: [{ text: '{{link}}' }], variables: [{ name: 'link', type: 'url' }] };
    const { body: made } = await context.ask(templates.createTemplate, templates.TemplateView, { body: template });
    const sent = { accountId, values: { link: 'https://example.com/' }, utmFrom: campaignId };
    const { body: post } = await context.ask(templates.useTemplate, PostView, {
      path: { templateId: made.id },
      body: sent,
    });
    expect(textsOf(post)).toEqual([marked()]);
  });

  test('in their latest version, even when an older event arrives late', async () => {
    await context.happened(CampaignChanged, campaignId, 3, { utm: { ...utm, campaign: 'autumn' } });
    await context.happened(CampaignChanged, campaignId, 2, { utm: { ...utm, campaign: 'summer' } });
    expect(textsOf((await write()).body)[0]).toBe(marked('autumn'));
  });

  test('unless one cannot be marked, which refuses the post with link_unmarkable', async () => {
    const parts = [{ text: 'fine' }, { text: 'https://a.com,https://b.com' }];
    const refused = await context.ask(writing.createPost, Problem, { body: { ...body, parts } });
    expect(refused.status).toBe(422);
    expect(refused.body.fields).toMatchObject([{ path: 'body.parts.1.text', code: 'link_unmarkable' }]);
  });

  test('unless the text becomes too long, which refuses the post with text_too_long', async () => {
    const parts = [{ text: `${'x'.repeat(24_900)} https://example.com/${'y'.repeat(70)}` }];
    const refused = await context.ask(writing.createPost, Problem, { body: { ...body, parts } });
    expect(refused.body.fields).toMatchObject([{ path: 'body.parts', code: 'text_too_long' }]);
  });

  test('but never those of a campaign of another workspace', async () => {
    const as = { ...owner, workspaceId: 'wsp_01KATJ9V5H8Q3M4N5P6R7S8T9W' };
    expect((await context.ask(writing.createPost, Problem, { body, as })).body.code).toBe('campaign_not_found');
  });
});

describe('a campaign', () => {
  test('that is unknown refuses the post with campaign_not_found', async () => {
    const refused = await context.ask(writing.createPost, Problem, { body });
    expect([refused.status, refused.body.code]).toEqual([404, 'campaign_not_found']);
  });

  test.each([{ utm: null }, {}])(
    'without UTM parameters refuses the post with campaign_without_utm: created with %j',
    async (data) => {
      await context.happened(CampaignCreated, campaignId, 1, data);
      const refused = await context.ask(writing.createPost, Problem, { body });
      expect(refused.body.fields).toMatchObject([{ path: 'body.utmFrom', code: 'campaign_without_utm' }]);
    },
  );
});
