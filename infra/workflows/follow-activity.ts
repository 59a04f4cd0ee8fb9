import { tasks } from '#functions/accounts/contract.ts';
import { contextTask, ownCorrelationId, type StateMachineDefinition } from './task.ts';
import { untilDone } from './until-done.ts';

/** Keeps the webhook at X valid, then its subscriptions in line with the connected accounts, some at a time. */
export const followActivity = (functions: { accounts: string }): StateMachineDefinition => {
  const handler = functions.accounts;
  const correlationId = ownCorrelationId;
  return {
    Comment: 'Keeps X reporting what happens to the connected accounts',
    StartAt: 'KeepWebhook',
    States: {
      KeepWebhook: {
        ...contextTask({ handler, task: tasks.keepWebhook, input: {}, resultPath: '$.webhook', correlationId }),
        Next: 'IsWebhookValid',
      },
      IsWebhookValid: {
        Type: 'Choice',
        Choices: [{ Variable: '$.webhook.outcome', StringEquals: 'valid', Next: 'BeginKeepSubscriptions' }],
        // The next run tries again.
        Default: 'Done',
      },
      ...untilDone({
        name: 'KeepSubscriptions',
        begin: { skipped: 0 },
        step: {
          handler,
          task: tasks.keepSubscriptions,
          input: { 'webhookId.$': '$.webhook.webhookId', 'skipped.$': '$.progress.skipped' },
          resultPath: '$.progress',
          correlationId,
        },
        next: 'Done',
      }),
      Done: { Type: 'Succeed' },
    },
  };
};
