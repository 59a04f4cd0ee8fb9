import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { afterLaunch, launch } from '#infra/local/campaigns.ts';
import { eventually, Marketer, newXUser } from '#infra/local/marketer.ts';
import { whereIs } from '../support/integration/answers.ts';
import { spyOn } from '../support/integration/bus.ts';
import { campaignBecomes, createCampaign, inMs, plan, write } from '../support/integration/desk.ts';
import { endOf, start } from '../support/integration/executions.ts';
import { stage } from '../support/integration/stage.ts';
import { tellX } from '../support/integration/x.ts';

const Experiment = z.object({
  blocks: z.array(
    z.object({
      slots: z.array(
        z.object({
          ...{ variant: z.string(), postId: z.string(), status: z.string(), publishedAt: z.string().nullable() },
          counted: z.object({ measuredAt: z.string(), counts: z.record(z.string(), z.number().nullable()) }).nullable(),
        }),
      ),
    }),
  ),
  verdict: z.looseObject({ outcome: z.string() }).nullable(),
  conclusion: z.object({ outcome: z.string(), variant: z.string().nullable() }).nullable(),
  sampleRatio: z.array(z.object({ variant: z.string(), isMismatch: z.boolean() })),
});
const Anything = z.unknown();

const maya = new Marketer(stage);
beforeAll(() => maya.join());

/** Reads the metrics that are due, as the schedule does each minute. */
const sweep = async (): Promise<void> => {
  expect(await endOf(await start('sweep-metrics', '{}'))).toBe('SUCCEEDED');
};

/** 20 s. */
const maturityHours = 20 / 3_600;

/** Eight pairs on an account of their own; five that all agree decide at alpha 0.2 (E = 7.9). */
const pairs = 8;

/** Launches a campaign whose posts reach this many impressions, by variant. */
const launched = async (reach: { a: number; b: number }) => {
  const accountId = await maya.connect(await newXUser(stage));
  const mark = randomUUID();
  await tellX('PATCH', 'settings', { reach: { [`a-${mark}`]: reach.a, [`b-${mark}`]: reach.b } });
  const posts = async (variant: string, count: number): Promise<string[]> => {
    const postIds: string[] = [];
    for (let place = 0; place < count; place += 1) {
      // No two alike: the policy refuses near-duplicates on an account.
      const words = Array.from({ length: 4 }, () => randomUUID()).join(' ');
      postIds.push((await write(maya, accountId, `${place} ${words} ${variant}-${mark}`)).id);
    }
    return postIds;
  };
  const [own, others] = [await posts('a', 2 * pairs), await posts('b', pairs)];
  const firstAt = Date.parse(afterLaunch(5_000));
  const instants = own.map((_, place) => new Date(firstAt + place * 500).toISOString());
  const track = {
    ...{ id: 'tips', accountIds: [accountId], content: { kind: 'posts', postIds: own } },
    times: { kind: 'fixed', instants },
  };
  const plan = { timeZone: 'Europe/Berlin', seed: mark, spacing: { minimumGapMinutes: 0 }, tracks: [track] };
  const body = { name: 'Two ways to say it', timeZone: 'Europe/Berlin', plan };
  const campaign = await createCampaign(maya, body);
  const path = `/v1/campaigns/${campaign.id}/experiment`;
  const registration = {
    variants: [
      { key: 'a', name: 'As always' },
      { key: 'b', name: 'With a question' },
    ],
    ...{ control: 'a', metric: 'impressions', maturityHours, alpha: 0.2, seed: mark, trackId: 'tips' },
    contents: [{ variant: 'b', content: { kind: 'posts', postIds: others } }],
  };
  await maya.do(Anything, 'PUT', path, registration, { 'if-match': '*' });
  await maya.do(Anything, 'POST', `${path}/sign-off`, { note: 'Few blocks, but a large effect' });
  await launch(maya, campaign);
  await campaignBecomes(maya, campaign, 'completed', ({ status }) => status === 'completed', { withinMs: 180_000 });
  const experiment = await eventually(
    `the conclusion of the experiment of ${campaign.id}`,
    async () => {
      await sweep();
      const now = await maya.do(Experiment, 'GET', path);
      return now.conclusion ? now : undefined;
    },
    { withinMs: 180_000 },
  );
  return { campaign, experiment };
};

describe.concurrent('an experiment on X', () => {
  test('with a planted effect concludes with the winner, and publishes that once', async () => {
    await using spy = await spyOn((await whereIs(maya)).workspaceId);
    const { campaign, experiment } = await launched({ a: 100, b: 1_000_000 });
    expect(experiment).toMatchObject({
      verdict: { outcome: 'winner', variant: 'b' },
      conclusion: { outcome: 'winner', variant: 'b' },
      sampleRatio: [{ variant: 'b', isMismatch: false }],
    });
    for (const { publishedAt, counted } of experiment.blocks.flatMap(({ slots }) => slots)) {
      if (!counted) continue;
      const age = Date.parse(counted.measuredAt) - Date.parse(publishedAt ?? '');
      expect(age, 'counted at its maturity, never before').toBeGreaterThanOrEqual(maturityHours * 3_600_000);
    }
    const told = await spy.hears(
      'campaign.experiment_concluded',
      ({ type, entityId }) => type === 'campaign.experiment_concluded' && entityId === campaign.id,
    );
    expect(told.map(({ data }) => data)).toEqual([{ outcome: 'winner', variant: 'b' }]);
  });

  test('without an effect concludes with not_enough_data', async () => {
    // Nobody sees the posts, so no pair can differ, whenever it is counted.
    const { experiment } = await launched({ a: 0, b: 0 });
    expect(experiment).toMatchObject({
      verdict: { outcome: 'not_enough_data' },
      conclusion: { outcome: 'not_enough_data', variant: null },
    });
    const counted = experiment.blocks.flatMap(({ slots }) =>
      slots.map(({ counted }) => counted?.counts['impressions']),
    );
    expect(new Set(counted)).toEqual(new Set([0]));
  });
});

describe('a rehearsal on the stage', () => {
  test('predicts that the post of a campaign is published, and what it spends', async () => {
    const accountId = await maya.connect(await newXUser(stage));
    const { id: postId } = await write(maya, accountId, `To be rehearsed, ${randomUUID()}.`);
    const { id } = await plan(maya, [{ postId, publishAt: inMs(86_400_000) }]);
    const Rehearsed = z.object({
      outcomes: z.object({ published: z.number() }),
      spent: z.object({ posts: z.number() }),
    });
    const rehearsal = await maya.do(Rehearsed, 'POST', `/v1/campaigns/${id}/rehearse`, { seed: 'seed' });
    expect(rehearsal).toMatchObject({ outcomes: { published: 1 }, spent: { posts: 1 } });
  });
});
