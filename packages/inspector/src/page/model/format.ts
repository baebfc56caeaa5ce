/** `0.41 ms`, `12.3 ms`, `1.02 s`, `2 min 03 s`: three figures, so that columns of them can be compared. */
export function formatDuration(ms: number): string {
  if (ms < 10) return `${ms.toFixed(2)} ms`;
  if (ms < 100) return `${ms.toFixed(1)} ms`;
  if (ms < 999.5) return `${ms.toFixed(0)} ms`;
  if (ms < 9_995) return `${(ms / 1000).toFixed(2)} s`;
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, '0')} s`;
}

/** `12:04:31.120`, in the reader's time zone. */
export function formatTime(at: number): string {
  const date = new Date(at);
  const two = (value: number): string => String(value).padStart(2, '0');
  const clock = [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':');
  return `${clock}.${String(date.getMilliseconds()).padStart(3, '0')}`;
}

/** `812 B`, `64 KiB`, `1.2 MiB`. */
export function formatBytes(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  const kib = bytes / 1024;
  if (kib < 1024) return `${kib < 10 ? kib.toFixed(1) : kib.toFixed(0)} KiB`;
  return `${(kib / 1024).toFixed(1)} MiB`;
}

/** `12,345` in every reader's language: figures of one page are of one kind. */
export const formatCount = (count: number): string => count.toLocaleString('en-US');

/** UTF-8. */
export const byteLength = (text: string): number => new TextEncoder().encode(text).length;
