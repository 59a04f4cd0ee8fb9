import { tasks as accounts } from '#functions/accounts/contract.ts';
import { tasks as analytics } from '#functions/analytics/contract.ts';
import { tasks as campaigns } from '#functions/campaigns/contract.ts';
import { tasks as platform } from '#functions/platform/contract.ts';
import { tasks as posts } from '#functions/posts/contract.ts';
import { tasks as users } from '#functions/users/contract.ts';
import { contextTask, orElse, ownCorrelationId, type State, type StateMachineDefinition } from './task.ts';
import { untilDone } from './until-done.ts';

type Functions = Readonly<Record<'users' | 'posts' | 'accounts' | 'campaigns' | 'analytics' | 'platform', string>>;

const correlationId = ownCorrelationId;
const giveUp = 'LeftForTheNextRun';

/**
 * Deletes workspaces whose grace period has ended, step by step: people and machines first, so that nothing new is
 * written, then each context's data. After `settleSeconds` it erases what late events, earlier tokens and signed links
 * have since added, and then closes the workspace. A workspace that cannot be deleted now does not block the others,
 * and the next run continues where this one stopped.
 */
export const deleteDueWorkspaces = (functions: Functions, settleSeconds: number): StateMachineDefinition => ({
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
        StartAt: 'EraseUsers',
        States: {
          ...untilDone({
            name: 'EraseUsers',
            step: onWorkspace(functions.users, users.eraseWorkspace),
            more: 'outcome',
            on: { erased: 'ErasePosts' },
            giveUp,
            next: 'Done',
          }),
          ...eraseShares(functions, '', 'Settle'),
          Settle: { Type: 'Wait', Seconds: settleSeconds, Next: 'EraseUsersAgain' },
          ...untilDone({
            name: 'EraseUsersAgain',
            step: onWorkspace(functions.users, users.eraseWorkspace),
            more: 'outcome',
            giveUp,
            next: 'ErasePostsAgain',
          }),
          ...eraseShares(functions, 'Again', 'Close'),
          Close: { ...orElse(contextTask(onWorkspace(functions.users, users.closeWorkspace)), giveUp), Next: 'Done' },
          Done: { Type: 'Pass', End: true },
          [giveUp]: { Type: 'Pass', End: true },
        },
      },
      ResultPath: null,
      End: true,
    },
  },
});

const onWorkspace = (handler: string, task: string) => ({
  handler,
  task,
  input: { 'workspaceId.$': '$.workspaceId' },
  resultPath: '$.step',
  correlationId,
});

/** Has each context erase its data, one after another: posts first, so that nothing is published any more. */
const eraseShares = (functions: Functions, again: string, last: string): Record<string, State> => {
  const shares = [
    { name: `ErasePosts${again}`, step: onWorkspace(functions.posts, posts.eraseWorkspace) },
    { name: `EraseAccounts${again}`, step: onWorkspace(functions.accounts, accounts.eraseWorkspace) },
    { name: `EraseCampaigns${again}`, step: onWorkspace(functions.campaigns, campaigns.eraseWorkspace) },
    { name: `EraseAnalytics${again}`, step: onWorkspace(functions.analytics, analytics.eraseWorkspace) },
    { name: `ErasePlatform${again}`, step: onWorkspace(functions.platform, platform.eraseWorkspace) },
  ];
  const states = shares.map(({ name, step }, index) =>
    untilDone({ name, step, more: 'outcome', giveUp, next: shares[index + 1]?.name ?? last }),
  );
  return Object.fromEntries(states.flatMap((each) => Object.entries(each)));
};
