import { defineConfig } from 'vitest/config';
import { LongFilesFirst, longTag } from './test/runner/long-files-first.ts';
import { TierReporter } from './test/runner/reporter.ts';

/**
 * How long a test may take: a backstop for those that hang. What a test waits for has a deadline of its own, which grows
 * with the load of the machine (infra/local/slowness.ts).
 */
const patienceMs = 10 * 60 * 1000;

/** Tests of logic that try many cases. Coverage, which would double the time they take, is counted without them. */
const exhaustive = [
  'test/shared/http/effect-matrix.test.ts',
  'test/functions/accounts/publishing/look.test.ts',
  'test/functions/analytics/collect/month.test.ts',
  'test/functions/analytics/keeping/close-days.test.ts',
  'test/functions/analytics/reports/rendering/pdf.test.ts',
  'test/functions/campaigns/experiments/simulation.test.ts',
  'test/functions/campaigns/interleavings.test.ts',
  'test/functions/campaigns/plan-expansion/zones.test.ts',
  'test/functions/posts/checks/hostile-texts.test.ts',
  'test/functions/posts/publishing/overtaking.test.ts',
];

/**
 * The tiers of the tests, by which `npm test -- unit` calls them as well. Those of one `order` run side by side, after
 * those before it.
 */
const tiers = [
  // Pure logic, and routes with in-memory stores.
  {
    name: 'unit',
    include: ['test/**/*.test.ts'],
    exclude: ['test/{integration,faults,e2e,recorded,infra,simulation}/**', ...exhaustive],
    // Nothing mocks modules, and what a file changes it restores: two processes load the code once for all files.
    isolate: false,
  },
  // The same logic, over many cases.
  { name: 'exhaustive', include: exhaustive, isolate: false },
  // Publishing, simulated: one process, a clock of its own, seeded faults.
  { name: 'simulation', include: ['test/simulation/**/*.test.ts'] },
  // Synthesized templates.
  { name: 'infra', include: ['test/infra/**/*.test.ts'], exclude: ['test/infra/local/**'], isolate: false },
  // The emulator, the X sandbox and what starts them.
  { name: 'local', include: ['test/infra/local/**/*.test.ts'] },
  // One deployed stage for all: real HTTP, queues, streams and workflows, IAM enforced.
  {
    name: 'integration',
    order: 1,
    include: ['test/{integration,e2e}/**/*.test.ts'],
    globalSetup: 'test/support/deployed-stage.ts',
    setupFiles: ['test/support/recorded-answers.ts', 'test/runner/stage-logs.ts'],
    // Most of them wait more than they compute.
    maxWorkers: 7,
    // Each process loads the code once for all of its files.
    isolate: false,
  },
  // A deployed stage of its own, behind a proxy that makes AWS fail in its true wire form.
  {
    name: 'faults',
    order: 3,
    include: ['test/faults/**/*.test.ts'],
    globalSetup: 'test/support/faulty-stage.ts',
    setupFiles: ['test/runner/stage-logs.ts'],
    // One file kills processes that another one would need.
    fileParallelism: false,
    isolate: false,
  },
  // Judges what the integration tier recorded, and what its stage has told.
  { name: 'recorded', order: 2, include: ['test/recorded/**/*.test.ts'] },
];

export default defineConfig({
  test: {
    reporters: [new TierReporter()],
    sequence: { sequencer: LongFilesFirst },
    tags: [longTag],
    maxWorkers: 3,
    projects: tiers.map(({ order: groupOrder = 0, setupFiles = [], ...tier }) => ({
      test: {
        ...tier,
        setupFiles: ['test/runner/function-logs.ts', ...setupFiles],
        testTimeout: patienceMs,
        hookTimeout: patienceMs,
        sequence: { groupOrder },
      },
    })),
    coverage: {
      provider: 'v8',
      reportOnFailure: true,
      include: ['functions/**/*.ts', 'shared/**/*.ts', 'events/**/*.ts', 'infra/**/*.ts'],
      reporter: ['text-summary', 'html', 'json-summary'],
      thresholds: { lines: 80, branches: 80, functions: 80, statements: 80 },
    },
  },
});
