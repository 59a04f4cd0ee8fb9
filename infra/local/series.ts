import assert from 'node:assert/strict';
import * as z from 'zod';
import { check, launch } from './campaigns.ts';
import { eventually, type Marketer } from './marketer.ts';

const Id = z.object({ id: z.string() });
const Preview = z.object({
  slots: z.array(
    z.object({ wallTime: z.string(), publishAt: z.string(), reasons: z.array(z.object({ kind: z.string() })) }),
  ),
  dropped: z.array(z.object({ wallTime: z.string().nullable(), reasons: z.array(z.object({ kind: z.string() })) })),
  remaining: z.number(),
});
const Report = z.object({ slots: z.number(), cost: z.object({ x: z.object({ micros: z.number() }) }) });

const beans = ['Yirgacheffe', 'Sidamo', 'Huila', 'Antigua', 'Tarrazu', 'Sumatra', 'Kona', 'Harar'];
const weeks = beans.length + 1;

/** Returns the Monday after next, which is in the future in every time zone. */
const firstMonday = (now: Date): Date => {
  const day = (8 - now.getUTCDay()) % 7;
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate() + day + 7));
};

const dayOf = (date: Date): string => date.toISOString().slice(0, 10);
const dollars = (micros: number): string => `$${(micros / 1_000_000).toFixed(2)}`;

/**
 * Plays a recurring campaign: a post from a template every Monday at nine in Berlin, except on a holiday. It is
 * previewed, checked and launched. The check creates its posts.
 */
export const playSeries = async (maya: Marketer, accountId: string, say: (line: string) => void): Promise<void> => {
  say('She plans a series: a bean of the week, every Monday at nine, from a template');
  const template = {
    name: 'Bean of the week',
    parts: [{ text: 'Bean of the week: {{bean}}. Roasted this morning.' }],
    variables: [{ name: 'bean', type: 'text' }],
  };
  const templateId = (await maya.do(Id, 'POST', '/v1/templates', template)).id;
  const start = firstMonday(new Date());
  const holiday = new Date(start.getTime() + 2 * 7 * 86_400_000);
  const plan = {
    timeZone: 'Europe/Berlin',
    seed: 'beans',
    blackouts: [{ kind: 'days', name: 'Company holiday', from: dayOf(holiday), to: dayOf(holiday) }],
    tracks: [
      {
        id: 'beans',
        accountIds: [accountId],
        content: { kind: 'template', templateId, values: [...beans, 'Bourbon'].map((bean) => ({ bean })) },
        times: {
          kind: 'recurrence',
          start: `${dayOf(start)}T09:00`,
          rule: `FREQ=WEEKLY;BYDAY=MO;COUNT=${weeks}`,
        },
      },
    ],
  };
  const series = await eventually('the template is known to campaigns', async () => {
    const { status, body } = await maya.call('POST', '/v1/campaigns', {
      ...{ name: 'Bean of the week', timeZone: 'Europe/Berlin', tags: ['series'], plan },
      budget: { maxMicros: 1_000_000 },
    });
    if (status === 400) return undefined;
    assert.equal(status, 201, JSON.stringify(body));
    return Id.parse(body);
  });

  const preview = await maya.do(Preview, 'POST', `/v1/campaigns/${series.id}/plan/preview`, {});
  assert.equal(preview.remaining, weeks - 1);
  assert.deepEqual(
    preview.dropped.map(({ reasons }) => reasons.at(-1)?.kind),
    ['blackout'],
  );
  const [first] = preview.slots;
  say(
    `The preview: the first is at ${first?.wallTime ?? ''} in Berlin, which is ${first?.publishAt ?? ''}; the holiday is left out`,
  );

  await check(maya, series);
  const report = await maya.do(Report, 'GET', `/v1/campaigns/${series.id}/launch-report`);
  assert.equal(report.slots, weeks - 1);
  say(`The launch check finds no blockers. Cost at X: ${dollars(report.cost.x.micros)}`);
  const launched = await launch(maya, series);
  assert.equal(launched.slots.length, weeks - 1);
  say('She launches the series: each post is published in its week');
};
