import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { endsInTime, lastLines, startProcess, waitUntil } from '#infra/local/processes.ts';
import { inFolder } from './emulator-lab.ts';

const MODULE = join(import.meta.dirname, '../../../infra/local/processes.ts');

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** The first line that a program has written to a file, once it is there. */
function firstLine(file: string): Promise<string> {
  return waitUntil('The first line', () => /^(.+)\n/.exec(readFileSync(file, 'utf8'))?.[1]);
}

/** Starts a program that starts another and prints its process id. */
async function startFamily(folder: string, onTerm: string) {
  const logFile = join(folder, 'log');
  const script = `
    const child = require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    process.on('SIGTERM', () => { ${onTerm} });
    console.log(child.pid);
    setInterval(() => {}, 1000);`;
  const own = startProcess({ command: process.execPath, args: ['-e', script], env: {}, logFile });
  return { own, child: Number(await firstLine(logFile)), logFile };
}

describe('stop', () => {
  test('lets a program exit by itself and ends the children that it leaves behind', async () => {
    await inFolder(async (folder) => {
      const { own, child, logFile } = await startFamily(folder, `console.log('goodbye'); process.exit(3)`);
      await own.stop();
      expect(await own.ended).toBe(3);
      expect(lastLines(logFile, 1)).toBe('goodbye');
      await waitUntil('The end of the child', () => (isAlive(child) ? undefined : true));
    });
  });

  test('kills a program that ignores SIGTERM, and its children', async () => {
    await inFolder(async (folder) => {
      const { own, child } = await startFamily(folder, '');
      await own.stop();
      expect(await own.ended).toBe('SIGKILL');
      await waitUntil('The end of the child', () => (isAlive(child) ? undefined : true));
    });
  });
});

test('a program that cannot be started rejects with ENOENT', async () => {
  await inFolder(async (folder) => {
    const own = startProcess({ command: join(folder, 'nothing'), args: [], env: {}, logFile: join(folder, 'log') });
    await expect(own.ended).rejects.toThrow('ENOENT');
  });
});

test('the exit of a process ends the programs that it started', async () => {
  await inFolder(async (folder) => {
    const log = join(folder, 'log');
    const parent = `
      import { startProcess } from ${JSON.stringify(MODULE)};
      const own = startProcess({ command: process.execPath, args: ['-e', 'setInterval(() => {}, 1000)'], env: {},
        logFile: ${JSON.stringify(join(folder, 'child'))} });
      console.log(own.pid);
      process.stdin.once('data', () => process.exit(1));`;
    writeFileSync(log, '');
    const child = spawn(process.execPath, ['--input-type=module', '-e', parent]);
    child.stdout.on('data', (text: Buffer) => {
      writeFileSync(log, text);
    });
    const pid = Number(await firstLine(log));
    expect(isAlive(pid)).toBe(true);
    child.stdin.write('end\n');
    await waitUntil('The end of the grandchild', () => (isAlive(pid) ? undefined : true));
  });
});

describe('stopOnSignal', () => {
  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    'stops once on %s, even when the signal is repeated',
    async (signal) => {
      await inFolder(async (folder) => {
        const logFile = join(folder, 'log');
        const script = `
        import { stopOnSignal } from ${JSON.stringify(MODULE)};
        stopOnSignal(async () => { console.log('stopping'); process.kill(process.pid, '${signal}'); await 0; });
        setInterval(() => {}, 1000);
        console.log('ready');`;
        const own = startProcess({
          command: process.execPath,
          args: ['--input-type=module', '-e', script],
          env: {},
          logFile,
        });
        await firstLine(logFile);
        process.kill(own.pid, signal);
        expect(await own.ended).toBe(0);
        expect(lastLines(logFile)).toBe('ready\nstopping');
      });
    },
  );
});

test('a second Ctrl-C abandons a stop that takes long', async () => {
  await inFolder(async (folder) => {
    const logFile = join(folder, 'log');
    const script = `
      import { stopOnSignal } from ${JSON.stringify(MODULE)};
      const stop = () => { console.log('stopping'); return new Promise(() => {}); };
      stopOnSignal(stop, () => { console.log('gave up'); }, 0);
      setInterval(() => {}, 1000);
      console.log('ready');`;
    const args = ['--input-type=module', '-e', script];
    const own = startProcess({ command: process.execPath, args, env: {}, logFile });
    await firstLine(logFile);
    process.kill(own.pid, 'SIGINT');
    await waitUntil('The stop', () => lastLines(logFile, 1) === 'stopping' || undefined);
    process.kill(own.pid, 'SIGTERM'); // has no effect
    process.kill(own.pid, 'SIGINT');
    expect(await own.ended).toBe(1);
    expect(lastLines(logFile)).toBe('ready\nstopping\ngave up');
  });
});

test('waitUntil rejects with a sentence when the time is over', async () => {
  await expect(waitUntil('The miracle', () => undefined, { seconds: 0 })).rejects.toThrow(
    'The miracle did not happen within 0 seconds.',
  );
});

describe('endsInTime', () => {
  const never = new Promise<void>(() => undefined);

  test('rejects with the name of what does not stop in time', async () => {
    await expect(endsInTime('The X sandbox', never, { seconds: 0.01 })).rejects.toThrow('The X sandbox did not stop');
  });

  test('resolves or rejects as the given promise does', async () => {
    await expect(endsInTime('The X sandbox', Promise.resolve())).resolves.toBeUndefined();
    await expect(endsInTime('The X sandbox', Promise.reject(new Error('full disk')))).rejects.toThrow('full disk');
  });
});
