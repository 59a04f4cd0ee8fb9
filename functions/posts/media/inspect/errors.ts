import { DomainError } from '#shared/errors.ts';

/** A file that X would not take, or that is not what it seems. @param field of the media file, such as `width` */
export const refusal = (code: `media_${string}`, field: string, message: string): DomainError =>
  new DomainError('unprocessable', code, `The media file cannot be used: ${field} ${message}.`, {
    fields: [{ path: field, code, message }],
  });

/** A file that is cut short, or that decoders do not read. @param what "the PNG ..." */
export const broken = (what: string): DomainError =>
  new DomainError('unprocessable', 'media_broken', `The media file is damaged: ${what}.`, {
    fields: [{ path: 'contentType', code: 'media_broken', message: what }],
  });

/** What a format is read by: reading past the end throws `RangeError`. @throws DomainError `media_broken` in its place */
export const whole = <Value>(format: string, read: () => Value): Value => {
  try {
    return read();
  } catch (error) {
    if (error instanceof RangeError) throw broken(`${format} ends too early`);
    throw error;
  }
};
