import { beforeEach } from 'vitest';

/**
 * When a test on a deployed stage fails, writes what went wrong in the stage's functions since the test began, where
 * the reporter shows it. Other files are at work on the same stage: their lines are among these.
 */
beforeEach(({ onTestFailed }) => {
  const since = Date.now();
  onTestFailed(async () => {
    // Late: few tests fail, and every file would load the client.
    const { troublesSince } = await import('../support/stage-troubles.ts');
    for (const line of await troublesSince(since)) console.log(line.trimEnd());
  });
});
