import { vi } from 'vitest';

/**
 * Everything that a function made from here on writes, line by line. Powertools writes through the global console when
 * POWERTOOLS_DEV says so, and past it otherwise.
 */
export const captureLog = (): string[] => {
  vi.stubEnv('POWERTOOLS_DEV', 'true');
  const lines: string[] = [];
  for (const level of ['debug', 'info', 'warn', 'error', 'log'] as const) {
    vi.spyOn(console, level).mockImplementation((...said: unknown[]) => void lines.push(said.map(String).join(' ')));
  }
  return lines;
};
