import { tasks } from '#functions/accounts/contract.ts';
import { contextTask, orElse, ownCorrelationId, type StateMachineDefinition } from './task.ts';
import { untilDone } from './until-done.ts';

/**
 * Refreshes the connected accounts: re-encrypts tokens under an older key of the vault, then probes each account that
 * is due. An account that fails does not delay the others.
 */
export const refreshAccounts = (functions: { accounts: string }): StateMachineDefinition => {
  const handler = functions.accounts;
  const correlationId = ownCorrelationId;
  const dueProbes = contextTask({
    handler,
    task: tasks.dueProbes,
    input: { 'shard.$': '$.due.next' },
    resultPath: '$.due',
    correlationId,
  });
  const probe = contextTask({
    handler,
    task: tasks.probe,
    input: { 'workspaceId.$': '$.workspaceId', 'accountId.$': '$.accountId' },
    resultPath: null,
    correlationId,
  });
  return {
    Comment: "Encrypts tokens with the vault's current key, and checks each account on X once a day",
    StartAt: 'Begin',
    States: {
      Begin: { Type: 'Pass', Result: { vault: { next: null }, due: { next: 0 } }, Next: 'Reencrypt' },
      ...untilDone({
        name: 'Reencrypt',
        step: {
          handler,
          task: tasks.reencrypt,
          input: { 'next.$': '$.vault.next' },
          resultPath: '$.vault',
          correlationId,
        },
        more: 'next',
        // The next run finds what could not be re-encrypted.
        giveUp: 'DueProbes',
        next: 'DueProbes',
      }),
      DueProbes: { ...dueProbes, Next: 'EachAccount' },
      EachAccount: {
        Type: 'Map',
        ItemsPath: '$.due.accounts',
        MaxConcurrency: 5,
        ItemProcessor: {
          ProcessorConfig: { Mode: 'INLINE' },
          StartAt: 'Probe',
          States: {
            Probe: { ...orElse(probe, 'LeftForTheNextRun'), End: true },
            LeftForTheNextRun: { Type: 'Pass', End: true },
          },
        },
        ResultPath: null,
        Next: 'AreMoreDue',
      },
      AreMoreDue: {
        Type: 'Choice',
        Choices: [{ Variable: '$.due.next', IsNull: false, Next: 'DueProbes' }],
        Default: 'Done',
      },
      Done: { Type: 'Succeed' },
    },
  };
};
