import * as z from 'zod';

/**
 * Parses the environment once, at the cold start. A missing or malformed value stops the function there, naming the
 * variables (never their values), rather than failing in the middle of a publication.
 */
export const parseEnvironment = <Shape extends z.ZodRawShape>(
  shape: Shape,
  environment: Record<string, string | undefined>,
): z.infer<z.ZodObject<Shape>> => {
  const parsed = z.object(shape).safeParse(environment);
  if (parsed.success) return parsed.data;
  const names = parsed.error.issues.map((issue) => issue.path.join('.'));
  throw new Error(`These environment variables are missing or malformed: ${[...new Set(names)].join(', ')}`);
};
