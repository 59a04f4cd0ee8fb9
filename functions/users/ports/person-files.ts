import type { Files } from './files.ts';

/** Where people's archives lie, and the parts that the contexts write of them. */
export interface PersonFiles extends Files {
  read(key: string): Promise<string>;
}
