import { expect, test } from 'vitest';
import { Experiment } from '#functions/campaigns/domain/experiment.ts';
import type { SlotFacts } from '#functions/campaigns/domain/publishing-facts.ts';
import { blocksOf } from '#functions/campaigns/experiments/blocks.ts';
import { sightOf } from '#functions/campaigns/experiments/power.ts';
import { launchCheck } from '#functions/campaigns/launch/launch-check.ts';
import { account, budget, campaignId, facts, now, post } from '../launch/sample.ts';
import { account as planAccount, expand, rows, rule, track } from '../plan-expansion/sample.ts';
import { play } from './sample.ts';

const experiment = Experiment.parse({
  variants: [
    { key: 'a', name: 'As always' },
    { key: 'b', name: 'With a question' },
  ],
  control: 'a',
  metric: 'impressions',
  seed: 'seed',
});

test('an expanded plan of eight weeks passes the launch check and is rehearsed at the forecast cost', () => {
  const { slots: planned } = expand({
    tracks: [
      track({
        accountIds: [planAccount(1), planAccount(2)],
        content: rows(56),
        times: rule('FREQ=DAILY;COUNT=56'),
      }),
    ],
  });
  const slots = planned.map((slot, place): SlotFacts => ({ ...slot, post: post(place) }));
  const { blocks } = blocksOf(
    experiment,
    planned.map(({ slotKey, accountId, wallTime }) => ({ id: slotKey, accountId, wallTime })),
  );
  const accounts = [account(1), account(2)];
  // Each account has 20 weekdays and 8 weekend days.
  const sight = { ...sightOf(experiment, blocks.length), isSignedOff: false };
  const report = launchCheck(facts({ slots, accounts, experiment: sight }), campaignId(1), now);
  expect(report).toMatchObject({ canLaunch: true, slots: 56, experiment: { blocks: 28 } });
  expect(report.forecast.total).toEqual({ micros: 56 * 15_000, posts: 56 });

  const rehearsal = play({ slots, accounts, budget: budget({ maxMicros: report.cost.x.micros }) });
  expect(rehearsal).toMatchObject({ outcomes: { published: 56 }, spent: report.forecast.total, pausedAt: null });
});
