/**
 * Hands what functions log, a line of JSON each, to Vitest's console, which knows the test at work: the reporter keeps
 * it in a file and shows it when the test fails. Powertools writes it past that console, to the process's own output.
 * What tests write there themselves, their figures, stays.
 */
const taken = Symbol.for('what functions log is taken');
type Written = (error?: Error | null) => void;

// Those of Vitest, whatever a test puts in their place.
const said = { stdout: console.log.bind(console), stderr: console.error.bind(console) };

for (const name of ['stdout', 'stderr'] as const) {
  const stream = process[name];
  if (taken in stream) continue; // by a file before, in the same process
  Object.defineProperty(stream, taken, { value: true });
  const write = stream.write.bind(stream);
  stream.write = (text: string | Uint8Array, encoding?: BufferEncoding | Written, written?: Written): boolean => {
    if (typeof text !== 'string' || !text.startsWith('{')) {
      return typeof encoding === 'function' ? write(text, encoding) : write(text, encoding, written);
    }
    said[name](text.trimEnd());
    return true;
  };
}
