import { parseArgs, type ParseArgsConfig } from 'node:util';

/** The options of a command line. A wrong one ends the program with code 2 and one line that names what is possible. */
export const readArguments = <Config extends ParseArgsConfig>(
  config: Config,
  usage: string,
): ReturnType<typeof parseArgs<Config>> => {
  try {
    return parseArgs(config);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    // Node's first sentence names the option; the others advise on its syntax.
    console.error(`${error.message.split('. ')[0]}. Use: ${usage}`);
    process.exit(2);
  }
};
