export const handler = async ({ name }) => {
  console.log('asked for', name);
  return { hello: name, greeting: process.env.GREETING };
};
