export const echo = async (event) => event;

export const sleep = (event) => new Promise((resolve) => setTimeout(resolve, 50, event));
