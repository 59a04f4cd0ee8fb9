import type { Item } from '#shared/table.ts';
import type { MemoryTable } from '../support/memory/table.ts';

/** Copies the items that belong to the backup; what it returns restores them without publishing events. */
export const backUp = ({ items }: Pick<MemoryTable, 'items'>, belongs: (item: Item) => boolean): (() => void) => {
  const kept = [...items].filter(([, item]) => belongs(item));
  return () => {
    for (const [at, item] of items) if (belongs(item)) items.delete(at);
    for (const [at, item] of kept) items.set(at, item);
  };
};

/** The posts with these statuses. */
export const postsThatAre = ({ items }: Pick<MemoryTable, 'items'>, ...statuses: readonly string[]): Item[] =>
  [...items.values()].filter(({ type, status }) => type === 'post' && statuses.includes(String(status)));
