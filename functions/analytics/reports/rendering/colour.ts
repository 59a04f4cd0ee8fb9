type Rgb = readonly [red: number, green: number, blue: number];

const rgbOf = (colour: string): Rgb => {
  const number = Number.parseInt(colour.slice(1), 16);
  return [number >> 16, (number >> 8) & 0xff, number & 0xff];
};

const hexOf = (rgb: Rgb): string => `#${rgb.map((part) => Math.round(part).toString(16).padStart(2, '0')).join('')}`;

/** Relative luminance (WCAG 2.2). */
const luminance = (rgb: Rgb): number => {
  const [red = 0, green = 0, blue = 0] = rgb.map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
};

/** Returns the contrast with white, from 1 to 21 (WCAG 2.2). @param colour such as `#1d9bf0` */
export const contrastWithWhite = (colour: string): number => 1.05 / (luminance(rgbOf(colour)) + 0.05);

/** Minimum contrast of graphics with their background (WCAG 2.2, success criterion 1.4.11). */
const enough = 3;

/** Returns the colour, darkened until it is visible on white. @param colour such as `#1d9bf0` */
export const visibleOnWhite = (colour: string): string => {
  const [red, green, blue] = rgbOf(colour);
  for (let share = 1; share > 0; share -= 0.05) {
    const darker = hexOf([red * share, green * share, blue * share]);
    if (contrastWithWhite(darker) >= enough) return darker;
  }
  return '#000000';
};

/**
 * Colours that most colour-blind people can tell apart (Okabe and Ito, 2008: Color Universal Design), some of them
 * darkened.
 */
const others = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#8a6d00', '#56b4e9', '#000000', '#7a3e9d', '#5f5f5f'];

/** Returns colours for this many lines, the workspace's own first. */
export const lineColours = (own: string, count: number): string[] =>
  [own, ...others].slice(0, count).map(visibleOnWhite);
