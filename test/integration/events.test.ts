import { randomUUID } from 'node:crypto';
import { DescribeArchiveCommand } from '@aws-sdk/client-eventbridge';
import {
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SetQueueAttributesCommand,
} from '@aws-sdk/client-sqs';
import { beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { AccountConnected, AccountDisconnected } from '#events/accounts.ts';
import { CampaignSlotPlanned } from '#events/campaigns.ts';
import { UserLogout } from '#events/users.ts';
import { afterLaunch, launch } from '#infra/local/campaigns.ts';
import { eventually, Marketer, newXUser } from '#infra/local/marketer.ts';
import { newId } from '#shared/ids.ts';
import { expectProblem, whereIs } from '../support/integration/answers.ts';
import { busName, detailOf, eventBridge, putOnBus, spyOn, sqs } from '../support/integration/bus.ts';
import { becomes, inMs, plan, publish, read, schedule, write } from '../support/integration/desk.ts';
import { logged } from '../support/integration/logs.ts';
import { nameOnStage, resourceOf, stage } from '../support/integration/stage.ts';

const maya = new Marketer(stage);
let accountId = '';
let workspaceId = '';
let personId = '';
beforeAll(async () => {
  await maya.join();
  ({ workspaceId, personId } = await whereIs(maya));
  accountId = await maya.connect(await newXUser(stage));
});

describe('a write', () => {
  test('to a post publishes one event, in order, with its version and actor', async () => {
    await using spy = await spyOn(workspaceId);
    const { id, version } = await write(maya, accountId, 'First.');
    const path = `/v1/posts/${id}`;
    await maya.call('PATCH', path, { parts: [{ text: 'Second.' }] }, { 'if-match': '*' });
    await schedule(maya, { id }, inMs(3_600_000));
    await schedule(maya, { id }, inMs(7_200_000));
    await maya.call('POST', `${path}/cancel`);
    await maya.call('DELETE', path);
    await spy.hears('post.deleted', ({ type, entityId }) => type === 'post.deleted' && entityId === id);
    const told = (await spy.heard()).filter(({ entityId }) => entityId === id);
    expect(version).toBe(1);
    expect(told.map(({ type, entityVersion }) => [type, entityVersion])).toEqual([
      ['post.created', 1],
      ['post.updated', 2],
      ['post.scheduled', 3],
      ['post.scheduled', 4],
      ['post.cancelled', 5],
      ['post.deleted', 6],
    ]);
    for (const event of told) expect(event.actor).toEqual({ type: 'person', id: personId });
    expect(new Set(told.map((event) => event.id)).size).toBe(told.length);
  });

  test('during a campaign and the publication of its post publishes each event once', async () => {
    await using spy = await spyOn(workspaceId);
    const post = await write(maya, accountId, 'On its way.');
    const campaign = await plan(maya, [{ postId: post.id, publishAt: afterLaunch() }]);
    await launch(maya, campaign);
    await spy.hears('campaign.completed', ({ type }) => type === 'campaign.completed');
    const heard = await spy.heard();
    const typesOf = (entityId: string) => heard.filter((event) => event.entityId === entityId).map(({ type }) => type);
    // Metrics events have the post's id but belong to analytics.
    expect(typesOf(post.id).filter((type) => type !== 'post.metrics_updated')).toEqual([
      'post.created',
      'post.scheduled',
      'post.published',
    ]);
    expect(typesOf(campaign.id)).toEqual([
      ...['campaign.created', 'campaign.planned', 'campaign.check_requested', 'campaign.checked'],
      ...['campaign.launch_requested', 'campaign.launched', 'campaign.completed'],
    ]);
    expect(heard.filter(({ type }) => type === 'campaign.slot_claimed')).toHaveLength(1);
    expect(heard.filter(({ type }) => type === 'campaign.slot_planned')).toHaveLength(1);
    const published = await read(maya, post);
    expect(heard.find(({ type }) => type === 'post.published')).toMatchObject({
      entityVersion: published.version,
      data: { xPostIds: published.publication?.parts.map(({ xPostId }) => xPostId) },
    });
  });

  test('that its contract rejects publishes no event', async () => {
    await using spy = await spyOn(workspaceId);
    await maya.call('POST', '/v1/posts', { accountId, parts: [] });
    await maya.call('PATCH', '/v1/posts/pst_01KATJ9V5H8Q3M4N5P6R7S8T9V', { parts: [] }, { 'if-match': '*' });
    const last = await write(maya, accountId, 'The next one.');
    await spy.hears('post.created', ({ entityId }) => entityId === last.id);
    // Events of background work have another actor.
    const asked = (await spy.heard()).filter(({ actor }) => actor.type === 'person');
    expect(asked.map(({ type }) => type)).toEqual(['post.created']);
  });
});

describe('a consumer', () => {
  const handled = (context: string, correlationId: string, times: number) =>
    eventually(`${context} handled ${times} events`, async () => {
      const messages = await logged(context, correlationId);
      return messages.filter((message) => message === 'event handled').length >= times ? true : undefined;
    });
  const tryAccount = (id: string) =>
    maya.call('POST', '/v1/posts', { accountId: id, parts: [{ text: `Hello ${randomUUID()}` }] });

  test('keeps the state of the newest event when a duplicate and an older event arrive after it', async () => {
    const entityId = newId('acc', new Date());
    const correlationId = randomUUID();
    const about = { workspaceId, entityId, correlationId };
    const data = { xUserId: '1', username: 'acme', capabilities: { maxWeightedLength: 280 } };
    const connected = detailOf(AccountConnected, { ...about, entityVersion: 1, data });
    await putOnBus(AccountConnected, connected);
    await handled('posts', correlationId, 1);
    expect((await tryAccount(entityId)).status).toBe(201);

    const disconnected = detailOf(AccountDisconnected, { ...about, entityVersion: 3, data: { reason: 'requested' } });
    await putOnBus(AccountDisconnected, disconnected);
    await handled('posts', correlationId, 2);
    for (const late of [connected, detailOf(AccountConnected, { ...about, entityVersion: 2, data })]) {
      await putOnBus(AccountConnected, late);
    }
    await handled('posts', correlationId, 4);
    expectProblem(await tryAccount(entityId), 404, 'account_not_found');
    // The trail records each event once, including the duplicate.
    const events = await trail(`?entityId=${entityId}`, 3);
    expect(events.map(({ entityVersion }) => entityVersion).sort()).toEqual([1, 2, 3]);
  });

  test('acts once on an event that arrives three times, and ignores an older one', async () => {
    const post = await write(maya, accountId, 'Planned.');
    const correlationId = randomUUID();
    const [campaignId, slotId] = [newId('cmp', new Date()), newId('slt', new Date())];
    const planned = (planVersion: number, publishAt: string) =>
      detailOf(CampaignSlotPlanned, {
        ...{ workspaceId, entityId: slotId, entityVersion: planVersion + 1, correlationId },
        data: { campaignId, slotId, postId: post.id, publishAt, timeZone: 'Europe/Berlin', planVersion },
      });
    const at = new Date(Date.now() + 86_400_000).toISOString();
    const second = planned(2, at);
    for (const event of [second, second, second]) await putOnBus(CampaignSlotPlanned, event);
    await handled('posts', correlationId, 3);
    // Sent afterwards, since the bus keeps no order and whichever plan arrived first would be applied.
    await putOnBus(CampaignSlotPlanned, planned(1, inMs(3_600_000)));
    await handled('posts', correlationId, 4);
    expect(await read(maya, post)).toMatchObject({
      status: 'scheduled',
      scheduledAt: at,
      version: 2,
      scheduleVersion: 1,
    });
  });

  test('moves a poison event to the dead-letter queue after five tries, and handles the others', async () => {
    const [inbox, deadLetters] = await Promise.all([
      resourceOf('users', 'SQS::Queue', 'InboxQueue'),
      resourceOf('users', 'SQS::Queue', 'InboxDeadLetters'),
    ]);
    const { Attributes: before } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: inbox, AttributeNames: ['VisibilityTimeout', 'RedrivePolicy'] }),
    );
    const { maxReceiveCount } = z
      .object({ maxReceiveCount: z.coerce.number() })
      .parse(JSON.parse(before?.RedrivePolicy ?? ''));
    expect(maxReceiveCount).toBe(5);
    const setVisibility = (VisibilityTimeout = '') =>
      sqs.send(new SetQueueAttributesCommand({ QueueUrl: inbox, Attributes: { VisibilityTimeout } }));
    // Short, yet longer than other events of the stage wait for a worker, which must not be dead-lettered too.
    await setVisibility('4');
    try {
      const correlationId = randomUUID();
      const about = { workspaceId, entityId: personId, correlationId, data: {} };
      const poison = { ...detailOf(UserLogout, { ...about, entityVersion: 1 }), entityVersion: 'none', workspaceId };
      await putOnBus(UserLogout, poison);
      const sound = detailOf(UserLogout, { ...about, entityVersion: 1_000 });
      await putOnBus(UserLogout, sound);
      await handled('users', correlationId, 1);

      const dead = await eventually('the poison event in the dead-letter queue', async () => {
        const { Messages = [] } = await sqs.send(
          new ReceiveMessageCommand({ QueueUrl: deadLetters, MaxNumberOfMessages: 10, VisibilityTimeout: 1 }),
        );
        return Messages.find(({ Body }) => Body?.includes(poison.id));
      });
      const tries = (await logged('users', correlationId)).filter((message) => message === 'event failed');
      expect(tries).toHaveLength(maxReceiveCount);
      expect(JSON.parse(dead.Body ?? '')).toMatchObject({ 'detail-type': UserLogout.type, detail: poison });
      await sqs.send(new DeleteMessageCommand({ QueueUrl: deadLetters, ReceiptHandle: dead.ReceiptHandle }));
      expect((await trail(`?entityId=${personId}&eventType=user.logout`, 1)).map(({ id }) => id)).toEqual([sound.id]);
    } finally {
      await setVisibility(before?.VisibilityTimeout);
    }
  });
});

test('the event bus has an enabled archive that stores events', async () => {
  const archive = await eventually('events in the archive', async () => {
    const found = await eventBridge.send(new DescribeArchiveCommand({ ArchiveName: nameOnStage('events') }));
    return (found.EventCount ?? 0) > 0 ? found : undefined;
  });
  expect(archive.State).toBe('ENABLED');
  expect(archive.EventSourceArn).toMatch(new RegExp(`event-bus/${busName}$`));
  expect(archive.RetentionDays).toBeGreaterThanOrEqual(1);
});

const Trail = z.object({
  items: z.array(
    z.object({
      id: z.string(),
      eventType: z.string(),
      entityId: z.string(),
      entityVersion: z.number(),
      occurredAt: z.string(),
      correlationId: z.string(),
      actor: z.object({ type: z.string(), id: z.string() }),
    }),
  ),
});

/** The events of the audit trail that match a filter, once there are at least `count`. */
const trail = (query: string, count: number) =>
  eventually(`${count} events in the audit trail${query}`, async () => {
    const { items } = await maya.do(Trail, 'GET', `/v1/audit-events${query}`);
    return items.length >= count ? items : undefined;
  });

describe('the audit trail', () => {
  test('lists the events of a post, newest first, with actor and correlation id', async () => {
    const correlationId = randomUUID();
    const parts = [{ text: 'For the record.' }];
    const created = await maya.call('POST', '/v1/posts', { accountId, parts }, { 'x-correlation-id': correlationId });
    const post = z.object({ id: z.string() }).parse(created.body);
    await publish(maya, post);
    await becomes(maya, post, 'published');
    const events = await trail(`?entityId=${post.id}`, 3);
    expect(events.map(({ eventType }) => eventType)).toEqual(['post.published', 'post.scheduled', 'post.created']);
    expect(events.at(-1)).toMatchObject({ actor: { type: 'person', id: personId }, correlationId });
    expect(events[0]?.actor).toEqual({ type: 'system', id: 'posts' });
    const times = events.map(({ occurredAt }) => occurredAt);
    expect(times).toEqual([...times].sort().reverse());
  });

  test('is filtered by entity, type and time', async () => {
    const [one, two] = [await write(maya, accountId, 'One.'), await write(maya, accountId, 'Two.')];
    await trail(`?entityId=${two.id}`, 1);
    const ofType = await trail('?eventType=post.created&limit=100', 2);
    expect(new Set(ofType.map(({ eventType }) => eventType))).toEqual(new Set(['post.created']));
    expect(ofType.slice(0, 2).map(({ entityId }) => entityId)).toEqual([two.id, one.id]);
    const from = await maya.do(Trail, 'GET', `/v1/audit-events?from=${two.createdAt}&eventType=post.created`);
    expect(from.items.map(({ entityId }) => entityId)).toEqual([two.id]);
    const to = await maya.do(Trail, 'GET', `/v1/audit-events?to=${two.createdAt}&eventType=post.created&limit=1`);
    expect(to.items.map(({ entityId }) => entityId)).toEqual([one.id]);
    expectProblem(await maya.call('GET', '/v1/audit-events?eventType=post.invented'), 400, 'invalid_query');
  });

  test('begins with the registration, the sign-in and the connection of an account', async () => {
    const types = (await trail('?limit=100', 3)).map(({ eventType }) => eventType).reverse();
    expect(types.slice(0, 3)).toEqual(['user.registered', 'user.login', 'account.connected']);
  });
});
