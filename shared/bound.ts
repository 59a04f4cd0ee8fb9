/** How many there may be of something. `code` and `said` are what whoever asks for one more is told. */
export interface Bound {
  most: number;
  code: string;
  said: string;
}
