import { vi } from 'vitest';

/**
 * Every log entry and metric that a function made from here on writes, as one line of JSON each. Powertools writes
 * through the global console when POWERTOOLS_DEV says so (and then over several lines), past it otherwise.
 */
export const captureLog = (): string[] => {
  vi.stubEnv('POWERTOOLS_DEV', 'true');
  vi.stubEnv('POWERTOOLS_METRICS_DISABLED', 'false');
  const lines: string[] = [];
  for (const level of ['debug', 'info', 'warn', 'error', 'log'] as const) {
    vi.spyOn(console, level).mockImplementation((said: unknown) => {
      lines.push(typeof said === 'string' ? said.replaceAll(/\n */g, '') : String(said));
    });
  }
  return lines;
};
