/** `system` follows the machine's setting. */
export type Theme = 'system' | 'light' | 'dark';

const key = 'lambda-bootstraps.theme';
const themes: readonly Theme[] = ['system', 'light', 'dark'];

export const storedTheme = (): Theme => themes.find((theme) => theme === localStorage.getItem(key)) ?? 'system';

export const nextTheme = (theme: Theme): Theme => themes[(themes.indexOf(theme) + 1) % themes.length]!;

/** Style sheets choose by the document's color-scheme. */
export function applyTheme(theme: Theme): void {
  document.documentElement.dataset.theme = theme;
  localStorage.setItem(key, theme);
}
