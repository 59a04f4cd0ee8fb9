import { defineConfig } from 'vitest/config';

/** Where the tests of each tier live; `npx vitest --project unit` runs one of them. */
const deployed = { globalSetup: 'test/support/deployed-stage.ts', testTimeout: 120_000, hookTimeout: 300_000 };

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/{integration,faults,e2e,templates,permissions}/**', 'test/infra/local/**'],
        },
      },
    ],
    coverage: {
      provider: 'v8',
      include: ['functions/**/*.ts', 'shared/**/*.ts', 'events/**/*.ts', 'infra/**/*.ts'],
      reporter: ['text-summary', 'html', 'json-summary'],
      thresholds: { lines: 80, branches: 80, functions: 80, statements: 80 },
    },
  },
});
