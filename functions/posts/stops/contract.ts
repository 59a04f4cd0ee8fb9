import * as z from 'zod';
import { capability } from '#shared/http/operation.ts';
import { AccountId, PostId } from '#shared/ids.ts';
import { Instant } from '#shared/time.ts';
import type { PostErrors } from '../domain/error-codes.ts';
import { ResumePolicy, Stop, StopReason } from '../domain/stops.ts';

const operation = capability<PostErrors>({
  name: 'Stops',
  group: 'Publishing',
  description: 'Stop publishing at once, for one account or the whole workspace, and resume it.',
});

/** Maximum number of posts that a resumption lists, and that it counts as still ahead. */
export const mostListed = 100;
export const mostAhead = 1_000;

const aReason = 'The prices are wrong.';

const onAccount = z.strictObject({ accountId: AccountId });

const StopView = z
  .object({
    by: Stop.shape.by,
    at: Stop.shape.at,
    reason: z.string().meta({ description: 'Why publishing was stopped', examples: [aReason] }),
    accountId: AccountId.nullable().meta({ description: 'Account that is stopped; null: the whole workspace' }),
  })
  .meta({ id: 'StopView', description: 'A stop that is in force: who stopped publishing, when and why' });

const Held = z
  .int()
  .min(0)
  .meta({ description: 'Number of posts held by stops now', examples: [3] });

const StopResult = z
  .object({
    stop: StopView,
    wentOut: z
      .int()
      .min(0)
      .meta({
        description: 'Number of posts that were being sent and were still published',
        examples: [1],
      }),
    held: Held,
  })
  .meta({ id: 'StopResult' });

const Becomes = z.enum(['publish', 'missed', 'ask', 'still_stopped']).meta({
  description:
    '`publish`: published at once; `missed`: no longer published; `ask`: held until a person decides; ' +
    '`still_stopped`: held by another stop',
});

const ResumeResult = z
  .object({
    isPreview: z.boolean().meta({ description: 'Whether this is only a preview: nothing was changed' }),
    publish: z
      .int()
      .min(0)
      .meta({ description: 'Number of held posts that are published at once', examples: [2] }),
    missed: z
      .int()
      .min(0)
      .meta({ description: 'Number of held posts that become `missed` and are not published', examples: [1] }),
    ask: z
      .int()
      .min(0)
      .meta({ description: 'Number of held posts that stay held until a person decides', examples: [0] }),
    stillStopped: z
      .int()
      .min(0)
      .meta({ description: 'Number of held posts that another stop still holds', examples: [0] }),
    ahead: z
      .int()
      .min(0)
      .meta({
        description: `Number of scheduled posts whose time is still to come, counted up to ${mostAhead}`,
        examples: [12],
      }),
    posts: z
      .array(z.object({ postId: PostId, accountId: AccountId, dueAt: Instant, becomes: Becomes }))
      .max(mostListed)
      .meta({ description: `The held posts, longest overdue first; at most ${mostListed}` }),
  })
  .meta({ id: 'ResumeResult' });

const StopsView = z
  .object({
    workspace: StopView.nullable().meta({ description: 'Stop of the whole workspace; null: none' }),
    accounts: z.array(StopView).meta({ description: 'Stops of individual accounts' }),
    held: Held,
  })
  .meta({ id: 'StopsView' });

const toStop = z.strictObject({
  reason: StopReason.meta({ description: 'Why; shown with each held post', examples: [aReason] }),
});

const toResume = z.strictObject({
  policy: ResumePolicy,
  preview: z
    .boolean()
    .default(false)
    .meta({ description: 'Only shows what would happen to the held posts; publishing stays stopped' }),
});

const howStopped =
  'Responds only once no further post or repost can be published: calls to X that had begun have ended by then. ' +
  'Posts that come due are `held` until publishing is resumed. Drafting, approving, scheduling, and deleting posts on X ' +
  'stay possible. The stop is in force at once; if a call to X is still open after 20 seconds, the response is 503 with ' +
  '`stop_not_settled`: repeat the request. If publishing is already stopped, the existing stop remains in force and is ' +
  'returned.';

const howResumed =
  'Held posts are published at once, become `missed`, or wait for a person, according to `policy`, which overrides ' +
  'their own `missedPolicy`. A thread that is partly published always continues. Use `preview` first.';

const stopErrors = { conflict: ['changed_meanwhile'], unavailable: ['stop_not_settled'] } as const;

export const stopWorkspace = operation({
  id: 'stopWorkspace',
  method: 'POST',
  path: '/v1/workspace/stop',
  summary: 'Stop publishing for the whole workspace',
  description:
    `${howStopped} While the whole workspace is stopped, webhook deliveries fail and automations cannot call webhooks; ` +
    'replay the failed deliveries after resuming.',
  access: 'posts:schedule',
  request: { body: toStop },
  response: StopResult,
  status: 200,
  errors: stopErrors,
});

export const resumeWorkspace = operation({
  id: 'resumeWorkspace',
  method: 'POST',
  path: '/v1/workspace/resume',
  summary: 'Resume publishing for the whole workspace',
  description: `${howResumed} Accounts that were stopped individually stay stopped.`,
  access: 'posts:schedule',
  request: { body: toResume },
  response: ResumeResult,
  status: 200,
  errors: { conflict: ['changed_meanwhile'] },
});

export const stopAccount = operation({
  id: 'stopAccount',
  method: 'POST',
  path: '/v1/accounts/{accountId}/stop',
  summary: 'Stop publishing for one account',
  description: howStopped,
  access: 'posts:schedule',
  request: { path: onAccount, body: toStop },
  response: StopResult,
  status: 200,
  errors: { ...stopErrors, 'not-found': ['account_not_found'] },
});

export const resumeAccount = operation({
  id: 'resumeAccount',
  method: 'POST',
  path: '/v1/accounts/{accountId}/resume',
  summary: 'Resume publishing for one account',
  description: `${howResumed} A stop of the whole workspace remains in force.`,
  access: 'posts:schedule',
  request: { path: onAccount, body: toResume },
  response: ResumeResult,
  status: 200,
  errors: { 'not-found': ['account_not_found'], conflict: ['changed_meanwhile'] },
});

export const getStops = operation({
  id: 'getStops',
  method: 'GET',
  path: '/v1/workspace/stops',
  summary: 'Get the stops in force, with their time and reason',
  access: 'posts:read',
  response: StopsView,
});

export const operations = [stopWorkspace, resumeWorkspace, stopAccount, resumeAccount, getStops] as const;
