import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { callLimits } from '../aws-client.ts';
import type { Bus } from './publish.ts';

/** PutEvents accepts ten entries (AWS: EventBridge quotas). */
const largestBatch = 10;

/** Opens an EventBridge bus by name. */
export const eventBridge = (busName: string): Bus => {
  const client = new EventBridgeClient(callLimits());
  return {
    async publish(entries) {
      for (let from = 0; from < entries.length; from += largestBatch) {
        const answer = await client.send(
          new PutEventsCommand({
            Entries: entries.slice(from, from + largestBatch).map(({ source, type, detail }) => ({
              EventBusName: busName,
              Source: source,
              DetailType: type,
              Detail: detail,
            })),
          }),
        );
        const refused = answer.Entries?.filter((entry) => entry.ErrorCode !== undefined) ?? [];
        if ((answer.FailedEntryCount ?? 0) > 0 || refused.length > 0) {
          const codes = refused.map((entry) => entry.ErrorCode).join();
          throw new Error(`The bus refused ${refused.length} events: ${codes}`);
        }
      }
    },
  };
};
