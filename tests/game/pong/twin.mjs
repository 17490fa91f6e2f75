// Plays the matches of test_twin.py with the modules that browsers load. One match a line in, one digest a line out.
import { createHash } from "node:crypto";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

const at = (name) => pathToFileURL(`${process.argv[2]}/${name}.js`).href;
const { ballX, ballY } = await import(at("ball"));
const { ruleset, paddleHeight } = await import(at("court"));
const { paddleY, pointAt } = await import(at("paddle"));
const { advance, create, over, pack, postpone, resume, unpack, winner } = await import(at("rally"));
const { replay, states } = await import(at("replay"));

/** "5,t,side,y,vy,t0,t1,rally" or "6,t,side,a,b,t0,t1,to,vy,over" */
const line = ({ kind, ...numbers }) => [kind === "hit" ? 5 : 6, ...Object.values(numbers).map(Number)].join();

/** Everything the rules say about a match, as text; test_twin.py writes the same. */
function* account({ rules, seeds, records }) {
  let epoch = 0;
  let end = null;
  for (const [index, record] of records.entries()) {
    const { a, b, ball } = unpack(record.opening);
    if (end === null) end = create(rules, seeds[index], ball.t0);
    else if (record.epoch !== epoch) end = resume(rules, a, b, seeds[index], ball.t0);
    else if (ball.t0 > end.ball.t0) end = postpone(rules, end, ball.t0);
    epoch = record.epoch;
    yield pack(end).join();
    const middle = ball.t0 + 333;
    yield [ballX(rules, ball, middle), ballY(rules, ball, middle), pack(advance(rules, end, ball.t0 + 9999))].join();
    let events;
    [events, end] = replay(rules, record);
    for (const event of events) yield line(event);
    const paddles = [paddleY(rules, end.left, end.ball.t0), paddleY(rules, end.right, end.ball.t0)];
    yield [...pack(end), ...paddles, paddleHeight(rules, events.length)].join();
  }
  yield [over(rules, end), winner(rules, end)].join();
}

/** What a call gives, or the text of its error. */
const attempt = (call) => {
  try {
    return call();
  } catch (error) {
    return error.message;
  }
};

const answers = {
  account: (match) => createHash("sha256").update([...account(match)].join("\n")).digest("hex"),
  ruleset: ({ points }) => ruleset(points),
  replay: ({ rules, record }) => attempt(() => pack(replay(rules, record)[1])),
  states: ({ rules, record }) => [...states(rules, record)].map(({ t, state, event }) => [t, pack(state), event?.kind ?? null]),
  pointAt: ({ rules, y }) => pointAt(rules, y),
  resume: ({ rules, a, b, seed, t }) => attempt(() => pack(resume(rules, a, b, seed, t))),
  postpone: ({ rules, state, t }) => attempt(() => pack(postpone(rules, unpack(state), t))),
};

for await (const request of createInterface({ input: process.stdin })) {
  const [name, subject] = JSON.parse(request);
  console.log(JSON.stringify(answers[name](subject)));
}
