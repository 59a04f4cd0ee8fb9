/** A square matrix, row by row. */
export type Matrix = Float64Array[];

export const zeros = (size: number): Matrix => Array.from({ length: size }, () => new Float64Array(size));

const at = (vector: Float64Array | undefined, place: number): number => vector?.[place] ?? 0;

/** The sum of the products of the first `count` numbers. */
const dot = (one: Float64Array, other: Float64Array, count: number): number => {
  let sum = 0;
  for (let k = 0; k < count; k += 1) sum += (one[k] ?? 0) * (other[k] ?? 0);
  return sum;
};

/**
 * The lower triangle L of a symmetric positive definite matrix, A = L L' (G. Golub and C. Van Loan, Matrix
 * Computations, 4.2).
 * @throws RangeError where the matrix is not positive definite
 */
export const cholesky = (matrix: Matrix): Matrix => {
  const lower = zeros(matrix.length);
  for (const [row, own] of lower.entries()) {
    for (const [column, other] of lower.entries()) {
      if (column === row) break;
      own[column] = (at(matrix[row], column) - dot(own, other, column)) / at(other, column);
    }
    const square = at(matrix[row], row) - dot(own, own, row);
    if (!(square > 0)) throw new RangeError('The matrix is not positive definite');
    own[row] = Math.sqrt(square);
  }
  return lower;
};

/** Solves L x = b. */
export const forward = (lower: Matrix, b: Float64Array): Float64Array => {
  const x = b.slice();
  for (const [row, own] of lower.entries()) x[row] = (at(x, row) - dot(own, x, row)) / at(own, row);
  return x;
};

/** Solves L' x = b. */
export const backward = (lower: Matrix, b: Float64Array): Float64Array => {
  const x = b.slice();
  for (let row = lower.length - 1; row >= 0; row -= 1) {
    const own = lower[row];
    const value = at(x, row) / at(own, row);
    x[row] = value;
    for (let k = 0; k < row; k += 1) x[k] = at(x, k) - at(own, k) * value;
  }
  return x;
};

/** Sum of the logarithms of the diagonal: half of the matrix's log-determinant. */
export const halfLogDeterminant = (lower: Matrix): number =>
  lower.reduce((sum, own, row) => sum + Math.log(at(own, row)), 0);
