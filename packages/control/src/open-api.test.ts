import t from 'tap';
import { eventTypes } from './event-json.ts';
import { EventLog } from './event-log.ts';
import { loadOpenApi } from './open-api.ts';
import { Readers } from './readers.ts';
import { managingRoutes } from './routes/managing.ts';
import { observingRoutes } from './routes/observing.ts';

t.test('the description has every route and every type of event, and no others', async (t) => {
  const openApi = await loadOpenApi();
  const described = JSON.parse(openApi.text) as { paths: Record<string, Record<string, unknown>> };
  const nothing = { list: () => [], get: () => undefined };
  const functions = { ...nothing, create: t.fail, update: t.fail, remove: t.fail } as never;
  const routes: Record<string, Record<string, unknown>> = {
    ...observingRoutes({
      functions,
      events: new EventLog(),
      readers: new Readers(1),
      openApi,
      version: '1',
      concurrency: 1,
    }),
    ...managingRoutes({ functions, openApi, discretion: { withVariables: true, concurrency: 1 } }, t.fail),
  };
  const namesOf = (paths: Record<string, Record<string, unknown>>, base: string) =>
    Object.entries(paths)
      .flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method.toUpperCase()} ${base}${path}`))
      .filter((name) => !name.startsWith('PARAMETERS '))
      .sort();
  t.same(namesOf(routes, '/v1'), namesOf(described.paths, ''));
  t.same([...eventTypes].sort(), [...(openApi.schema('EventType').enum ?? [])].sort());
});

t.test('references are followed', async (t) => {
  const openApi = await loadOpenApi();
  t.match(openApi.schema('FunctionSettings').properties?.functionName, { type: 'string', pattern: /A-Z/ });
  t.throws(() => openApi.schema('None'), /no schema None/);
});
