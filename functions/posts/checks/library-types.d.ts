/** What twitter-text finds emoji with, in the version that it asks for; it brings no types. */
declare module 'twemoji-parser' {
  /** The emoji of a text and where they are, in UTF-16 units. */
  export const parse: (text: string) => { indices: [start: number, end: number] }[];
}
