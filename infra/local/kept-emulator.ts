import { type Emulator, type EmulatorOptions, lastSave, startEmulator, timeOf } from './emulator.ts';

/** An emulator that dies again within this time is not restarted. */
const TOO_SOON_MS = 60_000;

export interface KeptEmulator {
  readonly endpoint: string;
  readonly port: number;
  /** Resolves with the reason when it has died and cannot be restarted. */
  readonly lost: Promise<Error>;
  /** Saves its state and ends. */
  stop(): Promise<void>;
}

/** Starts the emulator, and restarts it from its saved state on the same port when it dies; `say` reports that. */
export async function keepEmulator(options: EmulatorOptions, say: (line: string) => void): Promise<KeptEmulator> {
  const { promise: lost, resolve: lose } = Promise.withResolvers<Error>();
  let emulator = await startEmulator(options);
  let watched = true;
  let returning: Promise<void> | undefined;
  let died = -Infinity;
  let gone = false;
  const giveUp = (reason: Error): void => {
    gone = true;
    lose(reason);
  };

  const watch = ({ ended }: Emulator): void => {
    void ended.then((how) => {
      if (watched) returning = comeBack(how);
    });
  };
  const comeBack = async (how: number | string): Promise<void> => {
    emulator.kill(); // the workers of its functions
    const saved = timeOf(lastSave(options.stateFolder));
    const soon = performance.now() - died < TOO_SOON_MS;
    died = performance.now();
    const words = `The AWS emulator exited unexpectedly (${how}, log: ${emulator.logFile})`;
    if (soon) {
      giveUp(new Error(`${words} again. Data as of ${saved} is kept.`));
      return;
    }
    say(`${words}: restarting it with the data as of ${saved} ...`);
    try {
      const next = await startEmulator({ ...options, port: emulator.port });
      if (next.port !== emulator.port) {
        next.kill();
        throw new Error(`Its port ${emulator.port} is taken.`);
      }
      emulator = next;
      watch(emulator);
      say('The AWS emulator is up again.');
    } catch (error) {
      giveUp(error instanceof Error ? error : new Error(String(error)));
    }
  };

  watch(emulator);
  return {
    endpoint: emulator.endpoint,
    port: emulator.port,
    lost,
    stop: async () => {
      watched = false;
      await returning;
      if (!gone) await emulator.stop();
    },
  };
}
