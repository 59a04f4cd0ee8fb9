import type * as z from 'zod';
import type { Actor, Author } from './actor.ts';
import type { Bound } from './bound.ts';
import { createWithin, oneLess } from './counts.ts';
import { entityOf, entityWriter, lostUpdate, nextVersion, stillAt } from './entities.ts';
import type { Entity } from './entity.ts';
import type { DomainError } from './errors.ts';
import type { Page } from './page.ts';
import { isNew, type Item, type Key, type PageRequest, type Table, type TransactWrite } from './table.ts';
import { daySeconds, timeToLive } from './time.ts';

/** An entity that a deletion marks and keeps for a day, so that the stream tells of it and of who deleted it. */
export type Deletable = Entity & { id: string; createdBy: Actor; deletedAt: string | null };

interface Kind<D extends Deletable> {
  /** The `type` of the items, such as `saved_report`; their keys and their count are named by it. */
  type: string;
  schema: z.ZodType<D>;
  /** The refusal of one that is not there. */
  notFound: () => DomainError;
  bound: Bound;
  /** How many of them one actor may have made. */
  share?: Bound;
  /** The attributes of the indexes that find it until it is deleted. */
  indexed?: (entity: D) => Record<string, string> | undefined;
}

export interface DeletableStore<D extends Deletable> {
  /** @throws DomainError `not-found` */
  get(workspaceId: string, id: string): Promise<D>;
  /** Undefined when there is none, or it was deleted. */
  find(workspaceId: string, id: string): Promise<D | undefined>;
  /**
   * Writes one that `firstVersion` has stamped, with other writes or not at all.
   * @throws DomainError `conflict` with the code of the bound, or of the share, that is reached
   */
  create(entity: D, author: Author, ...alongside: TransactWrite[]): Promise<D>;
  /** Writes the next version, with other writes or not at all. @throws DomainError `changed_meanwhile` */
  save(entity: D, author: Author, ...alongside: TransactWrite[]): Promise<D>;
  /** @throws DomainError `changed_meanwhile` */
  delete(entity: D, author: Author): Promise<void>;
  /** The newest first. */
  list(workspaceId: string, page: PageRequest): Promise<Page<D>>;
  all(workspaceId: string): Promise<D[]>;
}

/** The entity that an item holds; undefined where it was deleted. */
export const present = <D extends { deletedAt: string | null }>(schema: z.ZodType<D>, item: Item): D | undefined => {
  const entity = entityOf(schema, item);
  return entity.deletedAt === null ? entity : undefined;
};

const beginningWith = (workspaceId: string, prefix: string) => ({
  KeyConditionExpression: 'pk = :workspace AND begins_with(sk, :prefix)',
  ExpressionAttributeValues: { ':workspace': workspaceId, ':prefix': prefix },
});

/** Lists what is not deleted of a kind, by a prefix of ids that grow with time: the newest first. */
export const newestFirst =
  <D extends { deletedAt: string | null }>(table: Table, prefix: string, schema: z.ZodType<D>) =>
  (workspaceId: string, page: PageRequest): Promise<Page<D>> =>
    table.queryPage({ ...beginningWith(workspaceId, prefix), ScanIndexForward: false }, page, (item) =>
      present(schema, item),
    );

/** The store of a kind of which a workspace may have so many. Their ids grow with time. */
export const deletableStore = <D extends Deletable>(
  table: Table,
  { type, schema, notFound, bound, share, indexed }: Kind<D>,
): DeletableStore<D> => {
  const prefix = `${type.toUpperCase()}#`;
  const counted = `${type.toUpperCase()}S`;
  const keyOf = (workspaceId: string, id: string): Key => ({ pk: workspaceId, sk: prefix + id });
  const toItem = (entity: D): Item & Key => ({
    ...entity,
    ...keyOf(entity.workspaceId, entity.id),
    type,
    ...(entity.deletedAt === null ? indexed?.(entity) : { ttl: timeToLive(new Date(entity.deletedAt), daySeconds) }),
  });
  const find = async (workspaceId: string, id: string): Promise<D | undefined> => {
    const item = await table.get(keyOf(workspaceId, id));
    return item && present(schema, item);
  };
  const saveAlone = entityWriter(table, toItem);
  return {
    find,
    async get(workspaceId, id) {
      const entity = await find(workspaceId, id);
      if (!entity) throw notFound();
      return entity;
    },
    async create(entity, author, ...alongside) {
      const first = nextVersion(entity, table.now(), author);
      const within = { ...bound, ...(share && { share: { ...share, by: entity.createdBy.id } }) };
      const write = { put: toItem(first), condition: isNew };
      await createWithin(table, entity.workspaceId, counted, within, write, ...alongside);
      return first;
    },
    async save(entity, author, ...alongside) {
      if (alongside.length === 0) return saveAlone(entity, author);
      const next = nextVersion(entity, table.now(), author);
      const write = { put: toItem(next), condition: stillAt(entity.version) };
      if (!(await table.transact([write, ...alongside]))) throw lostUpdate();
      return next;
    },
    async delete(entity, author) {
      const deleted = nextVersion({ ...entity, deletedAt: table.now().toISOString() }, table.now(), author);
      const writes = [
        { put: toItem(deleted), condition: stillAt(entity.version) },
        oneLess(entity.workspaceId, counted, share && entity.createdBy.id),
      ];
      if (!(await table.transact(writes))) throw lostUpdate();
    },
    list: newestFirst(table, prefix, schema),
    async all(workspaceId) {
      const items = await table.queryAll(beginningWith(workspaceId, prefix));
      return items.flatMap((item) => present(schema, item) ?? []);
    },
  };
};
