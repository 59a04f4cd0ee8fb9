import { parseArgs } from 'node:util';
import { startXSandbox } from './server.ts';

/** Command line: node infra/local/x-sandbox/main.ts --port 0 --state FILE */
const { values } = parseArgs({
  options: { port: { type: 'string', default: '0' }, host: { type: 'string' }, state: { type: 'string' } },
});
const port = Number(values.port);
if (!Number.isInteger(port) || port < 0 || port > 65_535) {
  console.error(`--port must be a number from 0 to 65535, not ${values.port}.`);
  process.exit(2);
}

const sandbox = await startXSandbox({
  port,
  ...(values.host !== undefined && { host: values.host }),
  ...(values.state !== undefined && { statePath: values.state }),
});
console.log(`X sandbox listens on ${sandbox.url}`);

const end = () => void sandbox.close();
process.once('SIGTERM', end);
process.once('SIGINT', end);
