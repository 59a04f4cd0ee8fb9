import type * as z from 'zod';
import { entityOf } from '#shared/entities.ts';
import type { Page } from '#shared/page.ts';
import type { PageRequest, Table } from '#shared/table.ts';

/** Lists what is not deleted of a kind, by a prefix of ids that grow with time: the newest first. */
export const newestFirst =
  <Entity extends { deletedAt: string | null }>(table: Table, prefix: string, schema: z.ZodType<Entity>) =>
  async (workspaceId: string, page: PageRequest): Promise<Page<Entity>> =>
    table.queryPage(
      {
        KeyConditionExpression: 'pk = :workspace AND begins_with(sk, :prefix)',
        ExpressionAttributeValues: { ':workspace': workspaceId, ':prefix': prefix },
        ScanIndexForward: false,
      },
      page,
      (item) => {
        const entity = entityOf(schema, item);
        return entity.deletedAt === null ? entity : undefined;
      },
    );
