'use strict';

exports.echo = async (event) => event;

exports.environment = async () => process.env;

exports.context = async (event, context) => {
  console.log('the function speaks');
  return { event, clientContext: context.clientContext };
};

exports.throws = async () => {
  throw new RangeError('as asked');
};

exports.exits = async () => process.exit(7);

exports.loop = async () => {
  console.log('the loop begins');
  for (;;);
};

exports.large = async ({ length }) => 'x'.repeat(length);
