import t from 'tap';
import { testClient } from './testing/ric-suite.ts';

t.jobs = 3;
t.test('aws-lambda-ric 2.1.0', (t) => testClient(t, { client: 2 }));
t.test('aws-lambda-ric 3.3.0', (t) => testClient(t, { client: 3 }));
t.test('aws-lambda-ric 4.0.2', (t) => testClient(t, { client: 4 }));
