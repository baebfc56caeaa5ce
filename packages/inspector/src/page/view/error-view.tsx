import type { JSX } from 'preact';
import type { FunctionError } from '../model/function-error.ts';

/** What went wrong, and where; then what caused it. */
export const ErrorView = ({ error }: { error: FunctionError }): JSX.Element => (
  <div class="function-error">
    <h3>{error.type}</h3>
    <p class="message">{error.message}</p>
    {error.stack.length > 0 && (
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys
      <pre class="stack" tabIndex={0} role="region" aria-label="Stack">
        {withoutHeading(error).map((line, index) => (
          <span key={index} class={isForeign(line) ? 'frame foreign' : 'frame'}>
            {`${line}\n`}
          </span>
        ))}
      </pre>
    )}
    {error.cause && (
      <>
        <h4>caused by</h4>
        <ErrorView error={error.cause} />
      </>
    )}
  </div>
);

/** Node.js begins a stack with type and message, which stand above it. */
function withoutHeading({ type, message, stack }: FunctionError): readonly string[] {
  const heading = [`${type}: ${message}`, message === '' ? type : `${type}:`];
  return heading.includes(stack[0] ?? '') ? stack.slice(1) : stack;
}

/** Of the runtime, its client or a library: not where one looks first. */
const isForeign = (line: string): boolean =>
  /node:internal|\/node_modules\/|aws-lambda-ric|\/ric\/|awslambdaric|importlib|\bjdk\.internal\b|java\.base/.test(
    line,
  );
