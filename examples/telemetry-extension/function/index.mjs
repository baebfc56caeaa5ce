export const handler = async (event) => {
  console.log('handling', event);
  return event;
};
