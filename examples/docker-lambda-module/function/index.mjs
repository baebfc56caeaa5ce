let invocations = 0;

export const handler = async (event) => {
  invocations++;
  console.log(`invocation ${invocations} of this container`);
  if (event.fail) throw new RangeError('as asked');
  return { hello: event.name, invocations };
};
