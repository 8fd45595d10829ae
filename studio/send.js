// A form posted to the server, whose answer is told apart from its refusal.

/** What it answered; `error` says why it did not do it. Fails where it cannot be reached. */
export async function send(address, body, signal) {
  const response = await fetch(address, { method: "POST", headers: { Accept: "application/json" }, body, signal });
  const answer = await response.json().catch(() => ({}));
  return response.ok ? answer : { error: answer.error ?? `The server answered with status ${response.status}.` };
}
