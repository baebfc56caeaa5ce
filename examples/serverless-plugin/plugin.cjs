// A plugin of the Serverless Framework: `serverless local` serves the functions of serverless.yml on this machine, for AWS
// clients by the Invoke API, and those with `url: true` by HTTP as their function URLs.
const { once } = require('node:events');
const { createServer } = require('node:http');
const { createLambdaService, createLog, nodeListener } = require('lambda-bootstraps');

module.exports = class ServerlessLocal {
  constructor(serverless, options, { log }) {
    this.serverless = serverless;
    this.options = options;
    this.log = log;
    this.commands = {
      local: {
        usage: 'Serves the functions of this service on this machine',
        lifecycleEvents: ['serve'],
        options: { port: { usage: 'Where to listen, 3002 unless told', shortcut: 'p', type: 'string' } },
      },
    };
    this.hooks = { 'local:serve': () => this.serve() };
  }

  /** Serves until the process is asked to end. */
  async serve() {
    const service = createLambdaService();
    const urls = new Map(
      Object.entries(this.serverless.service.functions).flatMap(([key, definition]) =>
        this.add(service, key, definition),
      ),
    );
    const invoke = nodeListener(service.handler);
    const server = createServer((request, response) => {
      const [, first] = request.url.split(/[/?]/);
      (urls.get(first) ?? invoke)(request, response);
    }).listen(this.options.port ?? 3002, '127.0.0.1');
    await once(server, 'listening');

    const base = `http://127.0.0.1:${server.address().port}`;
    for (const { functionName } of service.list()) this.log.notice(`invoke ${functionName} by --endpoint-url ${base}`);
    for (const key of urls.keys()) this.log.notice(`${base}/${key}/`);
    await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
    await service.stop();
    server.close();
  }

  /** Makes a function of its definition, as a deployment would; gives the listener of its URL, if it has one. */
  add(service, key, definition) {
    const { provider } = this.serverless.service;
    const seconds = definition.timeout ?? provider.timeout ?? 6;
    const sandbox = service.create({
      functionName: definition.name ?? `${this.serverless.service.service}-${provider.stage ?? 'dev'}-${key}`,
      runtime: definition.runtime ?? provider.runtime ?? 'nodejs22.x',
      handler: definition.handler,
      taskDir: this.serverless.serviceDir,
      environment: { ...provider.environment, ...definition.environment },
      timeoutMs: seconds * 1_000,
      memorySizeMb: definition.memorySize ?? provider.memorySize ?? 1_024,
      region: provider.region ?? 'us-east-1',
    });
    const writeLine = (line) => this.log.info(`${key}: ${line}`);
    const writeOutput = (_stream, bytes) => process.stdout.write(bytes);
    sandbox.subscribe(createLog(sandbox.config, { writeLine, writeOutput }));
    return definition.url ? [[key, nodeListener(sandbox.functionUrl(), { prefix: `/${key}` })]] : [];
  }
};
