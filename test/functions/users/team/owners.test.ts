import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { isActiveOwner } from '#functions/users/domain/member.ts';
import * as contract from '#functions/users/team/member-contract.ts';
import type { SignedIn } from '#test/support/http-event.ts';
import { team } from '../team-harness.ts';

const acts = ['demote', 'disable', 'remove', 'leave', 'transfer'] as const;
const Step = fc.record({ act: fc.constantFrom(...acts), by: fc.nat(2), on: fc.nat(2) });

/** Lets writes that wait at the same time happen in an order that the test draws. */
const crossing = () => {
  const waiting: (() => void)[] = [];
  const gate = { isOn: false };
  return {
    begin: () => {
      gate.isOn = true;
    },
    pause: () => (gate.isOn ? new Promise<void>((resolve) => waiting.push(resolve)) : Promise.resolve()),
    /** Lets the waiting writes go on one by one until `work` is done. */
    async harness(work: Promise<unknown>, order: readonly number[]): Promise<void> {
      const state = { isDone: false };
      void work.finally(() => (state.isDone = true));
      for (let turn = 0; !state.isDone; turn += 1) {
        await new Promise(setImmediate);
        waiting.splice((order[turn % order.length] ?? 0) % Math.max(1, waiting.length), 1)[0]?.();
      }
    },
  };
};

test('whatever owners do to each other concurrently, in whatever order the writes land, an active owner stays', async () => {
  let refusals = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(Step, { minLength: 2, maxLength: 5 }),
      fc.array(fc.nat(5), { minLength: 3, maxLength: 12 }),
      async (steps, order) => {
        const lane = crossing();
        const { users, owner, member, call, setRole } = await team(lane.pause);
        const owners = [owner, await member('second', 'owner'), await member('third', 'owner')];
        const at = (index: number): SignedIn => owners[index] ?? owner;
        lane.begin();
        const does = async ({ act, by, on }: { act: (typeof acts)[number]; by: number; on: number }) => {
          const [me, { personId }] = [at(by), at(on)];
          if (act === 'demote') return setRole(me, personId, 'admin').catch(() => undefined);
          if (act === 'disable') return call(contract.disableMember, me, personId);
          if (act === 'remove') return call(contract.removeMember, me, personId);
          if (act === 'leave')
            return users.call(contract.leaveWorkspace, { as: me, body: { workspaceId: me.workspaceId } });
          return users.call(contract.transferOwnership, { as: me, body: { personId } });
        };
        const all = Promise.all(steps.map(does));
        await lane.harness(all, order);
        refusals += (await all).filter((answer) => answer?.status === 409).length;
        for (const answer of await all) expect(answer?.status ?? 404).toBeLessThan(500);
        const standing = await users.deps.members.all(owner.workspaceId);
        expect(standing.filter(isActiveOwner).length).toBeGreaterThan(0);
      },
    ),
    { numRuns: 150 },
  );
  // Otherwise none of them was about to be the last.
  expect(refusals).toBeGreaterThan(10);
});
