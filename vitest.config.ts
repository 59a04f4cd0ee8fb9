import { defineConfig } from 'vitest/config';

/** The tiers of the tests; `npx vitest run --project unit` runs one of them. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/{integration,faults,e2e}/**', 'test/infra/**'],
        },
      },
      // Synthesized templates: one CDK app per stage takes seconds, so that these files get time.
      {
        test: {
          name: 'infra',
          include: ['test/infra/**/*.test.ts'],
          exclude: ['test/infra/local/**'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      // The emulator, the X sandbox and what starts them.
      {
        test: {
          name: 'local',
          include: ['test/infra/local/**/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 120_000,
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
