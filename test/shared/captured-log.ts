import { vi } from 'vitest';

/**
 * Captures every log entry and metric of functions created from now on, as one line of JSON each. Powertools uses the
 * global console only when POWERTOOLS_DEV is set, and then spreads an entry over several lines.
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
