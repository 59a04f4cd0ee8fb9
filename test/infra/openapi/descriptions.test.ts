import { expect, test } from 'vitest';
import { openApi } from '#infra/openapi.ts';

interface Schema {
  const?: unknown;
  $ref?: string;
  description?: string;
  properties?: Record<string, Schema>;
  items?: Schema;
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
}
interface Parameter {
  $ref?: string;
  name: string;
  description?: string;
  schema: Schema;
}

const document = openApi() as unknown as {
  paths: Record<string, Record<string, { operationId: string; parameters?: Parameter[] }>>;
  components: { schemas: Record<string, Schema>; parameters: Record<string, Parameter> };
};
const { schemas, parameters: headers } = document.components;

/** Names that need no description anywhere. */
const obvious = new Set(['createdAt', 'email', 'id', 'items', 'name', 'password', 'text', 'updatedAt']);

/** Whether a field is described: by itself, by its only value, or by the schema that it refers to or lists. */
const isDescribed = (schema: Schema): boolean => {
  if (schema.description !== undefined && schema.description !== '') return true;
  if (schema.const !== undefined) return true;
  const inner = [schema.items, ...(schema.anyOf ?? []), ...(schema.oneOf ?? [])].filter((each) => each !== undefined);
  const named = schemas[schema.$ref?.split('/').at(-1) ?? ''];
  return named?.description !== undefined || inner.some(isDescribed);
};

const gaps = (): string[] => {
  const fields = Object.entries(schemas).flatMap(([owner, schema]) =>
    [schema, ...(schema.allOf ?? [])].flatMap(({ properties = {} }) =>
      Object.entries(properties).flatMap(([field, each]) =>
        obvious.has(field) || isDescribed(each) ? [] : [`${owner}.${field}`],
      ),
    ),
  );
  const operations = Object.values(document.paths).flatMap((item) => Object.values(item));
  const parameters = operations.flatMap(({ operationId, parameters: all = [] }) =>
    all.flatMap(({ $ref, name, description, schema }) =>
      $ref !== undefined || description !== undefined || isDescribed(schema) ? [] : [`${operationId}?${name}`],
    ),
  );
  const ofHeaders = Object.values(headers).flatMap(({ name, description }) =>
    description === undefined ? [name] : [],
  );
  return [...fields, ...parameters, ...ofHeaders].sort();
};

test('every parameter and field that is not obvious has a description', () => {
  expect(gaps()).toEqual([]);
});
