import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import * as accounts from '#events/accounts.ts';
import * as analytics from '#events/analytics.ts';
import * as campaigns from '#events/campaigns.ts';
import * as platform from '#events/platform.ts';
import * as posts from '#events/posts.ts';
import { publicEvents } from '#events/public-events.ts';
import * as users from '#events/users.ts';
import type { EventDefinition } from '#shared/events/event.ts';

const isDefinition = (exported: object): exported is EventDefinition =>
  'detail' in exported && 'schemaVersion' in exported;

/** All events of all contexts. */
export const allEvents: readonly EventDefinition[] = [accounts, analytics, campaigns, platform, posts, users].flatMap(
  (context) => Object.values<object>(context).filter(isDefinition),
);

/**
 * Returns the JSON Schema (2020-12) of an event's detail. It accepts unknown fields, as consumers must: fields may be
 * added without a new version.
 */
export const schemaOf = (definition: EventDefinition) => ({
  ...z.toJSONSchema(definition.detail, { io: 'input' }),
  title: definition.type,
  description: definition.summary,
});

/** Returns the schema as JSON text, in its committed form. */
export const schemaText = (definition: EventDefinition): string => `${JSON.stringify(schemaOf(definition), null, 2)}\n`;

/** Folder of the committed schemas. */
export const schemaFolder = join(import.meta.dirname, '../events/schemas');

/** Keywords of JSON Schema that restrict values; the others are documentation. */
const telling = new Set([
  ...['type', 'enum', 'const', 'properties', 'additionalProperties', 'items', 'anyOf', 'oneOf'],
  ...['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum'],
]);

/** Removes all other keywords. @param isNames whether the keys are field names rather than keywords */
const bare = (schema: unknown, isNames = false): unknown => {
  if (Array.isArray(schema)) return schema.map((each) => bare(each));
  if (typeof schema !== 'object' || schema === null) return schema;
  const kept = Object.entries(schema).filter(([name]) => isNames || telling.has(name));
  return Object.fromEntries(kept.map(([name, value]) => [name, bare(value, !isNames && name === 'properties')]));
};

/**
 * Returns the fields of public events as received, by type. Functions read this file, so that they need no code that
 * generates JSON Schemas.
 */
export const publicFieldsText = (): string => {
  const fields = publicEvents.map(({ type, detail }) => [
    type,
    bare(z.toJSONSchema(detail, { io: 'output', unrepresentable: 'any' })),
  ]);
  return `${JSON.stringify(Object.fromEntries(fields))}\n`;
};

/** Path of the committed file. */
export const publicFieldsPath = join(import.meta.dirname, '../events/public-fields.json');

if (import.meta.main) {
  writeFileSync(publicFieldsPath, publicFieldsText());
  mkdirSync(schemaFolder, { recursive: true });
  for (const definition of allEvents) {
    writeFileSync(join(schemaFolder, `${definition.type}.schema.json`), schemaText(definition));
  }
}
