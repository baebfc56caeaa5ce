// A runtime that does what its events say: { log, times, sleepMs, fail, text }. Else it gives them back.
const api = `http://${process.env.AWS_LAMBDA_RUNTIME_API}/2018-06-01/runtime/invocation`;

for (;;) {
  const next = await fetch(`${api}/next`);
  const id = next.headers.get('lambda-runtime-aws-request-id');
  const given = await next.text();
  const event = JSON.parse(given) ?? {};
  for (let count = event.times ?? 1; event.log && count > 0; count--) console.log(event.log);
  if (event.sleepMs) await new Promise((resolve) => setTimeout(resolve, event.sleepMs));
  const error = JSON.stringify({ errorType: 'Asked', errorMessage: 'as asked', trace: [] });
  await fetch(`${api}/${id}/${event.fail ? 'error' : 'response'}`, {
    method: 'POST',
    body: event.fail ? error : (event.text ?? given),
  });
}
