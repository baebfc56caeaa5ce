exports.handler = async (event, context) => {
  const greeting = `hello ${event.name}`; // a place for a breakpoint
  return { greeting, remainingMs: context.getRemainingTimeInMillis() };
};
