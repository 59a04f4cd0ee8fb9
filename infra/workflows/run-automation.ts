import { tasks as analytics } from '#functions/analytics/contract.ts';
import { tasks as campaigns } from '#functions/campaigns/contract.ts';
import { tasks as platform } from '#functions/platform/contract.ts';
import { tasks as posts } from '#functions/posts/contract.ts';
import { tasks as users } from '#functions/users/contract.ts';
import { contextTask, orElse, type State, type StateMachineDefinition } from './task.ts';

type Functions = Readonly<Record<'analytics' | 'campaigns' | 'platform' | 'posts' | 'users', string>>;

/** The contexts that carry out steps, each by one task. */
const actors = {
  Posts: { context: 'posts', task: posts.actForAutomation },
  Users: { context: 'users', task: users.notifyForAutomation },
  Platform: { context: 'platform', task: platform.callForAutomation },
  Campaigns: { context: 'campaigns', task: campaigns.actForAutomation },
  Analytics: { context: 'analytics', task: analytics.readForAutomation },
} as const;

const met = (outcome: 'begun' | 'awake' | 'fault', Next: string): State => ({
  Type: 'Pass',
  Result: { outcome },
  ResultPath: '$.met',
  Next,
});

/**
 * Carries out one run of an automation, started by `automation.triggered` with its detail. Campaigns decides each next
 * step, and the context that it concerns carries it out. The execution carries ids and the values of one step.
 */
export const runAutomation = (functions: Functions): StateMachineDefinition => {
  const advance = (metStep: Record<string, unknown>): State =>
    contextTask({
      handler: functions.campaigns,
      task: campaigns.advanceAutomation,
      input: { 'workspaceId.$': '$.workspaceId', 'runId.$': '$.entityId', 'met.$': '$.met', ...metStep },
      resultPath: '$.next',
    });
  return {
    Comment: 'Carries out one run of an automation',
    StartAt: 'Begun',
    States: {
      Begun: met('begun', 'Begin'),
      Begin: { ...advance({ metStep: null }), Next: 'WhatIsNext' },
      WhatIsNext: {
        Type: 'Choice',
        Choices: [
          { Variable: '$.next.outcome', StringEquals: 'wait', Next: 'Wait' },
          ...Object.entries(actors).map(([name, { context }]) => ({
            Variable: '$.next.outcome',
            StringEquals: context,
            Next: `ActIn${name}`,
          })),
        ],
        Default: 'Ended',
      },
      Wait: { Type: 'Wait', TimestampPath: '$.next.until', Next: 'Awake' },
      Awake: met('awake', 'Begin'),
      ...Object.fromEntries(
        Object.entries(actors).map(([name, { context, task }]) => [
          `ActIn${name}`,
          {
            ...orElse(
              contextTask({
                handler: functions[context],
                task,
                input: { 'order.$': '$.next.order', 'step.$': '$.next.step' },
                resultPath: '$.met',
              }),
              'Fault',
            ),
            Next: 'Advance',
          },
        ]),
      ),
      Fault: met('fault', 'Advance'),
      Advance: { ...advance({ 'metStep.$': '$.next.order.step' }), Next: 'WhatIsNext' },
      Ended: { Type: 'Succeed' },
    },
  };
};
