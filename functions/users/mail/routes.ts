import { type Caller, type Route, route } from '#shared/http/route.ts';
import { notAMember } from '#shared/standing.ts';
import type { Deps } from '../deps.ts';
import { isOptional, masked } from '../domain/mail-delivery.ts';
import { invalidUnsubscribeToken, isSecretOf, partsOf } from '../domain/unsubscribe.ts';
import * as contract from './contract.ts';

/** Routes of emails and email preferences. */
export const mailRoutes = (deps: Deps): Route[] => {
  const { mails, mailing } = deps;
  return [
    route(contract.listMails, async ({ query: { limit, cursor, status }, caller: { workspaceId } }) => {
      const scope = { operation: contract.listMails.id, workspaceId, status };
      const { items, nextCursor } = await mails.list(workspaceId, status, { limit, cursor, scope });
      const views = items.map(({ to, sending, ...mail }) => ({ ...mail, to: masked(to), tries: sending?.tries ?? 0 }));
      return { items: views, nextCursor };
    }),
    route(contract.getNotifications, async ({ caller }) => mailing.preferences.get(await addressOf(deps, caller))),
    route(contract.changeNotifications, async ({ body, caller }) => {
      await mailing.preferences.put(await addressOf(deps, caller), body);
      return body;
    }),
    route(contract.unsubscribe, async ({ query }) => {
      const { workspaceId, mailId, secret } = partsOf(query.token);
      const mail = await mails.find(workspaceId, mailId);
      if (!mail || !isSecretOf(mail, secret) || !isOptional(mail.kind)) throw invalidUnsubscribeToken();
      await mailing.preferences.put(mail.to, { ...(await mailing.preferences.get(mail.to)), [mail.kind]: false });
      return { status: 'unsubscribed' as const, kind: mail.kind };
    }),
  ];
};

/** @throws DomainError `not_a_member` if the membership ended while the access token was valid. */
const addressOf = async ({ people }: Deps, { workspaceId, personId }: Caller): Promise<string> => {
  const membership = await people.findMembership(workspaceId, personId);
  const person = membership && (await people.find(membership.subject));
  if (!person) throw notAMember();
  return person.email;
};
