import { tasks } from '#functions/accounts/contract.ts';
import { contextTask, type State, type StateMachineDefinition } from './task.ts';

/**
 * Looks after the connected accounts: seals tokens anew that lie under an older key of the vault, then asks X about each
 * account that is due. One account's trouble keeps no other from being asked about.
 */
export const tendAccounts = (functions: { accounts: string }): StateMachineDefinition => {
  // A look begins with itself: its execution's name is the correlation id.
  const correlationId = '$$.Execution.Name';
  const step = (task: string, input: Record<string, unknown>, resultPath: string | null): State =>
    contextTask({ handler: functions.accounts, task, input, resultPath, correlationId });
  /** Goes on to the next page while there is one. */
  const whileMore = (page: string, again: string, otherwise: string): State => ({
    Type: 'Choice',
    Choices: [{ Variable: `${page}.next`, IsNull: false, Next: again }],
    Default: otherwise,
  });
  return {
    Comment: "Seals tokens under the vault's current key and asks X about each account once a day",
    StartAt: 'Begin',
    States: {
      Begin: { Type: 'Pass', Result: { vault: { next: null }, due: { next: 0 } }, Next: 'Reencrypt' },
      Reencrypt: {
        ...step(tasks.reencrypt, { 'next.$': '$.vault.next' }, '$.vault'),
        // What cannot be sealed anew today is found tomorrow.
        Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: null, Next: 'DueProbes' }],
        Next: 'IsMoreToSeal',
      },
      IsMoreToSeal: whileMore('$.vault', 'Reencrypt', 'DueProbes'),
      DueProbes: { ...step(tasks.dueProbes, { 'shard.$': '$.due.next' }, '$.due'), Next: 'EachAccount' },
      EachAccount: {
        Type: 'Map',
        ItemsPath: '$.due.accounts',
        MaxConcurrency: 5,
        ItemProcessor: {
          ProcessorConfig: { Mode: 'INLINE' },
          StartAt: 'Probe',
          States: {
            Probe: {
              ...step(tasks.probe, { 'workspaceId.$': '$.workspaceId', 'accountId.$': '$.accountId' }, null),
              Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: null, Next: 'LeftForItsNextTurn' }],
              End: true,
            },
            LeftForItsNextTurn: { Type: 'Pass', End: true },
          },
        },
        ResultPath: null,
        Next: 'AreMoreDue',
      },
      AreMoreDue: whileMore('$.due', 'DueProbes', 'Done'),
      Done: { Type: 'Succeed' },
    },
  };
};
