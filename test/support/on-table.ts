import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { openTable, type Table } from '#shared/table.ts';
import type { Clock } from '#shared/time.ts';
import { clientOptions, onEmulator } from '#test/infra/local/emulator-lab.ts';

/** A context's table, with its indexes, on an emulator of its own for the duration of `use`. */
export const onTable = (indexes: readonly string[], now: Clock, use: (table: Table) => Promise<void>): Promise<void> =>
  onEmulator({}, async (emulator) => {
    const { forcePathStyle: _, ...options } = clientOptions(emulator);
    const keys = (partition: string, sort: string) => [
      { AttributeName: partition, KeyType: 'HASH' as const },
      { AttributeName: sort, KeyType: 'RANGE' as const },
    ];
    const attributes = ['pk', 'sk', ...indexes.flatMap((name) => [`${name}Pk`, `${name}Sk`])];
    await new DynamoDBClient(options).send(
      new CreateTableCommand({
        TableName: 'context',
        BillingMode: 'PAY_PER_REQUEST',
        KeySchema: keys('pk', 'sk'),
        AttributeDefinitions: attributes.map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
        ...(indexes.length > 0 && {
          GlobalSecondaryIndexes: indexes.map((IndexName) => ({
            IndexName,
            KeySchema: keys(`${IndexName}Pk`, `${IndexName}Sk`),
            Projection: { ProjectionType: 'ALL' as const },
          })),
        }),
      }),
    );
    await use(openTable('context', now, options));
  });
