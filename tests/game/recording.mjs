// What the replay page draws at some instants, by the modules that browsers load: sought, and come to step by step.
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

const { Playhead, Recording } = await import(pathToFileURL(`${process.argv[2]}/recording.js`).href);

const shown = (head) => {
  const { paddles, ball, paddleHeight, serveTo } = head.frame([]);
  return { score: head.score, paddles, ball, paddleHeight, serveTo };
};

for await (const line of createInterface({ input: process.stdin })) {
  const { document, instants } = JSON.parse(line);
  const recording = new Recording(document);
  const walking = new Playhead(recording);
  const told = [];
  const looks = instants.map((t) => {
    while (walking.t < t) told.push(...walking.advance(Math.min(t - walking.t, 17)));
    const walked = shown(walking);
    const seeking = new Playhead(recording);
    seeking.seek(t);
    return { walked, sought: shown(seeking) };
  });
  while (!walking.ended) told.push(...walking.advance(17));
  const end = shown(walking);
  walking.seek(0);
  const { length, rallies, stopped } = recording;
  const points = told.filter(({ kind }) => kind === "point").map(({ t, side, a, b }) => [t, side, a, b]);
  console.log(JSON.stringify({ looks, end, again: shown(walking), length, rallies, stopped, hits: told.length - points.length, points }));
}
