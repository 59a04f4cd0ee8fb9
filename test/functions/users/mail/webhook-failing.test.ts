import { expect, test } from 'vitest';
import { WebhookDisabled, WebhookFailing } from '#events/platform.ts';
import { anEvent } from '#test/support/context-harness.ts';
import { ada } from '../harness.ts';
import { team } from '../team-harness.ts';

const webhookId = 'whk_01KATJ9V5H8Q3M4N5P6R7S8T9V';
const host = 'hooks.example.com';

/** Ada's workspace with an admin, and a webhook in it. */
const office = async () => {
  const scene = await team();
  const { users, owner } = scene;
  await scene.member('eve', 'admin');
  return {
    happen: async (definition: typeof WebhookFailing | typeof WebhookDisabled, data: object) => {
      const event = anEvent(definition, webhookId, 2, data, users.clock.now().toISOString());
      await users.deliver({ ...event, detail: { ...event.detail, workspaceId: owner.workspaceId } });
    },
    mailed: (to = ada.email) => users.mailsTo(to).filter(({ kind }) => kind === 'webhook_failing'),
  };
};

test('only owners are mailed about a failing webhook', async () => {
  const { happen, mailed } = await office();
  await happen(WebhookFailing, { host, failingSince: '2026-11-21T09:00:00.000Z' });
  expect(mailed('eve@example.com')).toEqual([]);
  expect(mailed()).toMatchObject([
    {
      data: {
        ...{
          topic: 'A webhook is failing',
          host,
          webhookId,
          failingSince: '2026-11-21 09:00 UTC',
          workspaceName: 'Engines',
        },
        deliveries: expect.stringMatching(
          new RegExp(`^API request GET https://.*/v1/webhooks/${webhookId}/deliveries$`),
        ) as string,
      },
    },
  ]);
});

test.each([
  ['failing', ['A webhook was disabled']],
  ['gone', ['A webhook was disabled']],
  // Its owners did it themselves.
  ['requested', []],
])('owners are mailed about a disabled webhook, unless that was requested: %s', async (cause, topics) => {
  const { happen, mailed } = await office();
  await happen(WebhookDisabled, { host, cause });
  expect(mailed().map(({ data }) => data.topic)).toEqual(topics);
});
