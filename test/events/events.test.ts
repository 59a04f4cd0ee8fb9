import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import {
  allEvents,
  publicFieldsPath,
  publicFieldsText,
  schemaFolder,
  schemaOf,
  schemaText,
} from '#infra/event-schemas.ts';
import { newId } from '#shared/ids.ts';

const exampleFolder = join(import.meta.dirname, '../../events/examples');

/** An event as EventBridge delivers it (AWS: EventBridge event structure). */
const Delivered = z.strictObject({
  version: z.literal('0'),
  id: z.uuid(),
  'detail-type': z.string(),
  source: z.string(),
  account: z.string(),
  time: z.iso.datetime(),
  region: z.string(),
  resources: z.array(z.string()),
  detail: z.looseObject({ data: z.record(z.string(), z.unknown()) }),
});

const exampleOf = (type: string) =>
  Delivered.parse(JSON.parse(readFileSync(join(exampleFolder, `${type}.json`), 'utf8')));

const validator = () => {
  const ajv = new Ajv2020({ strict: true, allErrors: true });
  // The plugin is CommonJS: its function is the `default` of Node's default export.
  addFormats.default(ajv);
  return ajv;
};

test('no two events share a type and version', () => {
  const kinds = allEvents.map(({ type, schemaVersion }) => `${type} ${schemaVersion}`);
  expect(new Set(kinds).size).toBe(kinds.length);
});

test('every event has an example and a schema, and there are no others', () => {
  const types = allEvents.map(({ type }) => type).sort();
  expect(readdirSync(exampleFolder).sort()).toEqual(types.map((type) => `${type}.json`));
  expect(readdirSync(schemaFolder).sort()).toEqual(types.map((type) => `${type}.schema.json`));
});

describe.each(allEvents)('$type', (definition) => {
  const { type, source, schemaVersion, detail } = definition;

  test('has an example that matches its definition', () => {
    const example = exampleOf(type);
    expect(example).toMatchObject({ 'detail-type': type, source, detail: { schemaVersion } });
    // The example has no fields that the event lacks.
    expect(detail.parse(example.detail)).toEqual(example.detail);
  });

  test('has an up-to-date committed schema (node infra/event-schemas.ts writes it)', () => {
    expect(readFileSync(join(schemaFolder, `${type}.schema.json`), 'utf8')).toBe(schemaText(definition));
  });

  test('has a schema that accepts its example and unknown fields, and rejects malformed events', () => {
    const validate = validator().compile(schemaOf(definition));
    const { detail } = definition;
    const { detail: example } = exampleOf(type);
    expect(validate(example), JSON.stringify(validate.errors)).toBe(true);
    expect(validate({ ...example, data: { ...example.data, later: 1 }, later: 1 })).toBe(true);
    const { workspaceId: _, ...homeless } = example;
    expect(validate(homeless)).toBe(false);
    expect(validate({ ...example, workspaceId: newId('usr', new Date(0)) })).toBe(false);
    expect(validate({ ...example, occurredAt: 'today' })).toBe(false);
    for (const field of Object.keys(example.data)) {
      const data = Object.fromEntries(Object.entries(example.data).filter(([name]) => name !== field));
      // Fields added later have a default for older events; all others are required.
      const isLater = detail.safeParse({ ...example, data }).success;
      expect(validate({ ...example, data }), `without ${field}`).toBe(isLater);
    }
  });
});

test('the committed fields of public events are up to date (node infra/event-schemas.ts writes them)', () => {
  expect(readFileSync(publicFieldsPath, 'utf8')).toBe(publicFieldsText());
});
