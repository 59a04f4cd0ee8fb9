import fc from 'fast-check';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { maxPayloadBytes, payloadOf } from '#functions/platform/domain/webhook-payload.ts';

const event = (data: unknown) => ({
  id: 'evt_01KATJ9V5H8Q3M4N5P6R7S8T9V',
  workspaceId: 'wsp_01KATJ9V5H8Q3M4N5P6R7S8T9V',
  entityId: 'pst_01KATJ9V5H8Q3M4N5P6R7S8T9V',
  entityVersion: 3,
  occurredAt: '2026-11-22T12:00:00Z',
  actor: { type: 'system', id: 'posts' },
  correlationId: 'request-7',
  data,
});

test('a payload has a type, a timestamp, and data with ids and the details of the event', () => {
  expect(JSON.parse(payloadOf('post.published', event({ xPostIds: ['1'] })))).toEqual({
    type: 'post.published',
    timestamp: '2026-11-22T12:00:00Z',
    data: {
      eventId: 'evt_01KATJ9V5H8Q3M4N5P6R7S8T9V',
      workspaceId: 'wsp_01KATJ9V5H8Q3M4N5P6R7S8T9V',
      entityId: 'pst_01KATJ9V5H8Q3M4N5P6R7S8T9V',
      entityVersion: 3,
      actor: { type: 'system', id: 'posts' },
      correlationId: 'request-7',
      details: { xPostIds: ['1'] },
    },
  });
});

test('a payload stays within 20 KB: details that are too large are replaced by a note, and the ids stay', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 8_000 }), fc.constantFrom('a', 'ü', '🦆', '"'), (count, letter) => {
      const details = { text: letter.repeat(count) };
      const payload = payloadOf('post.published', event(details));
      expect(Buffer.byteLength(payload)).toBeLessThanOrEqual(maxPayloadBytes);
      const { data } = z.object({ data: z.looseObject({ details: z.unknown() }) }).parse(JSON.parse(payload));
      expect(data).toMatchObject({ entityId: 'pst_01KATJ9V5H8Q3M4N5P6R7S8T9V' });
      if (data.details === null) expect(data['note']).toContain('too large');
      else expect(data.details).toEqual(details);
    }),
  );
  expect(payloadOf('post.published', event({ text: 'x'.repeat(30_000) }))).toContain('too large');
});
