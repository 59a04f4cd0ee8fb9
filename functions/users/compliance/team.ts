import type { Role } from '#shared/permissions.ts';
import type { Deps } from '../deps.ts';
import { isDormant } from '../domain/member.ts';
import type { Membership } from '../domain/workspace.ts';

/** Days without a sign-in after which a member is dormant. */
export const dormantDays = 90;

/** Maximum number of people read concurrently. */
const peopleAtATime = 25;

/** A member as shown in a compliance report, without their email address. */
export interface ReportedMember {
  personId: string;
  name: string;
  role: Role;
  status: string;
  hasMfa: boolean;
  joinedAt: string;
  lastSignInAt: string | null;
  isDormant: boolean;
}

export interface ReportedMachine {
  id: string;
  name: string;
  role: Role;
  lastUsedAt: string | null;
  isDormant: boolean;
}

/** The current members of a workspace, at most 1,000. */
export const membersNow = async (
  { members, people, now }: Pick<Deps, 'members' | 'people' | 'now'>,
  workspaceId: string,
): Promise<ReportedMember[]> => {
  const reportedOf = async ({ personId, subject, role, status, createdAt: joinedAt }: Membership) => {
    const person = await people.find(subject);
    const lastSignInAt = person?.lastSignInAt ?? null;
    return {
      personId,
      name: person?.name ?? '',
      role,
      status,
      hasMfa: person?.hasMfa ?? false,
      joinedAt,
      lastSignInAt,
      isDormant: isDormant(lastSignInAt, joinedAt, dormantDays, now()),
    };
  };
  const all = await members.all(workspaceId);
  const reported: ReportedMember[] = [];
  for (let from = 0; from < all.length; from += peopleAtATime) {
    reported.push(...(await Promise.all(all.slice(from, from + peopleAtATime).map(reportedOf))));
  }
  return reported;
};

/** The active service accounts, at most 50. */
export const machinesNow = async (
  { serviceAccounts, now }: Pick<Deps, 'serviceAccounts' | 'now'>,
  workspaceId: string,
): Promise<ReportedMachine[]> => {
  const active = await serviceAccounts.active(workspaceId);
  return active.map(({ id, name, role, lastUsedAt, createdAt }) => ({
    id,
    name,
    role,
    lastUsedAt,
    isDormant: isDormant(lastUsedAt, createdAt, dormantDays, now()),
  }));
};
