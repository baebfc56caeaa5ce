export const handler = async ({ rawPath, queryStringParameters: { name = 'nobody' } = {} }) => ({
  statusCode: 200,
  headers: { 'Content-Type': 'text/html' },
  body: `<p>${encodeURIComponent(name)} is at ${rawPath}</p>`,
});
