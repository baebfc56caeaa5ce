/** The parameters of a query, decoded. */
export const queryParameters = (query: string): [string, string][] =>
  query
    .split('&')
    .filter((part) => part !== '')
    .map((part) => {
      const mark = part.indexOf('=');
      if (mark < 0) return [decoded(part), ''];
      return [decoded(part.slice(0, mark)), decoded(part.slice(mark + 1))];
    });

/** What is no percent-encoding stays as it is. */
function decoded(text: string): string {
  const spaced = text.replaceAll('+', ' ');
  try {
    return decodeURIComponent(spaced);
  } catch {
    return spaced;
  }
}
