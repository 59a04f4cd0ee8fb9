/** Maximum number of something. `code` and `said` are those of the error when another one is requested. */
export interface Bound {
  most: number;
  code: string;
  said: string;
}
