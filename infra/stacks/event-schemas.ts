import { type App, Stack } from 'aws-cdk-lib';
import { CfnRegistry, CfnSchema } from 'aws-cdk-lib/aws-eventschemas';
import * as z from 'zod';
import { publicEvents } from '#events/public-events.ts';
import type { EventDefinition } from '#shared/events/event.ts';
import { nameIn, type Stage } from '../stages.ts';

/** A time in UTC, in EventBridge's envelope of each event. */
const time = { type: 'string', format: 'date-time' };

/**
 * Returns the schema of an entire event as subscribers receive it (AWS: "EventBridge event structure"), in the draft
 * that the registry supports.
 */
export const registeredSchema = (definition: EventDefinition): string => {
  const text = { type: 'string' };
  const detail = z.toJSONSchema(definition.detail, { target: 'draft-4', io: 'input' });
  return JSON.stringify({
    $schema: 'http://json-schema.org/draft-04/schema#',
    title: definition.type,
    description: definition.summary,
    type: 'object',
    required: ['source', 'detail-type', 'detail', 'id', 'time', 'account', 'region'],
    properties: {
      source: { type: 'string', enum: [definition.source] },
      'detail-type': { type: 'string', enum: [definition.type] },
      ...{ id: text, time, account: text, region: text, version: text, resources: { type: 'array', items: text } },
      'replay-name': text,
      detail,
    },
  });
};

/**
 * Publishes the schemas of public events in the schema registry, for other stacks of the account that subscribe to the
 * bus.
 */
export class EventSchemasStack extends Stack {
  constructor(app: App, stage: Stage) {
    super(app, nameIn(stage, 'event-schemas'), { env: { region: stage.region, account: stage.account } });
    const registry = new CfnRegistry(this, 'Registry', {
      registryName: nameIn(stage, 'events'),
      description: 'Public events of the platform',
    });
    for (const definition of publicEvents) {
      new CfnSchema(this, definition.type, {
        registryName: registry.attrRegistryName,
        schemaName: `${definition.source}@${definition.type}`,
        type: 'JSONSchemaDraft4',
        description: definition.summary.slice(0, 256),
        content: registeredSchema(definition),
      });
    }
  }
}
