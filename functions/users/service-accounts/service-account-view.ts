import { mayDo } from '#shared/permissions.ts';
import type { Deps } from '../deps.ts';
import { secretIssuerOf, secretKnownTo, type ServiceAccount } from '../domain/service-account.ts';

/** Returns a function that adds to a service account what the API shows. Each person's membership is read once. */
export const serviceAccountViewer = ({ people, now }: Pick<Deps, 'people' | 'now'>, workspaceId: string) => {
  const standings = new Map<string, Promise<boolean>>();
  const managesServiceAccounts = (personId: string): Promise<boolean> => {
    const known = standings.get(personId) ?? isTrusted(personId);
    standings.set(personId, known);
    return known;
  };
  const isTrusted = async (personId: string): Promise<boolean> => {
    const member = await people.findMembership(workspaceId, personId);
    return member?.status === 'active' && mayDo(member.role, 'service-accounts:manage');
  };
  return async (account: ServiceAccount) => {
    const known = secretKnownTo(account, now());
    const trusted = await Promise.all(known.map(managesServiceAccounts));
    return {
      ...account,
      secretIssuedBy: secretIssuerOf(account),
      secretKnownToFormerMembers: known.filter((_, place) => trusted[place] !== true),
    };
  };
};
