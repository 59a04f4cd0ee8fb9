import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  CreateTableCommand,
  DynamoDBClient,
  PutItemCommand,
  ResourceNotFoundException,
  ScanCommand,
  type ScanCommandOutput,
} from '@aws-sdk/client-dynamodb';
import { CreateQueueCommand, GetQueueAttributesCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { expect, test } from 'vitest';
import { type Emulator, lastSave, startEmulator } from '#infra/local/emulator.ts';
import { waitUntil } from '#infra/local/processes.ts';
import { clientOptions, inFolder } from './emulator-lab.ts';

// The emulator ends in the middle of a storm of writes, in every possible way, and is started again.

const WRITERS = 8;

async function makeTable(emulator: Emulator): Promise<void> {
  await new DynamoDBClient(clientOptions(emulator)).send(
    new CreateTableCommand({
      TableName: 'things',
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      BillingMode: 'PAY_PER_REQUEST',
    }),
  );
  await new SQSClient(clientOptions(emulator)).send(new CreateQueueCommand({ QueueName: 'things' }));
}

/** Every writer puts an item, then sends a message, and so on until the emulator stops answering. */
function storm(emulator: Emulator) {
  const dynamo = new DynamoDBClient(clientOptions(emulator));
  const sqs = new SQSClient(clientOptions(emulator));
  /** When each item was acknowledged, in milliseconds since 1970. */
  const acknowledged = new Map<string, number>();
  const write = async (writer: number): Promise<void> => {
    for (let count = 0; ; count++) {
      const id = `${writer}-${count}`;
      try {
        await dynamo.send(
          new PutItemCommand({ TableName: 'things', Item: { id: { S: id }, text: { S: 'x'.repeat(500) } } }),
        );
        acknowledged.set(id, Date.now());
        await sqs.send(
          new SendMessageCommand({ QueueUrl: `${emulator.endpoint}/000000000000/things`, MessageBody: id }),
        );
      } catch {
        return;
      }
    }
  };
  return { acknowledged, over: Promise.all(Array.from({ length: WRITERS }, (_, writer) => write(writer))) };
}

/** The ids of all items that an emulator has, and how many messages. */
async function contents(emulator: Emulator): Promise<{ ids: Set<string>; messages: number }> {
  const dynamo = new DynamoDBClient(clientOptions(emulator));
  const ids = new Set<string>();
  let ExclusiveStartKey;
  do {
    const page: ScanCommandOutput = await dynamo.send(new ScanCommand({ TableName: 'things', ExclusiveStartKey }));
    for (const item of page.Items ?? []) ids.add(item['id']?.S ?? '');
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey);
  const { Attributes } = await new SQSClient(clientOptions(emulator)).send(
    new GetQueueAttributesCommand({
      QueueUrl: `${emulator.endpoint}/000000000000/things`,
      AttributeNames: ['ApproximateNumberOfMessages'],
    }),
  );
  return { ids, messages: Number(Attributes?.['ApproximateNumberOfMessages']) };
}

/** Services saved at the same instant agree: each message follows its item, so that a writer is at most one item ahead. */
function expectOneInstant({ ids, messages }: { ids: Set<string>; messages: number }): void {
  expect(messages).toBeLessThanOrEqual(ids.size);
  expect(messages).toBeGreaterThanOrEqual(ids.size - WRITERS);
}

/** Items that are missing although they were acknowledged before that instant. */
function missing(acknowledged: Map<string, number>, ids: Set<string>, before = Infinity): string[] {
  return [...acknowledged].filter(([id, at]) => at < before && !ids.has(id)).map(([id]) => id);
}

const written = (acknowledged: Map<string, number>, count: number) =>
  waitUntil(`Write number ${count}`, () => (acknowledged.size >= count ? true : undefined));

/** Uses an emulator that is started again on the state in the folder. */
async function startedAgain<T>(stateFolder: string, port: number, use: (emulator: Emulator) => Promise<T>): Promise<T> {
  const emulator = await startEmulator({ stateFolder, auth: false, port });
  try {
    return await use(emulator);
  } finally {
    emulator.kill();
  }
}

test('an emulator that is stopped during writes keeps everything that it acknowledged', async () => {
  await inFolder(async (stateFolder) => {
    const emulator = await startEmulator({ stateFolder, auth: false });
    await makeTable(emulator);
    const { acknowledged, over } = storm(emulator);
    await written(acknowledged, 300);
    await emulator.stop();
    await over;
    const kept = await startedAgain(stateFolder, emulator.port, contents);
    expect(missing(acknowledged, kept.ids)).toEqual([]);
    expectOneInstant(kept);
  });
});

test('an emulator that is killed during writes keeps everything acknowledged before its last save', async () => {
  await inFolder(async (stateFolder) => {
    const emulator = await startEmulator({ stateFolder, auth: false, saveSeconds: 0.5 });
    await makeTable(emulator);
    const { acknowledged, over } = storm(emulator);
    await written(acknowledged, 300);
    const enough = Date.now();
    const save = await waitUntil('A save of so much', () => {
      const at = lastSave(stateFolder);
      return at !== undefined && at.getTime() > enough ? at : undefined;
    });
    emulator.kill();
    await over;
    // It may have been saving: an incomplete save does not count.
    const half = join(stateFolder, 'state', 'saves', '1000000.partial');
    mkdirSync(half);
    writeFileSync(join(half, 'dynamodb.json'), '{"half');
    const kept = await startedAgain(stateFolder, emulator.port, contents);
    expect(missing(acknowledged, kept.ids, save.getTime())).toEqual([]);
    expectOneInstant(kept);
  });
});

test('without the fix `saving`, a killed emulator loses everything', async () => {
  await inFolder(async (stateFolder) => {
    const emulator = await startEmulator({ stateFolder, auth: false, saveSeconds: 0.5, without: ['saving'] });
    await makeTable(emulator);
    const { acknowledged, over } = storm(emulator);
    await written(acknowledged, 300);
    emulator.kill();
    await over;
    await expect(startedAgain(stateFolder, emulator.port, contents)).rejects.toThrow(ResourceNotFoundException);
  });
});

test('an emulator that is started while another uses the folder waits for that to end', async () => {
  await inFolder(async (stateFolder) => {
    const first = await startEmulator({ stateFolder, auth: false });
    await makeTable(first);
    const { acknowledged, over } = storm(first);
    const starting = startEmulator({ stateFolder, auth: false });
    await written(acknowledged, 300);
    await first.stop();
    await over;
    const second = await starting;
    expect(missing(acknowledged, (await contents(second)).ids)).toEqual([]);
    second.kill();
  });
});

test('nothing is saved while nothing changes', async () => {
  await inFolder(async (stateFolder) => {
    const emulator = await startEmulator({ stateFolder, auth: false, saveSeconds: 0.1 });
    const folder = join(stateFolder, 'state', 'saves');
    await makeTable(emulator);
    let last = '';
    let same = 0;
    await waitUntil(
      'Silence for ten looks',
      () => {
        const now = readdirSync(folder).join();
        same = now === last && now !== '' ? same + 1 : 0;
        last = now;
        return same === 10 ? true : undefined;
      },
      { everyMs: 200 },
    );
    emulator.kill();
  });
});

test('a start from a broken save fails and says what to do', async () => {
  await inFolder(async (stateFolder) => {
    const emulator = await startEmulator({ stateFolder, auth: false });
    await makeTable(emulator);
    await emulator.stop();
    const folder = join(stateFolder, 'state', 'saves');
    const [save = ''] = readdirSync(folder);
    writeFileSync(join(folder, save, 'dynamodb.json'), '{"half');
    await expect(startEmulator({ stateFolder, auth: false })).rejects.toThrow(
      /The saved state of dynamodb is broken \(unreadable\)\. Start from scratch: `npm start -- --fresh`/,
    );
  });
});

test('a stop that cannot save rejects and says that changes are lost', async () => {
  await inFolder(async (stateFolder) => {
    const emulator = await startEmulator({ stateFolder, auth: false, saveSeconds: 3600 });
    await makeTable(emulator);
    // Not even root can create a folder in place of a file.
    writeFileSync(join(stateFolder, 'state', 'saves', '1.partial'), '');
    await expect(emulator.stop()).rejects.toThrow(/^Changes since the start are lost \(3, log: .*emulator\.log\)\.$/);
  });
});
