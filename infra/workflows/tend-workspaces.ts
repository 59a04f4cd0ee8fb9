import { tasks as accounts } from '#functions/accounts/contract.ts';
import { tasks as analytics } from '#functions/analytics/contract.ts';
import { tasks as campaigns } from '#functions/campaigns/contract.ts';
import { tasks as posts } from '#functions/posts/contract.ts';
import { tasks as users } from '#functions/users/contract.ts';
import { contextTask, type State, type StateMachineDefinition } from './task.ts';

type Functions = Readonly<Record<'users' | 'posts' | 'accounts' | 'campaigns' | 'analytics', string>>;

// A look begins with itself: its execution's name is the correlation id.
const correlationId = '$$.Execution.Name';

/**
 * Deletes the workspaces whose time of grace is over, step by step: people and machines first, so that nobody writes
 * anything new, then each context's share. What tokens and signed links that were given out before, and events that were
 * under way, bring in after that is erased `settleSeconds` later, and then the workspace is closed. One that cannot be
 * deleted now keeps no other from it, and the next look goes on where this one stopped.
 */
export const tendWorkspaces = (functions: Functions, settleSeconds: number): StateMachineDefinition => ({
  Comment: 'Deletes workspaces whose deletion is due',
  StartAt: 'FindDue',
  States: {
    FindDue: {
      ...contextTask({
        handler: functions.users,
        task: users.dueWorkspaces,
        input: {},
        resultPath: '$.found',
        correlationId,
      }),
      Next: 'EachWorkspace',
    },
    EachWorkspace: {
      Type: 'Map',
      ItemsPath: '$.found.workspaces',
      MaxConcurrency: 5,
      ItemProcessor: {
        ProcessorConfig: { Mode: 'INLINE' },
        StartAt: 'Erase',
        States: {
          Erase: ofWorkspace(functions.users, users.eraseWorkspace, 'IsThereMore'),
          IsThereMore: {
            Type: 'Choice',
            Choices: [
              { Variable: '$.step.outcome', StringEquals: 'more', Next: 'Erase' },
              { Variable: '$.step.outcome', StringEquals: 'erased', Next: 'ErasePosts' },
            ],
            Default: 'Erased',
          },
          ...round(functions, '', 'Settle'),
          Settle: { Type: 'Wait', Seconds: settleSeconds, Next: 'ErasePostsAgain' },
          ...round(functions, 'Again', 'Close'),
          Close: ofWorkspace(functions.users, users.closeWorkspace, 'Erased'),
          Erased: { Type: 'Pass', End: true },
          LeftForTheNextLook: { Type: 'Pass', End: true },
        },
      },
      ResultPath: null,
      End: true,
    },
  },
});

const ofWorkspace = (handler: string, task: string, next: string): State => ({
  ...contextTask({
    handler,
    task,
    input: { 'workspaceId.$': '$.workspaceId' },
    resultPath: '$.step',
    correlationId,
  }),
  Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: null, Next: 'LeftForTheNextLook' }],
  Next: next,
});

/** Has each context erase its share, one after the other: posts first, so that nothing goes out any more. */
const round = (functions: Functions, again: string, next: string): Record<string, State> => {
  const steps = [
    { name: 'Posts', handler: functions.posts, task: posts.eraseWorkspace },
    { name: 'Accounts', handler: functions.accounts, task: accounts.eraseWorkspace },
    { name: 'Campaigns', handler: functions.campaigns, task: campaigns.eraseWorkspace },
    { name: 'Analytics', handler: functions.analytics, task: analytics.eraseWorkspace },
  ];
  return Object.fromEntries(
    steps.flatMap(({ name, handler, task }, place) => {
      const [erase, look] = [`Erase${name}${again}`, `Are${name}Erased${again}`];
      const following = steps[place + 1];
      const Choices = [{ Variable: '$.step.outcome', StringEquals: 'more', Next: erase }];
      const Default = following ? `Erase${following.name}${again}` : next;
      return [
        [erase, ofWorkspace(handler, task, look)],
        [look, { Type: 'Choice', Choices, Default }],
      ];
    }),
  );
};
