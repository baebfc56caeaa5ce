import type { JSX } from 'preact';
import { useState } from 'preact/hooks';

const thanksMs = 1_200;

/** Puts a text on the clipboard, and says so. */
export function CopyButton({ text }: { text: () => string }): JSX.Element {
  const [said, setSaid] = useState('Copy');
  const copy = async (): Promise<void> => {
    // There is a clipboard only on pages that came from this machine or by HTTPS.
    const isCopied = await navigator.clipboard?.writeText(text()).then(
      () => true,
      () => false,
    );
    setSaid(isCopied ? 'Copied' : 'Not allowed');
    setTimeout(() => setSaid('Copy'), thanksMs);
  };
  return (
    <button type="button" class="quiet copy" onClick={() => void copy()}>
      {said}
    </button>
  );
}
