/**
 * Redirects log entries of functions, one line of JSON each, to Vitest's console, which knows the current test: the
 * reporter keeps them in a file and shows them when the test fails. Powertools bypasses that console and writes to the
 * process's own output. What tests print there themselves stays.
 */
const taken = Symbol.for('what functions log is taken');
type Written = (error?: Error | null) => void;

// Vitest's own, even when a test replaces them.
const said = { stdout: console.log.bind(console), stderr: console.error.bind(console) };

for (const name of ['stdout', 'stderr'] as const) {
  const stream = process[name];
  if (taken in stream) continue; // by an earlier file in the same process
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
