export const handler = async (event, context) => {
  if (event.fail) throw new RangeError('as asked');
  while (event.loop);
  return { hello: event.name, from: context.clientContext.custom.from };
};
