import type { Bound } from '#shared/bound.ts';
import { DomainError } from '#shared/errors.ts';

export const bounded = (most: number, what: string): Bound => ({
  ...{ most, code: 'too_many', said: `At most ${most} ${what} are allowed. Remove one first.` },
});

export const tooMany = ({ code, said }: Bound): DomainError => new DomainError('conflict', code, said);
