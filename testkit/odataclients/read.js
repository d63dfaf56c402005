// node read.js ROOT KEY SECRET FOLDER   generates two clients from the metadata of an OData service and prints what they read
// of it as JSON: odata2ts by the links from page to page, the SAP Cloud SDK by $skip. FOLDER takes what is generated.
const { execFile } = require('node:child_process');
const { promisify } = require('node:util');
const { mkdirSync, symlinkSync, writeFileSync, cpSync } = require('node:fs');
const path = require('node:path');

const [root, key, secret, folder] = process.argv.slice(2);
const headers = { Authorization: `Basic ${Buffer.from(`${key}:${secret}`).toString('base64')}` };
const sets = ['Calls', 'AgentCalls', 'Agents', 'Teams', 'Numbers', 'Daily'];
const pageSize = 4;

const run = (program, ...args) => promisify(execFile)(process.execPath, [path.join(__dirname, 'node_modules', program), ...args], { cwd: folder });

async function generate() {
  const answer = await fetch(`${root}/$metadata`, { headers });
  if (!answer.ok) throw new Error(`$metadata: ${answer.status} ${await answer.text()}`);
  mkdirSync(folder, { recursive: true });
  symlinkSync(path.join(__dirname, 'node_modules'), path.join(folder, 'node_modules'));
  writeFileSync(path.join(folder, 'metadata.xml'), await answer.text());
  cpSync(path.join(__dirname, 'tsconfig.json'), path.join(folder, 'tsconfig.json'));
  await Promise.all([
    run('@odata2ts/odata2ts/lib/run-cli.js', '-s', 'metadata.xml', '-o', 'odata2ts', '-m', 'all', '-e', 'ts', '--service-name', 'ringdesk'),
    run('@sap-cloud-sdk/generator/dist/cli.js', '--input', 'metadata.xml', '--outputDir', 'sap', '--skipValidation', '--overwrite'),
  ]);
  await run('typescript/bin/tsc', '-p', '.', '--noCheck');
}

async function byODATA2TS() {
  const { FetchClient } = require(path.join(folder, 'node_modules/@odata2ts/http-client-fetch'));
  const { ringdeskService } = require(path.join(folder, 'odata2ts/ringdeskService.js'));
  const client = new FetchClient({ headers: { ...headers, Prefer: `odata.maxpagesize=${pageSize}` } });
  const service = new ringdeskService(client, root);
  const read = {};
  for (const set of sets) {
    let page = (await service[set]().query()).data;
    const rows = [...page.value];
    let pages = 1;
    for (; page['@odata.nextLink']; pages++) {
      page = (await client.get(page['@odata.nextLink'])).data;
      rows.push(...page.value);
    }
    read[set] = { rows, pages };
  }
  const answered = (await service.Calls().query((b, q) => b.select('callId', 'talkMs').filter(q.direction.eq('inbound'), q.talkMs.gt(0)).orderBy(q.talkMs.desc()).count())).data;
  return { sets: read, answered: { rows: answered.value, count: answered['@odata.count'] } };
}

async function bySAP() {
  const { metadata } = require(path.join(folder, 'sap/metadata/service.js'));
  const api = metadata();
  const to = { url: root, authentication: 'BasicAuthentication', username: key, password: secret };
  const names = { Calls: 'callsApi', AgentCalls: 'agentCallsApi', Agents: 'agentsApi', Teams: 'teamsApi', Numbers: 'numbersApi', Daily: 'dailyApi' };
  const read = {};
  for (const set of sets) {
    const request = () => api[names[set]].requestBuilder().getAll();
    const count = await request().count().execute(to);
    const rows = [];
    let pages = 0;
    for (; rows.length < count; pages++) {
      rows.push(...(await request().top(pageSize).skip(rows.length).execute(to)).map((row) => row.toJSON()));
    }
    read[set] = { rows, pages };
  }
  const { callsApi } = api;
  const { and, desc } = require(path.join(folder, 'node_modules/@sap-cloud-sdk/odata-v4'));
  const answered = await callsApi.requestBuilder().getAll()
    .select(callsApi.schema.CALL_ID, callsApi.schema.TALK_MS)
    .filter(and(callsApi.schema.DIRECTION.equals('inbound'), callsApi.schema.TALK_MS.greaterThan(0))).orderBy(desc(callsApi.schema.TALK_MS)).execute(to);
  return { sets: read, answered: { rows: answered.map((row) => row.toJSON()), count: answered.length } };
}

async function main() {
  await generate();
  process.stdout.write(JSON.stringify({ odata2ts: await byODATA2TS(), sap: await bySAP() }));
}

main().catch((error) => {
  process.stderr.write(`${error.stack ?? error}\n${error.stdout ?? ''}${error.stderr ?? ''}${error.rootCause?.stack ?? ''}\n`);
  process.exit(1);
});
