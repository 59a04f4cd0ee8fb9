import type { Author } from '#shared/actor.ts';
import { partKey } from '#shared/privacy/export-person.ts';
import type { Deps } from '../deps.ts';
import type { Person } from '../domain/person.ts';
import { archiveKeyOf, type PersonExport } from '../domain/person-export.ts';
import { partBytes, type Upload, writePart } from '../ports/multipart.ts';

interface Wanted {
  workspaceId: string;
  personId: string;
  exportId: string;
}

/** How many parts each context wrote per workspace. */
type Shares = readonly ({ workspaceId: string } & Partial<Record<string, { parts: number } | string>>)[];

const waiting = async ({ personExports }: Deps, { personId, exportId }: Wanted): Promise<PersonExport | undefined> => {
  const found = await personExports.find(personId);
  return found?.id === exportId && found.status === 'requested' ? found : undefined;
};

/** Returns the workspaces to search: all that the person is or was in. */
export const beginPersonExport = async (deps: Deps, wanted: Wanted, { correlationId }: Author) => {
  const { personId, exportId } = wanted;
  if (!(await waiting(deps, wanted))) return { workspaces: [] };
  const places = await deps.people.placesOf(personId);
  return { workspaces: places.map(({ workspaceId }) => ({ workspaceId, personId, exportId, correlationId })) };
};

/** Writes the next part of the archive from the parts of the contexts. */
export const archivePerson = async (
  deps: Deps,
  { shares, upload, ...wanted }: Wanted & { shares: Shares; upload: Upload | null },
  author: Author,
): Promise<{ isMore: boolean; upload: Upload | null }> => {
  const { personFiles, personExports } = deps;
  const found = await waiting(deps, wanted);
  if (!found) return { isMore: false, upload: null };
  const { text, next } = await nextPart(deps, found, partsOf(wanted.exportId, shares), upload);
  const file = { key: archiveKeyOf(found), contentType: 'application/json' };
  const part = { text, cursor: next === null ? null : String(next), events: 0 };
  const rest = await writePart(personFiles, file, upload, part);
  if (rest) return { isMore: true, upload: rest };
  await personExports.save({ ...found, status: 'ready' }, author);
  return { isMore: false, upload: null };
};

/** Keys of all parts, in a fixed order. */
const partsOf = (exportId: string, shares: Shares): string[] =>
  shares.flatMap(({ workspaceId, ...contexts }) =>
    Object.entries(contexts).flatMap(([context, share]) =>
      typeof share === 'object'
        ? Array.from({ length: share.parts }, (_, part) => partKey(exportId, context, workspaceId, part))
        : [],
    ),
  );

const nextPart = async (deps: Deps, wanted: PersonExport, keys: readonly string[], upload: Upload | null) => {
  const pieces = upload ? [] : [await headOf(deps, wanted)];
  let next = upload ? Number(upload.cursor) : 0;
  let bytes = 0;
  for (; next < keys.length && bytes < partBytes; next += 1) {
    const lines = (await deps.personFiles.read(keys[next] ?? '')).trimEnd().split('\n');
    const piece = lines.map((line) => `,\n${line}`).join('');
    pieces.push(piece);
    bytes += Buffer.byteLength(piece);
  }
  const isLast = next >= keys.length;
  return { text: pieces.join('') + (isLast ? '\n]}\n' : ''), next: isLast ? null : next };
};

/** Returns the start of the archive: a JSON document whose `items` continue with the parts of the contexts. */
const headOf = async (deps: Deps, { personId, workspaceId, createdAt }: PersonExport): Promise<string> => {
  const member = await deps.members.record(workspaceId, personId);
  const person = member && (await deps.people.find(member.subject));
  const about = {
    kind: 'about',
    requestedAt: createdAt,
    note:
      'Of posts by other people, only what you did with them is included. X accounts and campaigns record only who ' +
      'changed them last; your earlier changes are in the audit events. Metrics of posts and of the platform are not ' +
      'personal data and are left out, as are image and video files, emails sent to you (kept for 30 days), invitations ' +
      'you have not accepted, trusted devices, and service accounts that you created.',
  };
  const records = [about, ...(person ? await ofPerson(deps, person) : [])];
  return `{"items":[\n${records.map((record) => JSON.stringify(record)).join(',\n')}`;
};

/** Returns the person's data outside workspaces. Digests of secrets are not personal data. */
const ofPerson = async ({ sessions, mailing }: Deps, person: Person): Promise<object[]> => {
  const { id, name, email, hasMfa, createdAt, lastSignInAt, lastNetwork, lastSignOutAt, passwordChangedAt } = person;
  const own = await sessions.listOf(person.subject);
  return [
    { kind: 'person', id, name, email, hasMfa, createdAt, lastSignInAt, lastNetwork, lastSignOutAt, passwordChangedAt },
    { kind: 'mail_preferences', ...(await mailing.preferences.get(email)) },
    ...own.map(({ id: sessionId, device, network, createdAt: since, lastUsedAt, endedAt, endedFor }) => ({
      ...{ kind: 'session', sessionId, device, network, since, lastUsedAt, endedAt, endedFor },
    })),
  ];
};

/** Records that an export failed. */
export const giveUpPersonExport = async (deps: Deps, wanted: Wanted, author: Author): Promise<void> => {
  const found = await waiting(deps, wanted);
  if (found) await deps.personExports.save({ ...found, status: 'failed' }, author);
};
