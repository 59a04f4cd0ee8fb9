import { expect, test } from 'vitest';
import { erasePerson } from '#functions/accounts/privacy/erase-person.ts';
import { connectionStore } from '#functions/accounts/store/connections.ts';
import { owner } from '#test/support/http-event.ts';
import { memoryTable } from '#test/support/memory/table.ts';
import { author } from '../harness.ts';

const now = new Date('2026-11-22T12:00:00.000Z');
const { workspaceId, personId } = owner;
const otherPerson = 'usr_01KATJ9V5H8Q3M4N5P6R7S8T9W';
const otherWorkspace = 'wsp_01KATJ9V5H8Q3M4N5P6R7S8T9W';

test("connections that an erased person began are erased in each of their workspaces, and nobody else's are", async () => {
  const { table, items } = memoryTable(() => now);
  const begin = (place: string, whose: string, stateHash: string) =>
    connectionStore(table).begin({
      ...{ workspaceId: place, personId: whose, stateHash, sealedVerifier: 'sealed' },
      expiresAt: '2026-11-22T12:10:00.000Z',
    });
  await begin(workspaceId, personId, 'one');
  await begin(otherWorkspace, personId, 'two');
  await begin(workspaceId, otherPerson, 'three');
  const run = () =>
    erasePerson(table).run(
      { personId, workspaceIds: [workspaceId, otherWorkspace] },
      { ...author, execution: 'execution-1' },
    );
  expect(await run()).toEqual({ outcome: 'erased', connections: 2 });
  expect([...items.values()].map(({ sk }) => sk)).toEqual(['CONNECTION#three']);
  expect(await run()).toEqual({ outcome: 'erased', connections: 0 });
});
