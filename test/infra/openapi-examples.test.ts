import { expect, test } from 'vitest';
import * as z from 'zod';
import { allOperations, openApi } from '#infra/openapi.ts';
import { takesBody } from '#shared/http/operation.ts';

interface Body {
  content?: Record<string, Media>;
}

interface Media {
  example?: unknown;
  examples?: Record<string, { $ref: string }>;
}

const document = openApi() as unknown as {
  paths: Record<string, Record<string, { requestBody?: Body; responses: Record<string, Body> }>>;
  components: { examples: Record<string, { value: unknown }> };
};

/** The examples of a body or reply; what stands at several places is a component. */
const examplesOf = ({ content = {} }: Body): unknown[] =>
  Object.values(content).flatMap(({ example, examples }) =>
    examples
      ? Object.values(examples).map(({ $ref }) => document.components.examples[$ref.split('/').at(-1) ?? '']?.value)
      : [example],
  );

// The linter holds the examples against the description (openapi-lint.test.ts): here they meet the contracts.
test.each(allOperations.map(({ operation }) => operation))('$id has examples that its contract takes', (operation) => {
  const described = document.paths[operation.path]?.[operation.method.toLowerCase()];
  const faults = (schema: z.ZodType, examples: readonly unknown[]): string[] =>
    examples.flatMap((example) => {
      const parsed = schema.safeParse(example);
      return parsed.success ? [] : [`${JSON.stringify(example).slice(0, 400)}: ${z.prettifyError(parsed.error)}`];
    });
  if (takesBody(operation)) {
    const asked = examplesOf(described?.requestBody ?? {});
    expect(asked.length).toBeGreaterThan(0);
    expect(faults(operation.request.body, asked)).toEqual([]);
  }
  if (operation.status === 204 || operation.status === 302) return;
  const replied = examplesOf(described?.responses[String(operation.status)] ?? {});
  expect(replied.length).toBeGreaterThan(0);
  expect(faults(operation.response, replied)).toEqual([]);
  // Exactly what is answered: the contract takes nothing away from it.
  expect(replied.map((example) => operation.response.parse(example))).toEqual(replied);
});
