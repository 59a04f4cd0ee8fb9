import { beforeEach, describe, expect, test } from 'vitest';
import { eventsFor } from '#functions/campaigns/changes.ts';
import { type Campaign, complete, describe as said, resume, take } from '#functions/campaigns/domain/campaign.ts';
import { plan } from '#functions/campaigns/domain/slot.ts';
import { person } from '#test/support/context-harness.ts';
import {
  doing,
  drafted,
  type Harness,
  harness,
  launched,
  planOf,
  publishLate,
  slotsOf,
  workspaceId,
} from './harness.ts';

let context: Harness;
beforeEach(() => {
  context = harness();
});

/** Event data of a campaign without goals, budget or experiment. */
const plain = { goals: [], budgetMicros: null, maturityHours: null };
const utm = { source: 'x', medium: 'social', campaign: 'summer', term: null, content: null };

/** The events of the writes so far: type, entity and data. */
const told = () => context.events().map(({ definition, detail }) => [definition.type, detail.entityId, detail.data]);

describe('a campaign emits', () => {
  test('one event for each step of its life', async () => {
    const running = await launched(context.deps);
    const [slot] = await slotsOf(context.deps, running);
    const save = (campaign: Campaign) => context.deps.campaigns.save(campaign, person);
    const again = await save(resume(await save(take(running, 'pause', doing)), publishLate, doing));
    const done = await save(complete(again, { published: 1, notPublished: 0 }, doing));
    await save(take(done, 'archive', doing));
    expect(told()).toEqual([
      ['campaign.created', running.id, { name: running.name, utm: null, ...plain }],
      ['campaign.planned', running.id, { planVersion: 1, slots: 1, endsAt: null }],
      [
        'campaign.launch_requested',
        running.id,
        { number: 1, kind: 'launch', reportVersion: running.launch?.reportVersion },
      ],
      [
        'campaign.slot_claimed',
        slot?.id,
        { campaignId: running.id, slotId: slot?.id, postId: slot?.postId, variant: null, templateId: null },
      ],
      ['campaign.launched', running.id, { run: 1 }],
      ['campaign.paused', running.id, {}],
      ['campaign.resumed', running.id, { run: 2 }],
      ['campaign.completed', running.id, { published: 1, notPublished: 0 }],
      ['campaign.archived', running.id, {}],
    ]);
  });

  test('campaign.cancelled even if it was a draft', async () => {
    const draft = await drafted(context.deps);
    await context.deps.campaigns.save(take(draft, 'cancel', doing), person);
    expect(told().at(-1)).toEqual(['campaign.cancelled', draft.id, {}]);
  });

  test('campaign.changed for a new name, and its events carry actor and version', async () => {
    const draft = await drafted(context.deps);
    const actor = { type: 'person' as const, id: 'usr_01KATJ9V5H8Q3M4N5P6R7S8T9B' };
    await context.deps.campaigns.save(said(draft, { name: 'Summer', utm }), { actor, correlationId: 'correlation-2' });
    expect(told()).toEqual([
      ['campaign.created', draft.id, { name: draft.name, utm: null, ...plain }],
      ['campaign.planned', draft.id, { planVersion: 1, slots: 1, endsAt: null }],
      ['campaign.changed', draft.id, { name: 'Summer', utm, ...plain }],
    ]);
    expect(context.events().at(-1)?.detail).toMatchObject({
      workspaceId,
      entityVersion: draft.version + 1,
      actor,
      correlationId: 'correlation-2',
    });
  });
});

describe('a slot emits', () => {
  test('campaign.slot_planned each time it is planned, and nothing else', async () => {
    const campaign = await launched(context.deps, planOf(1));
    const [open] = await context.deps.slots.ofCampaign(workspaceId, campaign.id);
    if (!open) throw new Error('no slot');
    const before = told().length;
    const planned = await context.deps.slots.save(plan(open, 1), person);
    const held = await context.deps.slots.save({ ...planned, status: 'held' }, person);
    await context.deps.slots.save(plan(held, 2), person);
    const { id: slotId, postId, publishAt } = open;
    const said = { campaignId: campaign.id, slotId, postId, publishAt, timeZone: 'Europe/Berlin' };
    expect(told().slice(before)).toEqual([
      ['campaign.slot_planned', slotId, { ...said, planVersion: 1 }],
      ['campaign.slot_planned', slotId, { ...said, planVersion: 2 }],
    ]);
  });
});

test('other items and deletions emit no event', () => {
  expect(eventsFor({ before: undefined, after: { type: 'known_post' } })).toEqual([]);
  expect(eventsFor({ before: { type: 'campaign' }, after: undefined })).toEqual([]);
});
