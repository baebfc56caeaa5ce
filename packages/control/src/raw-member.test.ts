import t from 'tap';
import { rawMember } from './raw-member.ts';

t.test('a member is found as it was written', async (t) => {
  const cases: [json: string, found: string | undefined][] = [
    ['{"payload":12345678901234567890}', '12345678901234567890'],
    ['{ "a" : [1, {"payload": 2}] , "payload" : {"b": "}, \\"payload\\":"} \n}', '{"b": "}, \\"payload\\":"}'],
    ['{"pay\\u006coad":1e400}', '1e400'],
    ['{"payload":1,"payload":[ 2 ]}', '[ 2 ]'],
    ['{"payload":"\\\\"}', '"\\\\"'],
    ['\t{"payload":null,"z":0}', 'null'],
    ['{"a":{"payload":1}}', undefined],
    ['{}', undefined],
    [' { } ', undefined],
  ];
  for (const [json, found] of cases) {
    t.equal(rawMember(json, 'payload'), found, json);
    if (found !== undefined) t.strictSame(JSON.parse(found), JSON.parse(json).payload, 'as a parser sees it');
  }
});
