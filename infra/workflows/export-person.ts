import { tasks as accounts } from '#functions/accounts/contract.ts';
import { tasks as campaigns } from '#functions/campaigns/contract.ts';
import { tasks as posts } from '#functions/posts/contract.ts';
import { tasks as users } from '#functions/users/contract.ts';
import { contextTask, type State, type StateMachineDefinition } from './task.ts';

type Contexts = 'users' | 'posts' | 'accounts' | 'campaigns';

const tasks: Readonly<Record<Contexts, string>> = {
  users: users.sharePerson,
  posts: posts.sharePerson,
  accounts: accounts.sharePerson,
  campaigns: campaigns.sharePerson,
};
const order = ['users', 'posts', 'accounts', 'campaigns'] as const;

/** One context looks through a workspace, step by step: each writes what it found to a file and says how far it is. */
const looking = (context: Contexts, handler: string, next: string): Record<string, State> => ({
  [`Begin ${context}`]: {
    Type: 'Pass',
    Result: { kind: 0, cursor: null, parts: 0, isMore: true },
    ResultPath: `$.${context}`,
    Next: `Look through ${context}`,
  },
  [`Look through ${context}`]: {
    ...contextTask({
      handler,
      task: tasks[context],
      input: {
        'workspaceId.$': '$.workspaceId',
        'personId.$': '$.personId',
        'exportId.$': '$.exportId',
        'progress.$': `$.${context}`,
      },
      resultPath: `$.${context}`,
    }),
    Next: `Is there more of ${context}`,
  },
  [`Is there more of ${context}`]: {
    Type: 'Choice',
    Choices: [{ Variable: `$.${context}.isMore`, BooleanEquals: true, Next: `Look through ${context}` }],
    Default: next,
  },
});

/**
 * Gathers all that is kept of a person from every context and workspace into one archive. The executions carry ids and
 * counts alone: whatever is of the person goes into the bucket, which forgets it.
 */
export const exportPerson = (functions: Readonly<Record<Contexts, string>>): StateMachineDefinition => {
  const ofExport = {
    'workspaceId.$': '$.workspaceId',
    'personId.$': '$.data.personId',
    'exportId.$': '$.entityId',
  };
  const giveUp = { Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: null, Next: 'GiveUp' }] };
  const after = (index: number): string => {
    const next = order[index + 1];
    return next === undefined ? 'Looked' : `Begin ${next}`;
  };
  return {
    Comment: 'Writes all that is kept of a person to an archive',
    StartAt: 'FindWorkspaces',
    States: {
      FindWorkspaces: {
        ...contextTask({
          handler: functions.users,
          task: users.beginPersonExport,
          input: ofExport,
          resultPath: '$.found',
        }),
        ...giveUp,
        Next: 'EachWorkspace',
      },
      EachWorkspace: {
        Type: 'Map',
        ItemsPath: '$.found.workspaces',
        MaxConcurrency: 3,
        ItemProcessor: {
          ProcessorConfig: { Mode: 'INLINE' },
          StartAt: `Begin ${order[0]}`,
          States: {
            ...Object.fromEntries(
              order.flatMap((each, index) => Object.entries(looking(each, functions[each], after(index)))),
            ),
            Looked: {
              Type: 'Pass',
              Parameters: {
                'workspaceId.$': '$.workspaceId',
                ...Object.fromEntries(order.map((each) => [each, { 'parts.$': `$.${each}.parts` }])),
              },
              End: true,
            },
          },
        },
        ResultPath: '$.shares',
        ...giveUp,
        Next: 'Begin',
      },
      Begin: { Type: 'Pass', Result: { isMore: true, upload: null }, ResultPath: '$.written', Next: 'WritePart' },
      WritePart: {
        ...contextTask({
          handler: functions.users,
          task: users.archivePerson,
          input: { ...ofExport, 'shares.$': '$.shares', 'upload.$': '$.written.upload' },
          resultPath: '$.written',
        }),
        ...giveUp,
        Next: 'IsMore',
      },
      IsMore: {
        Type: 'Choice',
        Choices: [{ Variable: '$.written.isMore', BooleanEquals: true, Next: 'WritePart' }],
        Default: 'Done',
      },
      GiveUp: {
        ...contextTask({ handler: functions.users, task: users.giveUpPersonExport, input: ofExport, resultPath: null }),
        Next: 'Failed',
      },
      Failed: { Type: 'Fail', Error: 'ExportFailed', Cause: 'The archive could not be written; the export says so.' },
      Done: { Type: 'Succeed' },
    },
  };
};
