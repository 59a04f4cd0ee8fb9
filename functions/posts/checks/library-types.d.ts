/** The emoji parser of twitter-text, in the version that it requires; it ships without types. */
declare module 'twemoji-parser' {
  /** Returns the emoji of a text with their positions, in UTF-16 code units. */
  export const parse: (text: string) => { indices: [start: number, end: number] }[];
}
