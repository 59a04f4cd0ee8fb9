import type { Files } from './files.ts';

/** Storage of people's archives, and of the parts that the contexts contribute. */
export interface PersonFiles extends Files {
  read(key: string): Promise<string>;
}
