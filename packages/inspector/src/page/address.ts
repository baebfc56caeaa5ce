/** What stands behind the `#` of the page's address: the token of the control API, and the invocation that is open. */
export interface Address {
  readonly token: string | undefined;
  readonly invocation: string | undefined;
}

export function readAddress(hash: string): Address {
  const fields = new URLSearchParams(hash.replace(/^#/, ''));
  return { token: fields.get('token') ?? undefined, invocation: fields.get('invocation') ?? undefined };
}

/** So that a reload, or whoever gets the address, sees the same. */
export function writeAddress({ token, invocation }: Address): void {
  const fields = new URLSearchParams();
  if (token !== undefined) fields.set('token', token);
  if (invocation !== undefined) fields.set('invocation', invocation);
  const hash = fields.size === 0 ? '' : `#${fields}`;
  history.replaceState(null, '', location.pathname + location.search + hash);
}
