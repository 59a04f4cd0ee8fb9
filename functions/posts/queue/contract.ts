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

const QueueView = Queue.omit({ workspaceId: true, correlationId: true, changedBy: true }).meta({ id: 'QueueView' });

/** One slot for each hour of a week. */
const mostSlots = 168;

const Slots = z
  .array(QueueSlot)
  .max(mostSlots)
  .superRefine((slots, check) => {
    const seen = new Set<string>();
    slots.forEach(({ weekday, time }, place) => {
      const slot = `${weekday} ${time}`;
      if (seen.has(slot)) check.addIssue({ code: 'custom', path: [place], message: 'stands there twice' });
      seen.add(slot);
    });
  });

export const setQueue = operation({
  id: 'setQueue',
  method: 'PUT',
  path: '/v1/queues/{accountId}',
  summary: 'Set the times of the week at which an account publishes what is queued',
  description: 'What is scheduled already keeps its time. An empty list takes nothing more.',
  access: 'posts:schedule',
  request: { path: onAccount, body: z.strictObject({ timeZone: TimeZone, slots: Slots }) },
  response: QueueView,
  errors: { invalid: ['invalid_time_zone'], 'not-found': ['account_not_found'], conflict: ['changed_meanwhile'] },
  etag: true,
  ifMatch: 'optional',
});

export const getQueue = operation({
  id: 'getQueue',
  method: 'GET',
  path: '/v1/queues/{accountId}',
  summary: 'Read the times of the week at which an account publishes what is queued',
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
  summary: 'Schedule a post at the next free slot of its account',
  description:
    'A slot is free while no other post of the account is scheduled then. Times skipped by daylight saving move forward; ' +
    'of ambiguous times the earlier one is used.',
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
