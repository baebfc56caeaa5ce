import { isLoopback } from './peer.ts';

/**
 * A web page of any site can send requests to a loopback port, and by DNS rebinding under a name of its own. Pages that
 * are themselves served from this machine may call; names that are not this machine's may not be used.
 */
export function originIsForeign(origin: string): boolean {
  const authority = /^https?:\/\/(.+)$/.exec(origin)?.[1];
  if (authority === undefined) return true;
  const host = hostOf(authority);
  return !(isLocalName(host) || host === '0.0.0.0' || isLoopback(host.replace(/^\[(.*)\]$/, '$1')));
}

/** An IP address cannot be rebound, so any is taken; of names only those that always mean this machine. */
export function hostIsForeign(authority: string): boolean {
  const host = hostOf(authority);
  const isAddress = /^\d{1,3}(\.\d{1,3}){3}$/.test(host) || /^\[[0-9a-f:.]+\]$/.test(host);
  return !(isAddress || host === '' || isLocalName(host));
}

const hostOf = (authority: string): string => authority.replace(/:\d+$/, '').toLowerCase();

const isLocalName = (host: string): boolean => localNames.has(host) || /^[a-z0-9.-]+\.localhost$/.test(host);

const localNames: ReadonlySet<string> = new Set(['localhost', 'host.docker.internal', 'host.containers.internal']);
