import { firstVersion } from '#shared/entities.ts';
import { DomainError, type FieldError } from '#shared/errors.ts';
import type { Caller } from '#shared/http/route.ts';
import { newId } from '#shared/ids.ts';
import { mayDo } from '#shared/permissions.ts';
import { requireReady, validateAndEvaluate } from '../checks/readiness.ts';
import type { Deps } from '../deps.ts';
import { draft, type Post } from '../domain/post.ts';
import type { ScheduleRequest } from '../scheduling/contract.ts';
import { scheduleAsAsked } from '../scheduling/schedule.ts';
import { readRow, type SentRow } from './rows.ts';

/** A checked row: the post to write, or the reasons against it, by column. */
export type PlannedRow = { post: Post; fields: [] } | { post: undefined; fields: FieldError[] };

/** Checks a row as writing and scheduling its post would, without writing anything. */
export const planRow = async (
  deps: Deps,
  sent: SentRow,
  timeZone: string | undefined,
  caller: Caller,
): Promise<PlannedRow> => {
  const { row, fields } = readRow(sent, timeZone);
  if (!row) return { post: undefined, fields };
  return planned(postOf(deps, row, caller), sent);
};

/** The result of checking a row: its post, or the reasons against it, by column. */
export const planned = async (judging: Promise<Post>, { columnOf }: SentRow): Promise<PlannedRow> => {
  try {
    return { post: await judging, fields: [] };
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    return { post: undefined, fields: reasonsOf(error).map((each) => ({ ...each, path: columnOf(each.path) })) };
  }
};

type Row = NonNullable<ReturnType<typeof readRow>['row']>;

const postOf = async (deps: Deps, row: Row, caller: Caller): Promise<Post> => {
  const { accountId, parts, replySettings, madeWithAi, paidPartnership } = row;
  const { workspaceId, personId } = caller;
  const now = deps.now();
  const content = { accountId, parts, replySettings, madeWithAi, paidPartnership };
  const written = draft({
    id: newId('pst', now),
    workspaceId,
    writtenBy: personId,
    writers: caller.people,
    ...content,
  });
  const post = firstVersion(written, now, caller);
  const asked = askedTime(row);
  if (!asked) return (await validateAndEvaluate(deps, post)).post;
  if (!mayDo(caller.role, 'posts:schedule')) {
    const message = 'is not allowed: this role cannot schedule';
    throw new DomainError('forbidden', 'role_lacks_permission', 'This role cannot schedule posts.', {
      fields: [{ path: 'publishAt', code: 'role_lacks_permission', message }],
    });
  }
  const { post: scheduled } = await scheduleAsAsked(post, asked, personId, now);
  return requireReady(deps, scheduled);
};

/** The time in a row; undefined for a draft. The schema accepts no `localTime` without a zone. */
const askedTime = ({ publishAt, localTime, timeZone }: Row): ScheduleRequest | undefined => {
  if (publishAt !== undefined) return { publishAt, timeZone };
  return localTime !== undefined && timeZone !== undefined ? { localTime, timeZone } : undefined;
};

/** The fields of an error, as a row names them; an error without fields concerns the whole row. */
const reasonsOf = ({ code, message, fields }: DomainError): FieldError[] =>
  fields.length === 0
    ? [{ path: code === 'account_not_found' ? 'accountId' : '', code, message }]
    : fields.map((field) => ({ ...field, path: field.path.replace(/^body\./, '') }));
