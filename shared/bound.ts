/** How many there may be of something. `code` and `said` are those of the error for asking for one more. */
export interface Bound {
  most: number;
  code: string;
  said: string;
}
