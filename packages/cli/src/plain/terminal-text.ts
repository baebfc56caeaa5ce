export type Color = 'dim' | 'green' | 'red' | 'magenta';

export type Paint = (color: Color, text: string) => string;

const codes: Readonly<Record<Color, string>> = { dim: '2', green: '32', red: '31', magenta: '35' };

export const painter =
  (hasColors: boolean): Paint =>
  (color, text) =>
    hasColors && text.trim() !== '' ? `\u001b[${codes[color]}m${text}\u001b[0m` : text;

/** Text of others without what a terminal would take for a command. */
export const printable = (text: string): string => text.replace(/\p{Cc}|\p{Bidi_Control}/gu, ' ');

/** At most so many characters, the last of them an ellipsis where there were more. */
export function cutText(text: string, length: number): string {
  const characters = [...text];
  return characters.length <= length ? text : `${characters.slice(0, length - 1).join('')}…`;
}
