import { beforeEach } from 'vitest';

/**
 * When a test on a deployed stage fails, prints what went wrong in the stage's functions since the test began, for the
 * reporter to show. Other files use the same stage, so their lines are among these.
 */
beforeEach(({ onTestFailed }) => {
  const since = Date.now();
  onTestFailed(async () => {
    // Imported lazily: few tests fail, and otherwise every file would load the client.
    const { troublesSince } = await import('../support/stage-troubles.ts');
    for (const line of await troublesSince(since)) console.log(line.trimEnd());
  });
});
