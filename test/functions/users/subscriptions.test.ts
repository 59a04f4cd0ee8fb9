import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { UserMfaChanged, UserPasswordChanged } from '#events/users.ts';
import { listensTo } from '#functions/users/contract.ts';
import { audited } from '#functions/users/domain/audited-events.ts';
import { renderMail } from '#functions/users/mail/render.ts';
import type { EventDefinition } from '#shared/events/event.ts';
import { owner } from '#test/support/http-event.ts';
import { ada, harness } from './harness.ts';
import { rowsOf } from './trail.ts';

/** The data of an event's example. */
const dataOf = (type: string): object => {
  const path = join(import.meta.dirname, '../../../events/examples', `${type}.json`);
  return z.object({ detail: z.object({ data: z.looseObject({}) }) }).parse(JSON.parse(readFileSync(path, 'utf8')))
    .detail.data;
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
  data: dataOf(type),
});

const delivery = ({ source, type }: EventDefinition, detail: object, messageId = 'message-1') => ({
  messageId,
  eventSource: 'aws:sqs',
  body: JSON.stringify({ source, 'detail-type': type, detail }),
});

const Failures = z.object({ batchItemFailures: z.array(z.object({ itemIdentifier: z.string() })) });
const failuresOf = (answer: unknown) => Failures.parse(answer).batchItemFailures.map((each) => each.itemIdentifier);

/** What nobody did on purpose: it would fill the trail of a busy workspace. */
const noNews = [
  'mail.requested',
  'usage.tallied',
  'post.metrics_updated',
  'account.metrics_updated',
  'post.approval_reminder',
  'account.posts_waiting',
  'campaign.slot_planned',
  'webhook.failing',
  'webhook.delivery_requested',
];

describe('every event of the platform', () => {
  test('is audited unless nobody caused it, and requests for mails are subscribed to as well', () => {
    const types = audited.map(({ type }) => type);
    for (const type of noNews) expect(types).not.toContain(type);
    expect(listensTo.map(({ type }) => type).sort()).toEqual(
      [...types, 'mail.requested', 'account.posts_waiting', 'alert.raised', 'webhook.failing'].sort(),
    );
  });

  test.each(audited.map((definition) => [definition.type, definition] as const))(
    '%s is recorded once, however often it is delivered',
    async (type, definition) => {
      const users = harness();
      const record = delivery(definition, eventOf(definition));
      expect(failuresOf(await users.wake({ Records: [record, record] }))).toEqual([]);
      expect(failuresOf(await users.wake({ Records: [record] }))).toEqual([]);
      expect((await rowsOf(users.deps, owner.workspaceId)).map(({ link }) => link)).toMatchObject([
        {
          sequence: 1,
          id: 'evt_01KATJ9V5H8Q3M4N5P6R7S8T9V',
          eventType: type,
          entityId: 'some-entity',
          entityVersion: 3,
          actor: { type: 'person', id: owner.personId },
          occurredAt: '2026-11-22T09:00:00.000Z',
          correlationId: 'request-7',
          data: dataOf(type),
        },
      ]);
    },
  );

  test('is subscribed to from every context', () => {
    expect([...new Set(listensTo.map(({ source }) => source))].sort()).toEqual([
      'accounts',
      'analytics',
      'campaigns',
      'platform',
      'posts',
      'users',
    ]);
  });
});

test.each<[string, EventDefinition, object, string, RegExp]>([
  [
    'a new authenticator, which they have to remove before they sign out',
    UserMfaChanged,
    { hasMfa: true },
    'An authenticator was added to your account',
    /^If it was not you, do not sign out: remove the authenticator first, .*\n\nIf you cannot sign in any more, reset your password by email\. .*does not remove the authenticator\. Ask an owner of your workspace .* verified your identity\.$/m,
  ],
  [
    'a removed one',
    UserMfaChanged,
    { hasMfa: false },
    'The authenticator was removed from your account',
    /^If it was not you, change your password now, sign out everywhere, and tell an owner of your workspace\.$/m,
  ],
  [
    'a new password, which whoever did not choose it does not know',
    UserPasswordChanged,
    {},
    'Your password was changed',
    /^If it was not you, reset your password by email now; this also signs you out everywhere\. Then tell an owner of your workspace\.$/m,
  ],
])('a person is mailed about %s', async (_, definition, data, what, said) => {
  const users = harness();
  const { workspaceId, personId } = await users.ada();
  const event = { ...eventOf(definition), workspaceId, entityId: personId, data };
  expect(failuresOf(await users.wake({ Records: [delivery(definition, event)] }))).toEqual([]);
  const { items } = await users.deps.mails.list(workspaceId, undefined, { limit: 10, scope: {} });
  const mails = items.filter(({ kind }) => kind === 'sign_in_changed');
  expect(mails).toMatchObject([{ to: ada.email, status: 'waiting', data: { what, at: '2026-11-22 09:00 UTC' } }]);
  const { text } = renderMail(mails[0] ?? { kind: 'sign_up', data: {} }, {
    publicUrl: 'https://pages.example',
    token: 't',
  });
  expect(text).toMatch(said);
  expect(text).toContain('Time: 2026-11-22 09:00 UTC');
});

test('two events of the same instant are both recorded', async () => {
  const users = harness();
  const [definition] = listensTo;
  if (!definition) throw new Error('nothing is listened to');
  const other = eventOf(definition, 'evt_01KATJ9V5H8Q3M4N5P6R7S8T9W');
  await users.wake({ Records: [delivery(definition, eventOf(definition)), delivery(definition, other)] });
  expect(await rowsOf(users.deps, owner.workspaceId)).toHaveLength(2);
});

test('a malformed event fails alone and is not recorded', async () => {
  const users = harness();
  const [definition] = listensTo;
  if (!definition) throw new Error('nothing is listened to');
  const bad = delivery(definition, { correlationId: 'request-8' }, 'bad');
  const answer = await users.wake({ Records: [bad, delivery(definition, eventOf(definition), 'good')] });
  expect(failuresOf(answer)).toEqual(['bad']);
  expect(await rowsOf(users.deps, owner.workspaceId)).toHaveLength(1);
});
