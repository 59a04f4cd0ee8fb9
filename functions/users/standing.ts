import { actorOf } from '#shared/actor.ts';
import { isEndedBy } from '#shared/sign-ins.ts';
import type { FindStanding } from '#shared/standing.ts';
import type { Deps } from './deps.ts';

type Known = Pick<Deps, 'people' | 'members' | 'serviceAccounts' | 'signIns'>;

/** Reads a person's standing from this context's own rows, which are more current than events. */
export const standingByRow =
  ({ people, members, serviceAccounts, signIns }: Known): FindStanding =>
  async (who) => {
    const { workspaceId, personId, signInId } = who;
    if (actorOf(personId).type === 'service_account') {
      const machine = await serviceAccounts.find(workspaceId, personId);
      return { isActive: machine?.status === 'active', role: machine?.role };
    }
    const [row, isEnded] = await Promise.all([
      members.record(workspaceId, personId),
      signInId !== undefined && signIns.isSignInEnded(signInId),
    ]);
    // Works for removed members too, whose records are kept.
    const person = row && (await people.find(row.subject));
    const ended = person && { round: person.signInRound, kept: person.keptSignIn };
    return {
      isActive: row?.status === 'active',
      role: row?.role,
      hasSignInEnded: isEnded || (ended !== undefined && isEndedBy(ended, who)),
    };
  };
