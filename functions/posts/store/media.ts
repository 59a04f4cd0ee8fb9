import { setTimeout as sleep } from 'node:timers/promises';
import type { Actor, Author } from '#shared/actor.ts';
import { entityOf, entityWriter, firstVersion, lostUpdate, nextVersion, stillAt } from '#shared/entities.ts';
import type { New } from '#shared/entity.ts';
import { notFound } from '#shared/errors.ts';
import type { Page } from '#shared/page.ts';
import { isNew, type Item, type Key, type PageRequest, type Table, type TransactWrite } from '#shared/table.ts';
import { daySeconds, timeToLive } from '#shared/time.ts';
import { Media, removed, uploadSeconds } from '../domain/media.ts';
import { assertRoom, endedUploads, type MediaQuota, MediaUsage, shareOfOne, usageOf } from '../domain/media-quota.ts';
import type { Post } from '../domain/post.ts';

export interface MediaStore {
  /** @throws DomainError `media_file_not_found`, for a deleted one too. */
  get(workspaceId: string, mediaId: string): Promise<Media>;
  find(workspaceId: string, mediaId: string): Promise<Media | undefined>;
  /** Those of these files that exist, by id. */
  findAll(workspaceId: string, mediaIds: readonly string[]): Promise<Map<string, Media>>;
  /** Newest first. */
  list(workspaceId: string, page: PageRequest): Promise<Page<Media>>;
  /** Announces a file, whose bytes count from now on. @throws DomainError as `assertRoom`. */
  create(media: New<Media>, author: Author): Promise<Media>;
  /**
   * Writes a changed description, provided that these posts are still as they were read.
   * @throws DomainError `changed_meanwhile` if the file, or one of the posts, was written since it was read
   */
  save(media: Media, author: Author, guarded?: readonly Pick<Post, 'workspaceId' | 'id' | 'version'>[]): Promise<Media>;
  /**
   * Writes an announced file as ready: its bytes still count.
   * @throws DomainError `changed_meanwhile`, also if it expired.
   */
  keep(media: Media, author: Author): Promise<Media>;
  /** Writes the record of a deleted file, whose bytes no longer count. @throws DomainError `changed_meanwhile`. */
  remove(media: Media, author: Author): Promise<void>;
  /** The current usage of the workspace. */
  usage(workspaceId: string): Promise<MediaUsage>;
}

/** How long the record of a deleted file is kept, in seconds: as long as that of a deleted post. */
const removedKeptSeconds = 90 * daySeconds;

/** Maximum number of attempts to reserve space for a file while others do the same. */
const maxAttempts = 8;

const postKey = (workspaceId: string, id: string): Key => ({ pk: workspaceId, sk: `POST#${id}` });
const mediaPrefix = 'MEDIA#';
const mediaKey = (workspaceId: string, id: string): Key => ({ pk: workspaceId, sk: mediaPrefix + id });
const usageKey = (workspaceId: string): Key => ({ pk: workspaceId, sk: 'MEDIA_USAGE' });

const mediaItem = (media: Media): Item & Key => ({
  ...media,
  ...mediaKey(media.workspaceId, media.id),
  type: 'media',
});

/** Attributes for the announced files of one person, and their bytes, beside the sums of all. */
const ownNames = (by: string) => ({ '#ownUploads': `uploads#${by}`, '#ownBytes': `bytes#${by}` });

/**
 * Takes an announced file off the list, if it is still on it.
 * @param then what becomes of its bytes
 */
const closing = (
  { workspaceId, id, bytes }: Pick<Media, 'workspaceId' | 'id' | 'bytes'>,
  by: string | undefined,
  then: 'kept' | 'given back',
) => ({
  update: usageKey(workspaceId),
  with: {
    UpdateExpression:
      (then === 'kept'
        ? 'SET keptBytes = keptBytes + :bytes, keptFiles = keptFiles + :one'
        : 'SET takenBytes = takenBytes - :bytes') +
      (by === undefined ? '' : ', #ownUploads = #ownUploads - :one, #ownBytes = #ownBytes - :bytes') +
      ', openUploads = openUploads - :one REMOVE uploads.#id',
    ConditionExpression: 'attribute_exists(uploads.#id)',
    ExpressionAttributeNames: { '#id': id, ...(by !== undefined && ownNames(by)) },
    ExpressionAttributeValues: { ':bytes': bytes, ':one': 1 },
  },
});

const givingBack = ({ workspaceId, bytes }: Media): TransactWrite => ({
  update: usageKey(workspaceId),
  with: {
    UpdateExpression:
      'SET takenBytes = takenBytes - :bytes, keptBytes = keptBytes - :bytes, keptFiles = keptFiles - :one',
    ConditionExpression: 'attribute_exists(keptBytes)',
    ExpressionAttributeValues: { ':bytes': bytes, ':one': 1 },
  },
});

/**
 * Media files, and how much of the bucket each workspace uses. The sums change in the same write as the file they
 * count. They include the expiry of each announcement, so that an abandoned one is subtracted automatically. If the
 * sums are missing (in a workspace from before them, or because a wrong item was deleted), they are computed from the
 * files.
 */
export const mediaStore = (table: Table, room: MediaQuota): MediaStore => {
  const save = entityWriter(table, mediaItem);
  const find = async (workspaceId: string, mediaId: string): Promise<Media | undefined> => {
    const item = await table.get(mediaKey(workspaceId, mediaId));
    return item && item.deletedAt === undefined ? entityOf(Media, item) : undefined;
  };

  const begin = async (workspaceId: string): Promise<void> => {
    const items = await table.queryAll({
      KeyConditionExpression: 'pk = :workspace AND begins_with(sk, :media)',
      ExpressionAttributeValues: { ':workspace': workspaceId, ':media': mediaPrefix },
      ConsistentRead: true,
    });
    const files = items.flatMap((item) => (item.deletedAt === undefined ? [entityOf(Media, item)] : []));
    const counted = files.map(({ ttl, createdAt, ...file }) => ({
      ...file,
      endsAt: ttl ?? timeToLive(new Date(createdAt), uploadSeconds),
    }));
    const { workspaceId: _, ...sums } = usageOf(workspaceId, counted);
    await table.put({ ...usageKey(workspaceId), type: 'media_usage', workspaceId, ...sums }, isNew);
  };
  const readUsage = async (workspaceId: string): Promise<MediaUsage> => {
    const item = await table.get(usageKey(workspaceId));
    if (item) return entityOf(MediaUsage, item);
    await begin(workspaceId);
    return readUsage(workspaceId);
  };
  /** The sums without expired announcements. */
  const currentUsage = async (workspaceId: string): Promise<MediaUsage> => {
    const usage = await readUsage(workspaceId);
    const ended = endedUploads(usage, table.now());
    for (const id of ended) {
      const { bytes = 0, by } = usage.uploads[id] ?? {};
      const { update: key, with: change } = closing({ workspaceId, id, bytes }, by?.id, 'given back');
      await table.update(key, change);
    }
    return ended.length === 0 ? usage : readUsage(workspaceId);
  };

  /**
   * Reserves space for a file that a person announces, if there is enough; otherwise expired announcements are
   * subtracted first.
   */
  const take = async ({ workspaceId, id, bytes }: New<Media>, by: Actor, endsAt: number): Promise<void> => {
    let usage = await readUsage(workspaceId);
    for (let tries = 1; ; tries += 1) {
      const share = shareOfOne(usage, room);
      const fits = bytes <= share.bytes;
      const taken =
        fits &&
        (await table.update(usageKey(workspaceId), {
          UpdateExpression: `SET uploads.#id = :upload, takenBytes = takenBytes + :bytes, openUploads = openUploads + :one,
            #ownUploads = if_not_exists(#ownUploads, :none) + :one, #ownBytes = if_not_exists(#ownBytes, :none) + :bytes`,
          // Less may be free by now: then the person's half of it is less, too.
          ConditionExpression: `takenBytes <= :most AND openUploads < :uploads AND keptBytes <= :kept
            AND attribute_not_exists(uploads.#id)
            AND (attribute_not_exists(#ownUploads) OR #ownUploads < :ownUploads)
            AND (attribute_not_exists(#ownBytes) OR #ownBytes <= :ownMost)`,
          ExpressionAttributeNames: { '#id': id, ...ownNames(by.id) },
          ExpressionAttributeValues: {
            ':upload': { bytes, endsAt, by },
            ':bytes': bytes,
            ':one': 1,
            ':none': 0,
            ':most': room.bytes - bytes,
            ':uploads': room.uploads,
            ':kept': usage.keptBytes,
            ':ownUploads': share.uploads,
            ':ownMost': share.bytes - bytes,
          },
        }));
      if (taken) return;
      usage = await currentUsage(workspaceId);
      // The SDK repeats a write whose response was lost, and the repetition is refused because of the first.
      if (id in usage.uploads) return;
      assertRoom(usage, room, bytes, by.id);
      if (tries === maxAttempts) throw lostUpdate();
      await sleep(Math.random() * 20 * tries);
    }
  };
  /** Writes the file together with the sums. */
  const saveCounted = async (media: Media, author: Author, count: TransactWrite): Promise<Media> => {
    const next = nextVersion(media, table.now(), author);
    const writes = [{ put: mediaItem(next), condition: stillAt(media.version) }, count];
    if (await table.transact(writes)) return next;
    // A file from before the sums is not counted yet.
    await readUsage(media.workspaceId);
    if (await table.transact(writes)) return next;
    throw lostUpdate();
  };

  const announcerOf = async ({ workspaceId, id }: Media): Promise<string | undefined> =>
    (await readUsage(workspaceId)).uploads[id]?.by?.id;

  return {
    find,
    async findAll(workspaceId, mediaIds) {
      const items = await table.getAll([...new Set(mediaIds)].map((id) => mediaKey(workspaceId, id)));
      const files = items.flatMap((item) => (item.deletedAt === undefined ? [entityOf(Media, item)] : []));
      return new Map(files.map((file) => [file.id, file]));
    },
    async get(workspaceId, mediaId) {
      const media = await find(workspaceId, mediaId);
      if (!media) throw notFound('media file');
      return media;
    },
    list: (workspaceId, page) =>
      table.queryPage(
        {
          KeyConditionExpression: 'pk = :workspace AND begins_with(sk, :media)',
          ExpressionAttributeValues: { ':workspace': workspaceId, ':media': mediaPrefix },
          ScanIndexForward: false,
        },
        page,
        (item) => (item.deletedAt === undefined ? entityOf(Media, item) : undefined),
      ),
    async create(media, author) {
      await take(media, author.actor, media.ttl ?? timeToLive(table.now(), uploadSeconds));
      return save(firstVersion(media, table.now(), author), author);
    },
    async save(media, author, guarded = []) {
      if (guarded.length === 0) return save(media, author);
      const next = nextVersion(media, table.now(), author);
      const written = await table.transact([
        { put: mediaItem(next), condition: stillAt(media.version) },
        ...guarded.map(({ workspaceId, id, version }) => ({
          check: postKey(workspaceId, id),
          condition: stillAt(version),
        })),
      ]);
      if (!written) throw lostUpdate();
      return next;
    },
    keep: async (media, author) => saveCounted(media, author, closing(media, await announcerOf(media), 'kept')),
    async remove(media, author) {
      const count =
        media.status === 'ready' ? givingBack(media) : closing(media, await announcerOf(media), 'given back');
      await saveCounted(removed(media, table.now(), timeToLive(table.now(), removedKeptSeconds)), author, count);
    },
    usage: currentUsage,
  };
};
