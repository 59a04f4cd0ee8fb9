import * as z from 'zod';
import { stage } from './stage.ts';

const Box = z.object({
  messages: z.record(
    z.string(),
    z.array(
      z.object({
        Source: z.string(),
        To: z.array(z.string()),
        Subject: z.string(),
        BodyText: z.string(),
        BodyHtml: z.string().nullish(),
      }),
    ),
  ),
});

/** The platform's mails to an address, oldest first. */
export const boxOf = async (address: string) => {
  const { messages } = Box.parse(await (await fetch(stage.mailUrl)).json());
  return Object.values(messages)
    .flat()
    .filter(({ To, Source }) => To.includes(address) && Source === 'no-reply@marketing.example');
};
