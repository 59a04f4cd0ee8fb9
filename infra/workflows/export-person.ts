import { tasks as accounts } from '#functions/accounts/contract.ts';
import { tasks as analytics } from '#functions/analytics/contract.ts';
import { tasks as campaigns } from '#functions/campaigns/contract.ts';
import { tasks as platform } from '#functions/platform/contract.ts';
import { tasks as posts } from '#functions/posts/contract.ts';
import { tasks as users } from '#functions/users/contract.ts';
import { contextTask, orElse, type State, type StateMachineDefinition } from './task.ts';
import { givingUp, untilDone } from './until-done.ts';

type Functions = Readonly<Record<'users' | 'posts' | 'accounts' | 'campaigns' | 'analytics' | 'platform', string>>;

/** Contexts with personal data, in the order in which they search a workspace. */
const sections = [
  { context: 'users', name: 'ExportUsers', task: users.sharePerson },
  { context: 'posts', name: 'ExportPosts', task: posts.sharePerson },
  { context: 'accounts', name: 'ExportAccounts', task: accounts.sharePerson },
  { context: 'campaigns', name: 'ExportCampaigns', task: campaigns.sharePerson },
  { context: 'analytics', name: 'ExportAnalytics', task: analytics.sharePerson },
  { context: 'platform', name: 'ExportPlatform', task: platform.sharePerson },
] as const;

/** Has each context write the person's data to files, and count the files. */
const exportSections = (functions: Functions, last: string): Record<string, State> => {
  const states = sections.map(({ context, name, task }, index) => {
    const following = sections[index + 1];
    return untilDone({
      name,
      begin: { kind: 0, cursor: null, parts: 0, isMore: true },
      step: {
        handler: functions[context],
        task,
        input: {
          'workspaceId.$': '$.workspaceId',
          'personId.$': '$.personId',
          'exportId.$': '$.exportId',
          'progress.$': `$.${context}`,
        },
        resultPath: `$.${context}`,
      },
      next: following ? `Begin${following.name}` : last,
    });
  });
  return Object.fromEntries(states.flatMap((each) => Object.entries(each)));
};

/**
 * Collects the data stored about a person, from every context and workspace, in one archive. Executions carry only ids
 * and counts; personal data goes only into the bucket, where it expires.
 */
export const exportPerson = (functions: Functions): StateMachineDefinition => {
  const handler = functions.users;
  const onExport = {
    'workspaceId.$': '$.workspaceId',
    'personId.$': '$.data.personId',
    'exportId.$': '$.entityId',
  };
  const begin = contextTask({ handler, task: users.beginPersonExport, input: onExport, resultPath: '$.found' });
  const eachWorkspace: State = {
    Type: 'Map',
    ItemsPath: '$.found.workspaces',
    MaxConcurrency: 3,
    ItemProcessor: {
      ProcessorConfig: { Mode: 'INLINE' },
      StartAt: `Begin${sections[0].name}`,
      States: {
        ...exportSections(functions, 'Exported'),
        Exported: {
          Type: 'Pass',
          Parameters: {
            'workspaceId.$': '$.workspaceId',
            ...Object.fromEntries(sections.map(({ context }) => [context, { 'parts.$': `$.${context}.parts` }])),
          },
          End: true,
        },
      },
    },
    ResultPath: '$.shares',
  };
  return {
    Comment: 'Writes the data stored about a person to an archive',
    StartAt: 'FindWorkspaces',
    States: {
      FindWorkspaces: { ...orElse(begin, 'GiveUp'), Next: 'EachWorkspace' },
      EachWorkspace: { ...orElse(eachWorkspace, 'GiveUp'), Next: 'BeginWritePart' },
      ...untilDone({
        name: 'WritePart',
        begin: { upload: null },
        step: {
          handler,
          task: users.archivePerson,
          input: { ...onExport, 'shares.$': '$.shares', 'upload.$': '$.written.upload' },
          resultPath: '$.written',
        },
        giveUp: 'GiveUp',
        next: 'Done',
      }),
      ...givingUp({
        step: { handler, task: users.giveUpPersonExport, input: onExport },
        error: 'ExportFailed',
        cause: 'The archive could not be written; the export says so.',
      }),
      Done: { Type: 'Succeed' },
    },
  };
};
