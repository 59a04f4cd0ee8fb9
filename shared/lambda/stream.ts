import type { Logger } from '@aws-lambda-powertools/logger';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import type { DomainEvent } from '../events/event.ts';
import { type Bus, busEntry } from '../events/publish.ts';
import { loggable } from '../observability.ts';
import type { Item } from '../table.ts';

/** One write, as the stream reports it: `before` is undefined for a new item, `after` for a deleted one. */
export interface Change {
  before: Item | undefined;
  after: Item | undefined;
}

/** Maps a write to the events that other contexts receive. Pure: the same change always gives the same events. */
export type EventsFor = (change: Change) => DomainEvent[];

/**
 * Publishes the events of the table's writes. Records are handled in order, and the first failure ends the batch: the
 * stream redelivers from that record, so that the events of an entity stay in order.
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

// Lambda's types and the SDK's describe the same wire format under different names.
const imageOf = (image: unknown): Item | undefined =>
  image === undefined ? undefined : unmarshall(withBytes(image as Record<string, AttributeValue>));

/**
 * Decodes binary attributes: Lambda passes them in base64 (AWS: "Tutorial: process DynamoDB stream records"), the SDK
 * expects bytes.
 */
export const withBytes = (image: Record<string, AttributeValue>): Record<string, AttributeValue> =>
  Object.fromEntries(
    Object.entries(image).map(([name, value]): [string, AttributeValue] => {
      const given: unknown = value.B;
      return [name, typeof given === 'string' ? { B: Buffer.from(given, 'base64') } : value];
    }),
  );
