// The real program on a free port with its own data directory; stopped by its process id.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Where cargo builds. */
export const target = process.env.CARGO_TARGET_DIR ?? join(import.meta.dirname, "../../target");
/** The release program, unless QRATE_PROGRAM names another one. */
const program = process.env.QRATE_PROGRAM ?? join(target, "release/qrate");
const start_timeout_ms = 15_000;

export class Server {
  readonly dataDirectory: string;
  /** The base URL, without a trailing slash. Stays the same across restarts. */
  address = "";
  private process: ChildProcess | undefined;
  private said = "";
  private readonly variables: Record<string, string>;

  private constructor(dataDirectory: string, variables: Record<string, string>) {
    this.dataDirectory = dataDirectory;
    this.variables = variables;
  }

  /** Starts on a free port, with an empty data directory, and with these options as variables. */
  static async start(variables: Record<string, string> = {}): Promise<Server> {
    const server = new Server(await mkdtemp(join(tmpdir(), "qrate-end2end-")), variables);
    server.address = await server.run("127.0.0.1:0");
    return server;
  }

  /** The directory whose files are the objects. */
  get bucket(): string {
    return join(this.dataDirectory, "bucket");
  }

  /** The program's log so far. */
  get log(): string {
    return this.said;
  }

  /** Restarts at the same address, after `stop` or `kill`. */
  async startAgain(): Promise<void> {
    await this.run(new URL(this.address).host);
  }

  /** Serves the same data directory at another address during `work`, unseen by pages waiting at the old one. */
  async elsewhere(work: (address: string) => Promise<void>): Promise<void> {
    await work(await this.run("127.0.0.1:0"));
    await this.stop();
  }

  /** Stops it like a service manager, and waits until it has exited. */
  async stop(): Promise<void> {
    await this.end("SIGTERM");
  }

  /** Kills it, like a power cut. */
  async kill(): Promise<void> {
    await this.end("SIGKILL");
  }

  /** Stops it and deletes its data. */
  async dispose(): Promise<void> {
    await this.end("SIGKILL");
    await rm(this.dataDirectory, { recursive: true, force: true });
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    const child = this.process;
    this.process = undefined;
    if (child && child.exitCode === null && child.signalCode === null) {
      const exit = once(child, "exit");
      child.kill(signal);
      await exit;
    }
  }

  private async run(listen: string): Promise<string> {
    const environment = Object.fromEntries(
      Object.entries(process.env).filter(([name]) => !name.startsWith("QRATE_")),
    );
    const child = spawn(program, ["serve", "--listen", listen, "--data-dir", this.dataDirectory], {
      env: { ...environment, ...this.variables },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.process = child;
    const from = this.said.length;
    return new Promise((resolve, reject) => {
      const give_up = (why: string) => reject(new Error(`${program} ${why}:\n${this.said.slice(from)}`));
      const timer = setTimeout(() => give_up("printed no address"), start_timeout_ms);
      child.once("error", (error) => give_up(`did not start (${error.message})`));
      child.once("exit", () => give_up("ended"));
      const append = (chunk: Buffer) => {
        this.said += chunk.toString();
        const address = /http:\/\/127\.0\.0\.1:[1-9]\d*/.exec(this.said.slice(from));
        if (address) {
          clearTimeout(timer);
          resolve(address[0]);
        }
      };
      child.stdout.on("data", append);
      child.stderr.on("data", append);
    });
  }
}
