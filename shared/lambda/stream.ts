import type { Logger } from '@aws-lambda-powertools/logger';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import type { DomainEvent } from '../events/event.ts';
import { type Bus, busEntry } from '../events/publish.ts';
import { loggable } from '../observability.ts';
import type { Item } from '../table.ts';

/** One write, as the stream reports it: no `before` for a new item, no `after` for a deleted one. */
export interface Change {
  before: Item | undefined;
  after: Item | undefined;
}

/** What a write means to other contexts. Pure: the same change always gives the same events. */
export type EventsFor = (change: Change) => DomainEvent[];

/**
 * Publishes what the table's writes mean. Records go in order, and the first that fails ends the batch: the stream
 * delivers from there again, so that no entity's events overtake one another.
 */
export const streamHandler =
  (eventsFor: EventsFor, bus: Bus, logger: Logger) =>
  async (event: DynamoDBStreamEvent): Promise<DynamoDBBatchResponse> => {
    for (const record of event.Records) {
      try {
        const events = eventsFor(changeOf(record));
        await bus.publish(events.map((each, index) => busEntry(each, record.eventID ?? '', index)));
        for (const { definition, detail } of events) {
          const { workspaceId, correlationId } = detail;
          logger.info('event published', { event: definition.type, workspaceId, correlationId });
        }
      } catch (error) {
        const correlationId = record.dynamodb?.NewImage?.correlationId?.S;
        logger.error('stream record failed', { record: record.eventID, correlationId, error: loggable(error) });
        return { batchItemFailures: [{ itemIdentifier: record.dynamodb?.SequenceNumber ?? '' }] };
      }
    }
    return { batchItemFailures: [] };
  };

const changeOf = ({ dynamodb }: DynamoDBRecord): Change => ({
  before: imageOf(dynamodb?.OldImage),
  after: imageOf(dynamodb?.NewImage),
});

// The Lambda types and the SDK's describe the same wire form under two names.
const imageOf = (image: unknown): Item | undefined =>
  image === undefined ? undefined : unmarshall(withBytes(image as Record<string, AttributeValue>));

/** Lambda gives bytes in base64 (AWS: "Tutorial: process DynamoDB stream records"); the SDK reads them as bytes. */
export const withBytes = (image: Record<string, AttributeValue>): Record<string, AttributeValue> =>
  Object.fromEntries(
    Object.entries(image).map(([name, value]): [string, AttributeValue] => {
      const given: unknown = value.B;
      return [name, typeof given === 'string' ? { B: Buffer.from(given, 'base64') } : value];
    }),
  );
