import { systemAuthor } from '#shared/actor.ts';
import type { Deps } from '../deps.ts';
import type { MailKind } from '../domain/mail.ts';
import type { Membership } from '../domain/workspace.ts';

interface Message {
  workspaceId: string;
  kind: MailKind;
  data: Record<string, string>;
  /** Counts emails separately by topic; those over the limit are not recorded. Undefined: counted together. */
  topic?: string;
  correlationId: string;
}

export const isOwner = ({ role }: Pick<Membership, 'role'>): boolean => role === 'owner';

/** Emails each active member that `isMeant` selects. */
export const mailMembers = async (
  { members, people, mails }: Pick<Deps, 'members' | 'people' | 'mails'>,
  { workspaceId, kind, data, topic, correlationId }: Message,
  isMeant: (member: Membership) => boolean,
): Promise<void> => {
  const author = systemAuthor('users', { correlationId });
  for (const member of await members.all(workspaceId)) {
    const person = member.status === 'active' && isMeant(member) ? await people.find(member.subject) : undefined;
    if (!person) continue;
    const mail = { workspaceId, to: person.email, kind };
    if (topic === undefined) await mails.queue({ ...mail, data }, author);
    else if (await mails.allow({ ...mail, topic })) await mails.queue({ ...mail, data }, author, true);
  }
};
