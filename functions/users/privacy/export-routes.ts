import { firstVersion, isLostUpdate } from '#shared/entities.ts';
import { notFound } from '#shared/errors.ts';
import { type Caller, type Route, route } from '#shared/http/route.ts';
import { newId } from '#shared/ids.ts';
import { instantAfter } from '#shared/time.ts';
import { personOf } from '../current-person.ts';
import type { Deps } from '../deps.ts';
import { perDay } from '../domain/daily-limit.ts';
import { archiveKeyOf, assertMayExport, isReadable, keptMs, onlyPeople } from '../domain/person-export.ts';
import * as contract from './export-contract.ts';

/** Routes of personal data exports. Creating one starts the workflow that writes the archive. */
export const personExportRoutes = (deps: Deps): Route[] => {
  const { personExports, personFiles, dailyLimits, now } = deps;
  /** @throws DomainError `only_people` for a service account, `not_a_member` if the person was removed meanwhile. */
  const ownId = async (caller: Caller): Promise<string> => {
    if (caller.actor.type !== 'person') throw onlyPeople();
    return (await personOf(deps, caller)).id;
  };
  return [
    route(contract.exportMe, async ({ caller }) => {
      const personId = await ownId(caller);
      const latest = await personExports.find(personId);
      assertMayExport(latest, now());
      await dailyLimits.count(`PERSON_EXPORT#${personId}`, 'person_export', perDay.personExport);
      const { workspaceId } = caller;
      const wanted = {
        ...{ id: newId('exp', now()), workspaceId, personId, status: 'requested' as const },
        expiresAt: instantAfter(now(), keptMs),
      };
      const first = { ...firstVersion(wanted, now(), caller), version: latest?.version ?? 0 };
      const asked = await personExports.save(first, caller).catch(async (error: unknown) => {
        // Two concurrent requests share the export that was written first.
        const running = isLostUpdate(error) ? await personExports.find(personId) : undefined;
        if (running?.status !== 'requested') throw error;
        return running;
      });
      return { ...asked, link: null };
    }),
    route(contract.getMyExport, async ({ path, caller }) => {
      const found = await personExports.find(await ownId(caller));
      if (found?.id !== path.exportId) throw notFound('export', 'There is no such export.');
      return { ...found, link: isReadable(found, now()) ? await personFiles.link(archiveKeyOf(found)) : null };
    }),
  ];
};
