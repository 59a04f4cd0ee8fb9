import { describe, expect, test } from 'vitest';
import { completeConnection, startConnection } from '#functions/accounts/connections/connect.ts';
import type { Deps } from '#functions/accounts/deps.ts';
import { eraseWorkspace } from '#functions/accounts/privacy/erase-workspace.ts';
import { accountStore } from '#functions/accounts/store/accounts.ts';
import { budgetStore } from '#functions/accounts/store/budgets.ts';
import { connectionStore } from '#functions/accounts/store/connections.ts';
import { tokenStore } from '#functions/accounts/store/tokens.ts';
import { workspaceItems } from '#shared/privacy/erase-workspace.ts';
import { untilErased } from '#test/support/erased.ts';
import { owner } from '#test/support/http-event.ts';
import { memoryTable } from '#test/support/memory/table.ts';
import { author, harness } from '../harness.ts';

const { workspaceId } = owner;
const other = { ...owner, workspaceId: 'wsp_01KATJ9V5H8Q3M4N5P6R7S8T9W' };
const origin = { ...author, execution: 'execution-1' };
const kinds = [
  ...['PUBLICATION#1#0', 'XPOST#1', 'UPLOAD#1#1', 'LIMIT#1#1', 'USAGE#2026-11', 'CHARGE#1#1', 'READS#1#1'],
  'CONNECTION#1',
];

/** Two workspaces in one table, with accounts for which X really issued tokens. */
const scene = async () => {
  const context = await harness();
  const { table, items } = memoryTable(context.deps.now);
  const deps: Deps = {
    ...context.deps,
    accounts: accountStore(table),
    tokens: tokenStore(table),
    connections: connectionStore(table),
    budgets: budgetStore(table),
  };
  const connect = async (username: string, person = owner) => {
    const { authorizeUrl } = await startConnection(deps, person);
    return completeConnection(deps, person, await context.consent(authorizeUrl, username), author);
  };
  for (const { workspaceId: pk } of [owner, other]) {
    await deps.budgets.learn(pk, 1, { monthlyBudgetMicros: 1_000_000, monthlyReadBudgetMicros: null });
    for (const sk of kinds) await table.put({ pk, sk });
  }
  const step = eraseWorkspace(deps, workspaceItems(table));
  const left = (of: string) => [...items.values()].filter((item) => JSON.stringify(item).includes(of));
  return { context, deps, connect, left, run: () => step.run({ workspaceId }, origin) };
};

describe('the accounts data of a deleted workspace', () => {
  test('is erased: its tokens are revoked at X, its X users are freed, and another workspace keeps its own', async () => {
    const { context, connect, left, run } = await scene();
    await connect('acme_coffee');
    await connect('acme_premium', other);
    const kept = left(other.workspaceId).length;
    expect(kept).toBeGreaterThan(kinds.length + 4);
    await untilErased(run);
    expect(left(workspaceId)).toEqual([]);
    expect(left(other.workspaceId)).toHaveLength(kept);
    const revoked = (await context.requests()).filter(({ path }) => path.endsWith('/oauth2/revoke'));
    expect(revoked).toHaveLength(2);
    expect(context.warnings).toEqual([]);
    await connect('acme_coffee', other);
    await context.sandbox.close();
  });

  test('is erased even while X does not answer, and a second run changes nothing', async () => {
    const { context, connect, left, run } = await scene();
    await connect('acme_coffee');
    await context.sandbox.close();
    await untilErased(run);
    expect(left(workspaceId)).toEqual([]);
    expect(context.warnings).toHaveLength(1);
    expect(await untilErased(run)).toBe(1);
  });
});
