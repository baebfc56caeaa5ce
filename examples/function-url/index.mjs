// A guest book: a page with a form, a cookie that counts visits, and a picture.
const guests = [];

export const handler = async ({ rawPath, requestContext, cookies = [], body = '', isBase64Encoded }) => {
  if (rawPath === '/picture.gif') return { statusCode: 200, headers: { 'Content-Type': 'image/gif' }, ...picture };
  if (requestContext.http.method === 'POST') {
    // A form is no text to Lambda: it comes as base64.
    const form = new URLSearchParams(isBase64Encoded ? Buffer.from(body, 'base64').toString() : body);
    guests.push(form.get('name'));
    return { statusCode: 303, headers: { Location: '/' } };
  }
  const visits = Number(cookies.find((cookie) => cookie.startsWith('visits='))?.slice('visits='.length) ?? 0) + 1;
  return {
    statusCode: 200,
    headers: { 'Content-Type': 'text/html; charset=utf-8' },
    cookies: [`visits=${visits}; Path=/; HttpOnly`],
    body: page(visits),
  };
};

const page = (visits) => `<!doctype html>
<title>Guest book</title>
<h1><img src="/picture.gif" alt="" width="16" height="16"> Guest book</h1>
<p>Visits of yours: ${visits}. Guests: ${guests.map(escaped).join(', ') || 'none yet'}.</p>
<form method="post"><input name="name" placeholder="Your name"> <button>Sign</button></form>
`;

const escaped = (text) => String(text).replace(/[&<>"]/g, (letter) => `&#${letter.charCodeAt(0)};`);

const picture = { isBase64Encoded: true, body: 'R0lGODlhAQABAIAAAP8AAP///yH5BAAAAAAALAAAAAABAAEAAAICRAEAOw==' };
