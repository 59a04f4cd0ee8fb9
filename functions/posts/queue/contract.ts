import * as z from 'zod';
import { capability } from '#shared/http/operation.ts';
import { AccountId } from '#shared/ids.ts';
import { TimeZone } from '#shared/time.ts';
import { notOpen, notReady, type PostErrors } from '../domain/error-codes.ts';
import { Queue, QueueSlot } from '../domain/queue.ts';
import { onPost, PostView } from '../views.ts';

const operation = capability<PostErrors>({
  name: 'Queue',
  group: 'Publishing',
  description: 'Set the weekly time slots of an account, and queue posts for the next free one.',
});

const onAccount = z.strictObject({ accountId: AccountId });

const QueueView = Queue.omit({ workspaceId: true, correlationId: true, chain: true, changedBy: true }).meta({
  id: 'QueueView',
});

/** One slot for each hour of a week. */
const maxSlots = 168;

const Slots = z
  .array(QueueSlot)
  .max(maxSlots)
  .superRefine((slots, check) => {
    const seen = new Set<string>();
    slots.forEach(({ weekday, time }, place) => {
      const slot = `${weekday} ${time}`;
      if (seen.has(slot)) check.addIssue({ code: 'custom', path: [place], message: 'is duplicated' });
      seen.add(slot);
    });
  });

export const setQueue = operation({
  id: 'setQueue',
  method: 'PUT',
  path: '/v1/queues/{accountId}',
  summary: "Set the weekly slots of an account's queue",
  description:
    'Replaces all slots. Posts that are already scheduled keep their time. With an empty list, no post can be queued.',
  access: 'posts:schedule',
  request: {
    path: onAccount,
    body: z.strictObject({
      timeZone: TimeZone,
      slots: Slots.meta({ description: `Slots of the week, each once; at most ${maxSlots}` }),
    }),
  },
  response: QueueView,
  errors: { invalid: ['invalid_time_zone'], 'not-found': ['account_not_found'], conflict: ['changed_meanwhile'] },
  etag: true,
  ifMatch: 'optional',
});

export const getQueue = operation({
  id: 'getQueue',
  method: 'GET',
  path: '/v1/queues/{accountId}',
  summary: "Get the weekly slots of an account's queue",
  access: 'posts:read',
  request: { path: onAccount },
  response: QueueView,
  errors: { 'not-found': ['account_not_found', 'queue_not_found'] },
  etag: true,
});

export const queuePost = operation({
  id: 'queuePost',
  method: 'POST',
  path: '/v1/posts/{postId}/queue',
  summary: "Schedule a post in the next free slot of its account's queue",
  description:
    'A slot is free if no other post of the account has its time; slots of the next 300 days are tried. Times skipped by ' +
    'daylight saving move forward; for repeated times the earlier one is used.',
  access: 'posts:schedule',
  request: { path: onPost },
  response: PostView,
  status: 200,
  errors: {
    'not-found': ['post_not_found', 'account_not_found'],
    conflict: ['post_scheduled', ...notOpen, 'queue_empty', 'queue_full', 'approval_required', 'changed_meanwhile'],
    unprocessable: [...notReady, 'item_too_large'],
  },
  etag: true,
  ifMatch: 'optional',
});

export const operations = [setQueue, getQueue, queuePost] as const;
