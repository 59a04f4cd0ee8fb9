import { mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { freePort } from './ports.ts';
import { lastLines, startProcess, waitUntil } from './processes.ts';

/** The root folder of the project. */
export const PROJECT = join(import.meta.dirname, '../..');
/** The Python of the project's virtual environment. */
export const PYTHON = join(PROJECT, '.venv', 'bin', 'python');

export interface EmulatorOptions {
  /** Preferred port; a free one if it is busy. */
  port?: number;
  /** Folder of the emulator's entire state; delete it to start from scratch. */
  stateFolder: string;
  /** Whether to enforce IAM, so that functions may do only what their roles allow. */
  auth: boolean;
  /** Appends every call that IAM decided on to this file, as JSON Lines. Requires `auth`. */
  callsFile?: string;
  /** Where functions send their AWS calls instead of the emulator: a proxy that injects faults. */
  endpointForFunctions?: string;
  /** How long after the last save changes are saved; 3 seconds by default. */
  saveSeconds?: number;
  /** How long the API waits for a free worker of a function before it responds 503; 29 seconds by default. */
  apiSeconds?: number;
  /** Names of fixes in emulator.py to leave out, to test them. */
  without?: readonly string[];
}

export interface Emulator {
  readonly endpoint: string;
  readonly port: number;
  readonly pid: number;
  readonly logFile: string;
  /** Resolves when it has ended: with its exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>;
  /** Saves its state and ends, however long that takes. Fails when the state could not be saved. */
  stop(): Promise<void>;
  /** Kills it; changes since the last save are lost. */
  kill(): void;
}

/** Returns the time of the newest complete save of the emulator's state, if any. `saving.py` writes them. */
export function lastSave(stateFolder: string): Date | undefined {
  const saves = join(stateFolder, 'state', 'saves');
  const whole = readdirIfThere(saves).filter((name) => /^\d+$/.test(name));
  const newest = whole.reduce((most, name) => Math.max(most, Number(name)), 0);
  return newest === 0 ? undefined : statSync(join(saves, String(newest)), { throwIfNoEntry: false })?.mtime;
}

function readdirIfThere(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}

/** Starts the AWS emulator on 127.0.0.1 and waits until it responds. If it dies, fails with the end of its log. */
export async function startEmulator(options: EmulatorOptions): Promise<Emulator> {
  const { stateFolder } = options;
  const port = await freePort(options.port);
  const endpoint = `http://127.0.0.1:${port}`;
  const logFile = join(stateFolder, 'emulator.log');
  const temporary = join(stateFolder, 'tmp'); // unpacked functions, which a killed emulator leaves behind
  rmSync(temporary, { recursive: true, force: true });
  // S3 objects are written immediately, all other state with a save; without a save they are orphaned.
  const state = join(stateFolder, 'state');
  const objects = join(stateFolder, 's3');
  if (lastSave(stateFolder) === undefined) rmSync(objects, { recursive: true, force: true });
  mkdirSync(temporary, { recursive: true });
  // Functions are unpacked there; the project's package.json would make every .js file an ES module.
  writeFileSync(join(temporary, 'package.json'), '{ "type": "commonjs" }\n');

  const own = startProcess({
    command: PYTHON,
    args: [
      join(import.meta.dirname, 'emulator.py'),
      '--stop-with-parent',
      ...(options.saveSeconds === undefined ? [] : ['--save-seconds', String(options.saveSeconds)]),
      ...(options.apiSeconds === undefined ? [] : ['--api-seconds', String(options.apiSeconds)]),
      ...(options.without ?? []).flatMap((fix) => ['--without', fix]),
    ],
    logFile,
    // An explicit list: functions inherit it, and must not find variables that AWS would not set.
    env: {
      PATH: [join(PROJECT, 'node_modules', '.bin'), '/usr/local/bin', '/usr/bin', '/bin'].join(delimiter),
      HOME: stateFolder,
      TMPDIR: temporary,
      NODE_PATH: join(PROJECT, 'node_modules'), // where CDK's own functions expect the AWS SDK
      BIND_HOST: '127.0.0.1',
      GATEWAY_PORT: String(port),
      IOT_MTLS_ENABLED: '0', // otherwise listens on 0.0.0.0:8883
      AUTH: String(options.auth),
      PERSIST_STATE: '1',
      STATE_DIR: state,
      S3_PERSIST: '1',
      S3_DATA_DIR: objects,
      MINISTACK_COGNITO_PRETOKEN_STRICT: '1', // a failing trigger yields no token, as on AWS
      LAMBDA_WARM_TTL_SECONDS: '120', // an idle worker takes about 70 MB; one of each function stays
      LAMBDA_ACCOUNT_CONCURRENCY: '1000', // as on AWS; calls waiting for a worker count
      LOG_LEVEL: 'WARNING',
      ...(options.callsFile !== undefined && { MINISTACK_CALLS_FILE: options.callsFile }),
      ...(options.endpointForFunctions !== undefined && { AWS_ENDPOINT_URL: options.endpointForFunctions }),
    },
  });

  let death: string | undefined;
  own.ended.then(
    (how) => (death = `exited with ${how}`),
    (error: unknown) => (death = error instanceof Error ? error.message : String(error)),
  );
  try {
    await waitUntil('The start of the AWS emulator', async () => {
      if (death !== undefined) throw new Error(`The AWS emulator did not start (${death}):\n${lastLines(logFile)}`);
      return isReady(endpoint);
    });
  } catch (error) {
    own.kill();
    throw error;
  }
  return {
    endpoint,
    port,
    pid: own.pid,
    logFile,
    ended: own.ended,
    stop: async () => {
      await own.stop(Infinity);
      const how = await own.ended;
      if (how !== 0)
        throw new Error(`Changes since ${timeOf(lastSave(stateFolder))} are lost (${how}, log: ${logFile}).`);
    },
    kill: () => {
      own.kill();
    },
  };
}

/** Formats the time of a save in the local time zone. */
export function timeOf(save: Date | undefined): string {
  return save === undefined ? 'the start' : save.toTimeString().slice(0, 8);
}

/** Returns true once the emulator responds, undefined before. */
async function isReady(endpoint: string): Promise<true | undefined> {
  try {
    const response = await fetch(`${endpoint}/_ministack/ready`);
    await response.body?.cancel();
    return response.ok ? true : undefined;
  } catch {
    return undefined; // not listening yet
  }
}
