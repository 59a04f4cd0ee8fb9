import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { listensTo } from '../../../functions/users/contract.ts';
import type { EventDefinition } from '../../../shared/events/event.ts';
import { owner } from '../../support/http-event.ts';
import { drive } from './drive.ts';

/** One valid value of each event's data, so that a new event without one fails here. */
const account = 'acc_01KATJ9V5H8Q3M4N5P6R7S8T9V';
const campaign = 'cmp_01KATJ9V5H8Q3M4N5P6R7S8T9V';
const at = '2026-11-22T09:00:00Z';
const of = { accountId: account, campaignId: null };
const why = { code: 'some_code', reason: 'Some reason.' };
const metrics = Object.fromEntries(
  ['impressions', 'likes', 'reposts', 'replies', 'quotes', 'bookmarks', 'urlClicks', 'profileClicks'].map((name) => [
    name,
    1,
  ]),
);
const examples: Record<string, object> = {
  'user.registered': { role: 'owner' },
  'account.connected': { xUserId: '1', username: 'acme', capabilities: { maxWeightedLength: 280 } },
  'account.health_changed': { health: 'locked', reason: 'X locked it.' },
  'post.created': { accountId: account },
  'post.updated': { accountId: account },
  'post.scheduled': { ...of, publishAt: at, scheduleVersion: 1 },
  'post.published': { ...of, xPostIds: ['1'], dueAt: at, publishedAt: at },
  'post.failed': { ...of, ...why },
  'post.held': { ...of, ...why },
  'post.cancelled': of,
  'post.deleted': of,
  'campaign.launched': { run: 1 },
  'campaign.resumed': { run: 2 },
  'campaign.slot_planned': {
    campaignId: campaign,
    slotId: 'slt_01KATJ9V5H8Q3M4N5P6R7S8T9V',
    postId: 'pst_01KATJ9V5H8Q3M4N5P6R7S8T9V',
    publishAt: at,
    timeZone: 'UTC',
    planVersion: 1,
  },
  'campaign.completed': { published: 1, notPublished: 0 },
  'post.metrics_updated': { campaignId: null, measuredAt: at, metrics },
};

const eventOf = ({ type }: EventDefinition, id = 'evt_01KATJ9V5H8Q3M4N5P6R7S8T9V') => ({
  id,
  schemaVersion: 1,
  workspaceId: owner.workspaceId,
  entityId: 'some-entity',
  entityVersion: 3,
  occurredAt: '2026-11-22T09:00:00Z',
  actor: { type: 'person', id: owner.personId },
  correlationId: 'request-7',
  data: examples[type] ?? {},
});

const delivery = ({ source, type }: EventDefinition, detail: object, messageId = 'message-1') => ({
  messageId,
  eventSource: 'aws:sqs',
  body: JSON.stringify({ source, 'detail-type': type, detail }),
});

const Failures = z.object({ batchItemFailures: z.array(z.object({ itemIdentifier: z.string() })) });
const failuresOf = (answer: unknown) => Failures.parse(answer).batchItemFailures.map((each) => each.itemIdentifier);

describe('every event of the platform', () => {
  test.each(listensTo.map((definition) => [definition.type, definition] as const))(
    '%s is kept once, however often it is delivered',
    async (type, definition) => {
      const users = drive();
      const record = delivery(definition, eventOf(definition));
      expect(failuresOf(await users.wake({ Records: [record, record] }))).toEqual([]);
      expect(failuresOf(await users.wake({ Records: [record] }))).toEqual([]);
      expect([...users.memory.trail.values()]).toEqual([
        {
          id: 'evt_01KATJ9V5H8Q3M4N5P6R7S8T9V',
          eventType: type,
          entityId: 'some-entity',
          entityVersion: 3,
          actor: { type: 'person', id: owner.personId },
          occurredAt: '2026-11-22T09:00:00.000Z',
          correlationId: 'request-7',
          data: examples[type] ?? {},
        },
      ]);
    },
  );

  test('comes from every context that tells any', () => {
    expect([...new Set(listensTo.map(({ source }) => source))].sort()).toEqual(
      ['accounts', 'analytics', 'campaigns', 'posts', 'users'].sort(),
    );
  });
});

test('two events of one instant are both kept', async () => {
  const users = drive();
  const [definition] = listensTo;
  if (!definition) throw new Error('nothing is listened to');
  const other = eventOf(definition, 'evt_01KATJ9V5H8Q3M4N5P6R7S8T9W');
  await users.wake({ Records: [delivery(definition, eventOf(definition)), delivery(definition, other)] });
  expect(users.memory.trail.size).toBe(2);
});

test('an event that is none fails alone and is not kept', async () => {
  const users = drive();
  const [definition] = listensTo;
  if (!definition) throw new Error('nothing is listened to');
  const bad = delivery(definition, { correlationId: 'request-8' }, 'bad');
  const answer = await users.wake({ Records: [bad, delivery(definition, eventOf(definition), 'good')] });
  expect(failuresOf(answer)).toEqual(['bad']);
  expect(users.memory.trail.size).toBe(1);
});
