// What test_scene.py asks of the scene that browsers draw. One scenario a line in, its frames a line out.
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

const at = (name) => pathToFileURL(`${process.argv[2]}/${name}.js`).href;
const { Scene } = await import(at("scene"));
const { changeOf } = await import(at("wire"));
const { unpack } = await import(at("pong/rally"));

/** Steps in the order of their time: a message that arrives, or a frame that is drawn. */
function* play({ rules, state, sides, stands, steps }) {
  const scene = new Scene(rules, unpack(state));
  scene.seat(sides);
  for (const [now, message] of steps) {
    const t = stands ? now - scene.delayMs : now;
    if (message) scene.timeline.push(changeOf(rules, message));
    const happened = scene.settle(t);
    if (message) continue;
    const { paddles, ball } = scene.frame(t, happened);
    yield { t, paddles, ball };
  }
}

for await (const request of createInterface({ input: process.stdin })) console.log(JSON.stringify([...play(JSON.parse(request))]));
