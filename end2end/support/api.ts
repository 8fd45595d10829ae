// The REST API, as another program uses it.
import type { TestFile } from "../pages/photo-section.ts";

export interface Entry {
  id: number;
  revision: number;
  state: "live" | { removed: { at: string } } | { gone: { at: string } };
  key: string;
  kind: "code" | "file" | "photo";
  name: string;
  value: string | null;
  style: { level: string; look?: string; score?: { points: number; reasons: string[] } } | null;
  size_bytes: number;
  photo?: { recipe: string; progress: string | null };
  labels?: { name: string; source: "person" | "labeller" }[];
}

export interface Change {
  seq: number;
  kind: "added" | "updated" | "removed" | "restored";
  entry: Entry;
}

export interface Listing {
  seq: number;
  total: number;
  /** The cursor of the next part; null after the last one. */
  next: string | null;
  entries: Entry[];
}

/** Entries on a page of the listing. */
export const entriesOnAPage = 24;

/** A space on a server, accessed through the REST API. */
export class Api {
  readonly address: string;
  readonly space: string;

  constructor(address: string, space: string) {
    this.address = address;
    this.space = space;
  }

  async save(text: string, name = "", level = "M", look = ""): Promise<Entry> {
    const change = await this.send<Change>("POST", "", { text, name, level, look });
    return change.entry;
  }

  /** Saves many, in order of their number unless `concurrency` is more than one. */
  async saveMany(texts: string[], concurrency = 1): Promise<void> {
    const waiting = [...texts];
    const client = async () => {
      for (let text = waiting.shift(); text !== undefined; text = waiting.shift()) {
        await this.save(text);
      }
    };
    await Promise.all(Array.from({ length: concurrency }, client));
  }

  async describe(id: number, description: { name?: string; labels?: string[] }): Promise<void> {
    await this.send<Change>("PATCH", `/${id}`, description);
  }

  async remove(id: number): Promise<void> {
    await this.send<Change>("DELETE", `/${id}`);
  }

  async entry(id: number): Promise<Entry> {
    return this.send<Entry>("GET", `/${id}`);
  }

  /** As many entries as a page shows, the newest or those after a cursor. */
  async listing(cursor?: string): Promise<Listing> {
    const after = cursor === undefined ? "" : `&cursor=${cursor}`;
    return this.send<Listing>("GET", `?limit=${entriesOnAPage}${after}`);
  }

  /** Uploads a photo. */
  async uploadPhoto({ name, buffer }: TestFile, recipe = "flip"): Promise<Entry> {
    const query = new URLSearchParams({ name, recipe }).toString();
    const response = await this.post(`photos?${query}`, "application/octet-stream", new Uint8Array(buffer));
    return ((await response.json()) as Change).entry;
  }

  /** Uploads a logo and returns its id. */
  async uploadLogo(picture: Buffer): Promise<string> {
    const response = await this.post("logos", "application/octet-stream", new Uint8Array(picture));
    return ((await response.json()) as { logo: string }).logo;
  }

  /** A file of an unsaved code. */
  async draw(draft: { text: string; level: string; look: string; as: string }): Promise<Buffer> {
    const { as: format, ...others } = draft;
    const response = await fetch(`${this.address}/qr?${new URLSearchParams({ ...others, format }).toString()}`);
    if (!response.ok) {
      throw new Error(`/qr: ${response.status} ${await response.text()}`);
    }
    return Buffer.from(await response.arrayBuffer());
  }

  private async post(path: string, type: string, body: BodyInit): Promise<Response> {
    const address = `${this.address}/api/v1/spaces/${this.space}/${path}`;
    const response = await fetch(address, { method: "POST", headers: { "Content-Type": type }, body });
    if (!response.ok) {
      throw new Error(`POST ${path}: ${response.status} ${await response.text()}`);
    }
    return response;
  }

  private async send<T>(method: string, path: string, body?: object): Promise<T> {
    const response = await fetch(`${this.address}/api/v1/spaces/${this.space}/entries${path}`, {
      method,
      ...(body ? { headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) } : {}),
    });
    if (!response.ok) {
      throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    }
    return (await response.json()) as T;
  }
}
