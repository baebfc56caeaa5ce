/** What follows the account in an ARN, or stands alone: a name, and perhaps a version or alias. */
const pattern =
  /^(?:arn:[a-z-]+:lambda:)?(?:[a-z]{2}(?:-[a-z]+)+-\d:)?(?:\d{12}:)?(?:function:)?([a-zA-Z0-9-_.]+)(?::[a-zA-Z0-9$_-]+)?$/;

/** The name in what a path of the Invoke API says: a name, partial ARN or ARN, with a qualifier or without ("Invoke", FunctionName). */
export const functionNameIn = (said: string): string | undefined => pattern.exec(said)?.[1];

/** "CreateFunction", FunctionName. Two dots, or one, would be no name in a path. */
export const isFunctionName = (name: unknown): name is string =>
  typeof name === 'string' && /^[a-zA-Z0-9-_.]{1,64}$/.test(name) && !/^\.{1,2}$/.test(name);

export const functionNameRule = '1 to 64 letters, digits, dots, - and _';
