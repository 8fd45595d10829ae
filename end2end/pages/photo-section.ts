// The part of a space's page that is about photos: its form, and the uploads of the page.
import { type Locator, type Page, expect } from "@playwright/test";

export interface TestFile {
  name: string;
  mimeType: string;
  buffer: Buffer;
}

export class PhotoSection {
  readonly page: Page;
  readonly root: Locator;
  readonly chooser: Locator;
  readonly folderChooser: Locator;
  readonly camera: Locator;
  readonly recipe: Locator;
  readonly phone: Locator;
  /** Without JavaScript. */
  readonly uploadButton: Locator;
  readonly uploads: Locator;
  readonly summary: Locator;
  /** For screen readers. */
  readonly status: Locator;
  readonly jobsLink: Locator;

  constructor(page: Page) {
    this.page = page;
    this.root = page.getByRole("region", { name: "Photos" });
    this.chooser = this.root.getByLabel("Choose photos");
    this.folderChooser = this.root.getByLabel("Choose a folder");
    this.camera = this.root.getByLabel("Take a photo");
    this.recipe = this.root.getByLabel("Make of each photo");
    this.phone = this.root.getByLabel("Text me when it is done");
    this.uploadButton = this.root.getByRole("button", { name: "Upload", exact: true });
    this.uploads = this.root.getByRole("list", { name: "Uploads" }).getByRole("listitem");
    this.summary = this.root.locator("[data-summary]");
    this.status = this.root.getByRole("status");
    this.jobsLink = page.locator("[data-jobs]");
  }

  upload(name: string): Locator {
    return this.uploads.filter({ hasText: name });
  }

  button(action: "Cancel" | "Try again" | "Upload anyway" | "Dismiss", name: string): Locator {
    return this.root.getByRole("button", { name: `${action} ${name}`, exact: true });
  }

  /** The photo in a row of the listing, once it has a thumbnail. */
  thumbnail(row: Locator): Locator {
    return row.locator("img[src*='/thumbnail']");
  }

  async choose(...files: TestFile[]): Promise<void> {
    await this.chooser.setInputFiles(files);
  }

  /** Drops files, as a browser reports it; where on the page does not matter. */
  async drop(selector: string, ...files: TestFile[]): Promise<void> {
    const transfer = await this.transferOf(files);
    for (const kind of ["dragenter", "dragover", "drop"]) {
      await this.page.dispatchEvent(selector, kind, { dataTransfer: transfer });
    }
  }

  async paste(...files: TestFile[]): Promise<void> {
    const transfer = await this.transferOf(files);
    await transfer.evaluate((clipboardData) => {
      document.body.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
    });
  }

  async expectUploaded(...names: string[]): Promise<void> {
    for (const name of names) await expect(this.upload(name)).toContainText("Uploaded as #", { timeout: 30_000 });
  }

  private async transferOf(files: TestFile[]) {
    const plain = files.map(({ name, mimeType, buffer }) => ({ name, mimeType, text: buffer.toString("base64") }));
    return this.page.evaluateHandle((files) => {
      const transfer = new DataTransfer();
      for (const { name, mimeType, text } of files) {
        const bytes = Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
        transfer.items.add(new File([bytes], name, { type: mimeType }));
      }
      return transfer;
    }, plain);
  }
}
