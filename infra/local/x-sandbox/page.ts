import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { html, type Incoming, type Reply } from './http.ts';
import type { World } from './world.ts';

/** Returns the page of the accounts' timelines, or a picture of a post; undefined for any other path. */
export async function pageReply(world: World, incoming: Incoming): Promise<Reply | undefined> {
  if (incoming.method !== 'GET') return undefined;
  if (incoming.path === '/') {
    const page = await readFile(new URL('page.html', import.meta.url), 'utf8');
    return html(200, page, { 'content-security-policy': policyFor(page) });
  }
  const id = /^\/_sandbox\/media\/(\d{1,19})$/.exec(incoming.path)?.[1];
  const media = id === undefined ? undefined : world.state.media[id];
  const picture = media?.finalizedAt !== undefined && (media.kind === 'image' || media.kind === 'gif');
  if (!picture) return undefined;
  return { status: 200, contentType: media.mediaType, payload: await world.media.read(media.id) };
}

/** Allows only the page's own script and style, by digest, and nothing from elsewhere. */
function policyFor(page: string): string {
  const digestOf = (tag: string) => {
    const content = new RegExp(`<${tag}[^>]*>([^]*?)</${tag}>`).exec(page)?.[1] ?? '';
    return `'sha256-${createHash('sha256').update(content).digest('base64')}'`;
  };
  return (
    `default-src 'none'; script-src ${digestOf('script')}; style-src ${digestOf('style')}; ` +
    "connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
  );
}
