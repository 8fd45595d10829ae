// The npm peer of `GET /qr`: `qrcode` behind fastify, `GET /qr?text=…&format=svg` or `png`, with a process for each
// core. Draws what ours draws: level M, a quiet zone of four modules, and in a PNG eight pixels for each module.
import cluster from "node:cluster";
import { availableParallelism } from "node:os";
import Fastify from "fastify";
import QRCode from "qrcode";

const look = { errorCorrectionLevel: "M", margin: 4, scale: 8 };
const query = {
  type: "object",
  required: ["text"],
  properties: { text: { type: "string", minLength: 1 }, format: { enum: ["svg", "png"], default: "svg" } },
};

async function draw(request, reply) {
  const { text, format } = request.query;
  if (format === "png") return reply.type("image/png").send(await QRCode.toBuffer(text, { ...look, type: "png" }));
  return reply.type("image/svg+xml").send(await QRCode.toString(text, { ...look, type: "svg" }));
}

if (cluster.isPrimary) {
  const workers = Array.from({ length: availableParallelism() }, () => cluster.fork());
  let listening = 0;
  cluster.on("listening", (_, { port }) => {
    listening += 1;
    if (listening === workers.length) console.log(`listening on http://127.0.0.1:${port}`);
  });
} else {
  const server = Fastify();
  server.get("/qr", { schema: { querystring: query } }, draw);
  await server.listen({ host: "127.0.0.1", port: 0 });
}
