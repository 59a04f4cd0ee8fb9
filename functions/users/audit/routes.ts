import { type Caller, type Route, route } from '#shared/http/route.ts';
import type { Deps } from '../deps.ts';
import * as contract from './contract.ts';
import { verifyTrail } from './verify.ts';
import { decodePlace, encodePlace } from './verify-cursor.ts';

/** How long one request walks the chain, in milliseconds; well within the function's timeout. */
const verifyMs = 8_000;

/** Routes of the audit trail. */
export const auditRoutes = (deps: Deps): Route[] => [
  route(contract.listAuditEvents, async ({ query: { limit, cursor, ...filter }, caller }) =>
    deps.audit.list(caller.workspaceId, filter, {
      limit,
      cursor,
      scope: { operation: contract.listAuditEvents.id, workspaceId: caller.workspaceId, ...filter },
    }),
  ),
  route(contract.verifyAuditEvents, async ({ query, caller }) => verdict(deps, caller, query.cursor)),
  route(contract.listAuditCheckpoints, async ({ caller }) => ({
    items: await deps.checkpoints.list(caller.workspaceId),
    publicKey: await deps.auditKey.publicKey(),
  })),
];

/** @throws DomainError `invalid_cursor` */
const verdict = async (deps: Deps, { workspaceId }: Caller, cursor: string | undefined) => {
  const until = deps.now().getTime() + verifyMs;
  const mayGoOn = () => deps.now().getTime() < until;
  const from = cursor === undefined ? undefined : decodePlace(cursor, workspaceId);
  const { from: began, followed } = await verifyTrail(deps, workspaceId, { from, mayGoOn });
  const { verdict, checked, place } = followed;
  return {
    verdict,
    checked,
    from: began.sequence,
    through: place.sequence,
    next: verdict === 'unfinished' ? encodePlace(place, workspaceId) : null,
    brokenAt:
      followed.verdict === 'broken'
        ? { sequence: followed.sequence, eventId: followed.eventId, why: followed.why }
        : null,
  };
};
