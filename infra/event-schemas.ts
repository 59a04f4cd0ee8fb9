import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import * as accounts from '#events/accounts.ts';
import * as analytics from '#events/analytics.ts';
import * as campaigns from '#events/campaigns.ts';
import * as platform from '#events/platform.ts';
import * as posts from '#events/posts.ts';
import * as users from '#events/users.ts';
import type { EventDefinition } from '#shared/events/event.ts';

const isDefinition = (exported: object): exported is EventDefinition =>
  'detail' in exported && 'schemaVersion' in exported;

/** Every event that a context publishes. */
export const allEvents: readonly EventDefinition[] = [accounts, analytics, campaigns, platform, posts, users].flatMap(
  (context) => Object.values<object>(context).filter(isDefinition),
);

/**
 * The JSON Schema (2020-12) of an event's detail. It accepts unknown fields, as consumers must: fields may be added
 * without a new version.
 */
export const schemaOf = (definition: EventDefinition) => ({
  ...z.toJSONSchema(definition.detail, { io: 'input' }),
  title: definition.type,
  description: definition.summary,
});

/** The schema as JSON text, as committed. */
export const schemaText = (definition: EventDefinition): string => `${JSON.stringify(schemaOf(definition), null, 2)}\n`;

/** Folder of the committed schemas. */
export const schemaFolder = join(import.meta.dirname, '../events/schemas');

if (import.meta.main) {
  mkdirSync(schemaFolder, { recursive: true });
  for (const definition of allEvents) {
    writeFileSync(join(schemaFolder, `${definition.type}.schema.json`), schemaText(definition));
  }
}
