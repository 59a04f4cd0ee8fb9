import { beforeEach, describe, expect, test } from 'vitest';
import { eventsFor } from '#functions/campaigns/changes.ts';
import { type Campaign, cancel, complete, edit, pause, resume } from '#functions/campaigns/domain/campaign.ts';
import { plan } from '#functions/campaigns/domain/slot.ts';
import { person } from '#test/support/context-harness.ts';
import { drafted, type Harness, harness, launched, noon, workspaceId } from './harness.ts';

let context: Harness;
beforeEach(() => {
  context = harness();
});

const utm = { source: 'x', medium: 'social', campaign: 'summer', term: null, content: null };

/** What the writes so far told: type, entity and data. */
const told = () => context.events().map(({ definition, detail }) => [definition.type, detail.entityId, detail.data]);

describe('a campaign tells', () => {
  test('each step of its life once', async () => {
    const running = await launched(context.deps);
    const save = (campaign: Campaign) => context.deps.campaigns.save(campaign, person);
    const again = await save(resume(await save(pause(running)), noon));
    await save(complete(again, { published: 1, notPublished: 0 }));
    expect(told()).toEqual([
      ['campaign.created', running.id, { utm: null }],
      [
        'campaign.launched',
        running.id,
        { run: 1, slots: running.slots.map(({ id, postId }) => ({ slotId: id, postId })) },
      ],
      ['campaign.paused', running.id, {}],
      ['campaign.resumed', running.id, { run: 2 }],
      ['campaign.completed', running.id, { published: 1, notPublished: 0 }],
    ]);
  });

  test('its cancellation, even of a draft', async () => {
    const draft = await drafted(context.deps);
    await context.deps.campaigns.save(cancel(draft), person);
    expect(told().at(-1)).toEqual(['campaign.cancelled', draft.id, {}]);
  });

  test('of a new name, and carries who did it and which version it is', async () => {
    const draft = await drafted(context.deps);
    await context.deps.campaigns.save(edit(draft, { name: 'Summer', utm }), person);
    expect(told()).toEqual([
      ['campaign.created', draft.id, { utm: null }],
      ['campaign.changed', draft.id, { utm }],
    ]);
    const [created] = context.events();
    expect(created?.detail).toMatchObject({
      workspaceId,
      entityVersion: 1,
      actor: person.actor,
      correlationId: 'correlation-1',
    });
  });
});

describe('a slot tells', () => {
  test('that it was planned, each time, and nothing else', async () => {
    const campaign = await launched(context.deps);
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

test('other items, and what is gone, tell nothing', () => {
  expect(eventsFor({ before: undefined, after: { type: 'known_post' } })).toEqual([]);
  expect(eventsFor({ before: { type: 'campaign' }, after: undefined })).toEqual([]);
});
