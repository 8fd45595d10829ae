// Renders the gateway's templates as API Gateway does, with inputs that mean harm: `gateway.mjs TEMPLATES.json`, which
// extract.py writes. Velocity runs in Java there: texts have Java's methods, and `replaceAll` takes a pattern.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { render } from 'velocityjs'

const templates = JSON.parse(readFileSync(process.argv[2], 'utf8'))

/** A text as Java has it. */
class Text {
  constructor(text) { this.text = text }
  length() { return this.text.length }
  replaceAll(pattern, replacement) { return new Text(this.text.replace(new RegExp(pattern, 'g'), replacement)) }
  toString() { return this.text }
}

/** `StringEscapeUtils.escapeJavaScript` of commons-lang 2, which API Gateway offers. */
function escapeJavaScript(value) {
  const named = { '\b': '\\b', '\n': '\\n', '\t': '\\t', '\f': '\\f', '\r': '\\r' }
  for (const unit of '\'"\\/') named[unit] = '\\' + unit
  const escape = (unit) => named[unit] ?? '\\u' + unit.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')
  return new Text(String(value).replace(/[\b\n\t\f\r'"\\/]|[^\x20-\x7e]/g, escape))
}

function request(body, headers = {}) {
  const rendered = render(templates.request, {
    input: {
      body: new Text(body),
      json: () => JSON.stringify(JSON.parse(body)),
      params: (name) => headers[name] ?? '',
    },
    util: { escapeJavaScript },
  })
  const { stateMachineArn, input } = JSON.parse(rendered)
  assert.match(stateMachineArn, /:stateMachine:qrate-a-device$/)
  return JSON.parse(input)
}

/** What a client gets for what StartSyncExecution answered. */
function response(execution, template = templates.response) {
  const context = { requestId: 'the-request', responseOverride: { header: {} } }
  const rendered = render(template, {
    input: { path: () => execution },
    util: { parseJson: JSON.parse },
    context,
  })
  const { status, header } = context.responseOverride
  return { status: status ?? 200, header, body: JSON.parse(rendered) }
}

const texts = [
  'plain', "it's", "''", "\\'", "\\\\'",
  '"quoted"', '\\', '\\\\', '\\n', '\n\r\t\b\f', '\u0000\u0001\u001f', '</script>', 'a/b',
  'Käsespätzle 🍝', '\u2028\u2029', '\ud800', '{"type": "DELETE"}', '"}, "type": "DELETE", "x": {"y": "',
  '$util.escapeJavaScript("x")', '$input.json("$")', '#set($body = "x")', '#if(true)x#end',
  '${body}', '$body', '##', '#*', '#[[x]]#',
  '{% $states.context %}', '$$', '$1 $& \\1', 'x'.repeat(7000),
]
let count = 0
const check = (found, wanted) => { assert.deepEqual(found, wanted); count += 1 }

for (const text of texts) {
  const device = { type: 'GENERATE', deviceId: text, string: text, filename: text, [text]: [text, 1, null, true] }
  check(request(JSON.stringify(device)), { device })
  check(request(JSON.stringify(text)), { device: text })
  check(request('{}', { 'Idempotency-Key': text }), { device: {}, idempotencyKey: text })
  check(request('{}', { 'idempotency-key': text }), { device: {}, idempotencyKey: text })
  // The body of an answer is passed on to the letter.
  const answer = { status: 200, contentType: 'application/json', body: JSON.stringify(device) }
  const passed = response({ status: 'SUCCEEDED', output: JSON.stringify(answer) })
  check(passed, { status: 200, header: { 'Content-Type': 'application/json' }, body: device })
}
check(request(JSON.stringify({ string: 'x'.repeat(65_536) })), { tooLarge: true })

for (const status of [400, 409, 413, 415, 422, 500, 507]) {
  const problem = { type: '/api/v1/problems/x', title: 'It\'s "so"', status }
  const answer = { status, contentType: 'application/problem+json', body: JSON.stringify(problem) }
  const passed = response({ status: 'SUCCEEDED', output: JSON.stringify(answer) })
  check(passed, { status, header: { 'Content-Type': 'application/problem+json' }, body: problem })
}
const busy = { status: 503, contentType: 'application/problem+json', body: '{"status": 503}' }
check(response({ status: 'SUCCEEDED', output: JSON.stringify(busy) }).header['Retry-After'], '1')

// StartSyncExecution answers 200 for these, too. What went wrong inside is told to nobody.
const secret = { error: 'States.TaskFailed', cause: 'deviceId: 3b6f0c52' }
for (const [status, wanted] of [['FAILED', 500], ['TIMED_OUT', 503], ['ABORTED', 500]]) {
  const failed = response({ status, ...secret })
  check([failed.status, failed.body.status], [wanted, wanted])
  check(failed.header['Content-Type'], 'application/problem+json')
  check(failed.body.request_id, 'the-request')
  check(JSON.stringify(failed).includes('3b6f0c52'), false)
}
const refused = response({ message: secret.cause }, templates.notStarted)
check([refused.body.status, refused.header['Retry-After']], [503, '1'])
console.log(`${count} requests and answers came out as they should`)
