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
  // The plug-in is CommonJS: under Node its function is the default of the default.
  addFormats.default(ajv);
  return ajv;
};

test('each kind of event has a type and version of its own', () => {
  const kinds = allEvents.map(({ type, schemaVersion }) => `${type} ${schemaVersion}`);
  expect(new Set(kinds).size).toBe(kinds.length);
});

test('there is an example and a schema of every event, and of nothing else', () => {
  const types = allEvents.map(({ type }) => type).sort();
  expect(readdirSync(exampleFolder).sort()).toEqual(types.map((type) => `${type}.json`));
  expect(readdirSync(schemaFolder).sort()).toEqual(types.map((type) => `${type}.schema.json`));
});

describe.each(allEvents)('$type', (definition) => {
  const { type, source, schemaVersion, detail } = definition;

  test('is delivered as its example shows', () => {
    const example = exampleOf(type);
    expect(example).toMatchObject({ 'detail-type': type, source, detail: { schemaVersion } });
    // Nothing in the example that the event does not have.
    expect(detail.parse(example.detail)).toEqual(example.detail);
  });

  test('has its schema committed as it is defined (node infra/event-schemas.ts writes it)', () => {
    expect(readFileSync(join(schemaFolder, `${type}.schema.json`), 'utf8')).toBe(schemaText(definition));
  });

  test('fits its schema, also with fields of a later day; a malformed one does not', () => {
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
      // What came to an event later has a value where an older event is silent; the rest is demanded.
      const isLater = detail.safeParse({ ...example, data }).success;
      expect(validate({ ...example, data }), `without ${field}`).toBe(isLater);
    }
  });
});

test('the fields of public events are committed as they are defined (node infra/event-schemas.ts writes them)', () => {
  expect(readFileSync(publicFieldsPath, 'utf8')).toBe(publicFieldsText());
});
