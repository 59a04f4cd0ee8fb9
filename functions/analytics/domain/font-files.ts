/** Files of the open fonts that a PDF embeds. */
export interface FontFiles {
  regular: URL;
  bold: URL;
  /** Tried in this order for characters that the fonts before lack. */
  fallbacks: readonly URL[];
}

/**
 * Where the fonts come from: npm packages. DejaVu Sans covers Latin (including Vietnamese), Greek, Cyrillic, Hebrew,
 * Arabic and many symbols; Kosugi Japanese; Gowun Dodum Korean; UnifontEX nearly all of Unicode, in coarse glyphs.
 */
export const fontSources = {
  regular: 'dejavu-fonts-ttf/ttf/DejaVuSans.ttf',
  bold: 'dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf',
  fallbacks: [
    '@fontsource/kosugi/files/kosugi-japanese-400-normal.woff',
    '@fontsource/gowun-dodum/files/gowun-dodum-korean-400-normal.woff',
    '@fontsource/unifontex/files/unifontex-latin-400-normal.woff',
  ],
} as const;

/** Returns the font files, given a function that locates each source. */
export const fontFilesBy = (place: (source: string) => URL): FontFiles => ({
  regular: place(fontSources.regular),
  bold: place(fontSources.bold),
  fallbacks: fontSources.fallbacks.map(place),
});

/** Returns the font files from a single folder, such as that of a function's code. @param folder ends with a slash */
export const fontFilesIn = (folder: URL): FontFiles =>
  fontFilesBy((source) => new URL(source.replace(/^.*\//, ''), folder));
