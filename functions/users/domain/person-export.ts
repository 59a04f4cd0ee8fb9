import * as z from 'zod';
import { entityFields } from '#shared/entity.ts';
import { DomainError } from '#shared/errors.ts';
import { PersonExportId, PersonId } from '#shared/ids.ts';
import { dayMs, Instant } from '#shared/time.ts';

/** An archive of everything stored about a person, written by a workflow. Only the latest one is kept. */
export const PersonExport = z.object({
  id: PersonExportId,
  ...entityFields,
  personId: PersonId,
  status: z
    .enum(['requested', 'ready', 'failed'])
    .meta({ description: '`requested`: in progress; `ready`: can be downloaded; `failed`: request it again' }),
  /** When the archive is deleted (UTC). */
  expiresAt: Instant.meta({ description: 'When the archive is deleted (UTC)' }),
});
export type PersonExport = z.infer<typeof PersonExport>;

/** The bucket deletes archives after seven days (infra/stacks/person-exports.ts). */
export const keptMs = 7 * dayMs;

export const archiveKeyOf = ({ id }: Pick<PersonExport, 'id'>): string => `archives/${id}.json`;

/** Whether its archive can be downloaded. */
export const isReadable = ({ status, expiresAt }: PersonExport, now: Date): boolean =>
  status === 'ready' && now.getTime() < Date.parse(expiresAt);

/**
 * Limits archives to one a day; a failed one does not count.
 * @throws DomainError `exported_today`
 */
export const assertMayExport = (latest: PersonExport | undefined, now: Date): void => {
  if (!latest || latest.status === 'failed') return;
  const waitMs = Date.parse(latest.createdAt) + dayMs - now.getTime();
  if (waitMs <= 0) return;
  throw new DomainError(
    'rate-limited',
    'exported_today',
    'You can export your data once every 24 hours. Try again later.',
    {
      headers: { 'Retry-After': String(Math.ceil(waitMs / 1000)) },
    },
  );
};

/** Error for service accounts, which have no personal data. */
export const onlyPeople = (): DomainError =>
  new DomainError('forbidden', 'only_people', 'A service account has no personal data.');
