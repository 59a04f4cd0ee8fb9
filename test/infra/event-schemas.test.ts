import { App } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { publicEvents } from '#events/public-events.ts';
import { EventSchemasStack, registeredSchema } from '#infra/stacks/event-schemas.ts';
import { stages } from '#infra/stages.ts';
import { SubscriberStack } from '../../docs/examples/subscriber-stack.ts';

/** Keywords that draft 4 of JSON Schema lacks: the registry rejects or misreads them. */
const newer = ['const', 'exclusiveMinimum', 'prefixItems', '$defs', 'propertyNames', 'if'];

const keywordsIn = (schema: unknown): string[] => {
  if (Array.isArray(schema)) return schema.flatMap(keywordsIn);
  if (typeof schema !== 'object' || schema === null) return [];
  return Object.entries(schema).flatMap(([keyword, value]) => [
    ...(keyword === 'exclusiveMinimum' && typeof value === 'boolean' ? [] : [keyword]),
    ...(keyword === 'properties' ? Object.values(value as object).flatMap(keywordsIn) : keywordsIn(value)),
  ]);
};

describe('the schema registry', () => {
  test.each(publicEvents.map((definition) => [definition.type, definition] as const))(
    'has %s without keywords that draft 4 lacks',
    (type, definition) => {
      const schema = z
        .object({ properties: z.object({ 'detail-type': z.unknown(), detail: z.looseObject({}) }) })
        .parse(JSON.parse(registeredSchema(definition)));
      expect(schema.properties['detail-type']).toEqual({ type: 'string', enum: [type] });
      expect(keywordsIn(schema).filter((keyword) => newer.includes(keyword))).toEqual([]);
    },
  );

  test('has each public event once', () => {
    const template = Template.fromStack(new EventSchemasStack(new App(), stages().dev));
    template.resourceCountIs('AWS::EventSchemas::Schema', publicEvents.length);
    template.hasResourceProperties('AWS::EventSchemas::Schema', {
      SchemaName: 'posts@post.published',
      Type: 'JSONSchemaDraft4',
    });
  });
});

test('the example subscriber stack has a rule for events on the named bus, with a dead-letter queue', () => {
  const given = { stageName: 'prod', workspaceId: 'wsp_01KATJ9V5H8Q3M4N5P6R7S8T9V' };
  const template = Template.fromStack(new SubscriberStack(new App(), 'Subscriber', given));
  template.hasResourceProperties('AWS::Events::Rule', {
    EventBusName: 'xmp-prod-events',
    EventPattern: {
      source: ['posts'],
      'detail-type': ['post.published'],
      detail: Match.objectLike({ schemaVersion: [1] }),
    },
    Targets: [Match.objectLike({ DeadLetterConfig: Match.anyValue() })],
  });
});
