// The look of the code that is being made: a part of the page of a space.
import { type Download, expect, type Locator, type Page } from "@playwright/test";

declare global {
  var blobs: Map<string, Blob>;
}

export type Format = "PNG" | "SVG" | "PDF" | "text for terminals";

export class LookPanel {
  readonly page: Page;
  /** What opens and closes it, with the name of the look in it. */
  readonly summary: Locator;
  readonly presets: Locator;
  /** The picture of the code in its look, drawn here or by the server. */
  readonly picture: Locator;
  readonly verdict: Locator;
  readonly previewButton: Locator;
  readonly defaultButton: Locator;
  readonly link: Locator;
  readonly status: Locator;

  constructor(page: Page) {
    this.page = page;
    this.summary = page.locator(".look > summary");
    this.presets = page.getByRole("group", { name: "Presets" });
    this.picture = page.locator(".styled img");
    this.verdict = page.locator("[data-verdict]");
    this.previewButton = page.getByRole("button", { name: "Preview", exact: true });
    this.defaultButton = page.getByRole("button", { name: "Make this the space’s default" });
    this.link = page.getByRole("link", { name: "Link to this look" });
    this.status = page.locator("[data-look-status]");
  }

  /** Before the page is opened: keeps hold of the pictures that it makes. */
  async watch(): Promise<void> {
    await this.page.addInitScript(() => {
      const create = URL.createObjectURL.bind(URL);
      globalThis.blobs = new Map();
      URL.createObjectURL = (blob: Blob) => {
        const url = create(blob);
        blobs.set(url, blob);
        return url;
      };
    });
  }

  /** Opens it, unless it is: it comes open with a look. */
  async open(is_closed = true): Promise<void> {
    if (is_closed) await this.summary.click();
    await expect(this.presets).toBeVisible();
  }

  preset(title: string): Locator {
    return this.presets.getByRole("button", { name: title, exact: true });
  }

  /** One of a few, by the legend of its group. */
  choice(legend: string, words: string): Locator {
    return this.page.getByRole("group", { name: legend, exact: true }).getByRole("radio", { name: words, exact: true });
  }

  field(label: string): Locator {
    return this.page.locator(".look").getByLabel(label, { exact: true });
  }

  /** The SVG document that the picture shows. */
  async svg(): Promise<string> {
    await expect(this.picture).toBeVisible();
    // Our pages may not fetch what they show: the blobs behind it are kept when they get their addresses.
    return this.picture.evaluate(async (img: HTMLImageElement) => (await blobs.get(img.src)?.text()) ?? "");
  }

  async download(format: Format): Promise<Download> {
    const button = this.page.getByRole("button", { name: `Download ${format}`, exact: true });
    const [download] = await Promise.all([this.page.waitForEvent("download"), button.click()]);
    return download;
  }

  /** The name of the logo that is chosen; empty without one. */
  async logoId(): Promise<string> {
    return this.page.locator(".look input[type=hidden][name=logo]").inputValue();
  }

  async uploadLogo(file: string): Promise<void> {
    await this.field("PNG, JPEG or SVG").setInputFiles(file);
    await expect(this.page.getByAltText("The logo")).toBeVisible();
  }
}
