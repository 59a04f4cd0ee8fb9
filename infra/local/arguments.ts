import { parseArgs, type ParseArgsConfig } from 'node:util';

/** Parses the options of a command line. A wrong one ends the program with exit code 2 and one line of usage. */
export const readArguments = <Config extends ParseArgsConfig>(
  config: Config,
  usage: string,
): ReturnType<typeof parseArgs<Config>> => {
  try {
    return parseArgs(config);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    // Node's first sentence names the option; the rest is advice on syntax.
    console.error(`${error.message.split('. ')[0]}. Use: ${usage}`);
    process.exit(2);
  }
};
