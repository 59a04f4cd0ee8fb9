import { DomainError } from '#shared/errors.ts';

/**
 * The error for a file that X would not accept, or that is not what it seems.
 * @param field of the media file, such as `width`
 */
export const refusal = (code: `media_${string}`, field: string, message: string): DomainError =>
  new DomainError('unprocessable', code, `The media file cannot be used: ${field} ${message}.`, {
    fields: [{ path: field, code, message }],
  });

/**
 * The error for a file that is truncated, or that decoders cannot read.
 * @param what is wrong, beginning with "the PNG ..."
 */
export const broken = (what: string): DomainError =>
  new DomainError('unprocessable', 'media_broken', `The media file is damaged: ${what}.`, {
    fields: [{ path: 'contentType', code: 'media_broken', message: what }],
  });

/**
 * Runs a reader of a format, which throws `RangeError` when it reads past the end.
 * @throws DomainError `media_broken` instead
 */
export const whole = <Value>(format: string, read: () => Value): Value => {
  try {
    return read();
  } catch (error) {
    if (error instanceof RangeError) throw broken(`${format} ends too early`);
    throw error;
  }
};
