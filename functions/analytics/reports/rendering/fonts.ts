import { readFile } from 'node:fs/promises';
import { create, type Font } from 'fontkit';
import type { FontFiles } from '../../domain/font-files.ts';
import { unpacked } from './woff.ts';

/** A loaded font. */
interface Face {
  /** Its name within the PDF document. */
  name: string;
  data: Buffer;
  font: Font;
}

/** A part of a text that one font draws. */
export interface Run {
  /** The font's name. */
  face: string;
  text: string;
}

/** Fonts that together draw a text. */
export interface Fonts {
  faces: readonly Pick<Face, 'name' | 'data'>[];
  /**
   * Splits a text into parts, each for one font. Characters that no font has become U+FFFD; those never drawn are left
   * out.
   */
  runsOf(text: string, isBold: boolean): Run[];
  /** The characters that no font has, in Unicode order. */
  missing: readonly string[];
}

/** Drawn for a character that no font has (Unicode: replacement character). */
const replacement = '\uFFFD';

/** Joiners, variation selectors and the like: they are never drawn, so no font needs them (UAX 44). */
const neverDrawn = /\p{Default_Ignorable_Code_Point}/gu;

const drawnText = (text: string): string => text.normalize('NFC').replace(neverDrawn, '');

const read = async (name: string, file: URL): Promise<Face> => {
  const data = unpacked(await readFile(file));
  const font = create(data);
  if (!('hasGlyphForCodePoint' in font)) throw new Error(`${file.href} is a collection of fonts, not one`);
  return { name, data, font };
};

const has = ({ font }: Face, character: string): boolean => font.hasGlyphForCodePoint(character.codePointAt(0) ?? 0);

/** Loads fallback fonts while a character is missing: most reports need none. */
const readFallbacks = async (regular: Face, files: FontFiles, characters: ReadonlySet<string>) => {
  const fallbacks: Face[] = [];
  let missing = [...characters].filter((character) => !has(regular, character));
  for (const [at, file] of files.fallbacks.entries()) {
    if (missing.length === 0) break;
    const face = await read(`fallback-${at + 1}`, file);
    const before = missing.length;
    missing = missing.filter((character) => !has(face, character));
    if (missing.length < before) fallbacks.push(face);
  }
  return { fallbacks, missing: missing.toSorted() };
};

/** Loads the fonts that a text needs. @param text all that will be drawn, in any order */
export const openFonts = async (files: FontFiles, text: string): Promise<Fonts> => {
  const [regular, bold] = await Promise.all([read('regular', files.regular), read('bold', files.bold)]);
  const { fallbacks, missing } = await readFallbacks(regular, files, new Set(drawnText(text)));
  const chains = { regular: [regular, ...fallbacks], bold: [bold, regular, ...fallbacks] };
  const known = { regular: new Map<string, Face | undefined>(), bold: new Map<string, Face | undefined>() };

  const faceOf = (character: string, weight: 'regular' | 'bold'): Face | undefined => {
    const memory = known[weight];
    if (!memory.has(character)) {
      memory.set(
        character,
        chains[weight].find((face) => has(face, character)),
      );
    }
    return memory.get(character);
  };

  return {
    faces: [regular, bold, ...fallbacks],
    missing,
    runsOf: (text, isBold) => {
      const weight = isBold ? 'bold' : 'regular';
      const runs: Run[] = [];
      for (const character of drawnText(text)) {
        const found = faceOf(character, weight);
        const [face, shown] = found ? [found.name, character] : [weight, replacement];
        const last = runs.at(-1);
        if (last?.face === face) last.text += shown;
        else runs.push({ face, text: shown });
      }
      return runs;
    },
  };
};
