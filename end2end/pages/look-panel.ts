// The look options of the composer.
import { type Download, expect, type Locator, type Page } from "@playwright/test";

declare global {
  var blobs: Map<string, Blob>;
}

export type Format = "PNG" | "SVG" | "PDF" | "text for terminals";

export class LookPanel {
  readonly page: Page;
  /** Opens and closes the panel, and shows the name of the look. */
  readonly summary: Locator;
  readonly presets: Locator;
  /** The picture of the styled code, drawn by the browser or the server. */
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

  /** Call before the page is opened: keeps the pictures that it draws. */
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

  /** Opens the panel unless it is open, as it is with a look. */
  async open(is_closed = true): Promise<void> {
    if (is_closed) await this.summary.click();
    await expect(this.presets).toBeVisible();
  }

  preset(title: string): Locator {
    return this.presets.getByRole("button", { name: title, exact: true });
  }

  /** A radio button, by the legend of its group. */
  choice(legend: string, words: string): Locator {
    return this.page.getByRole("group", { name: legend, exact: true }).getByRole("radio", { name: words, exact: true });
  }

  field(label: string): Locator {
    return this.page.locator(".look").getByLabel(label, { exact: true });
  }

  /** The SVG document that the picture shows. */
  async svg(): Promise<string> {
    await expect(this.picture).toBeVisible();
    // Our pages may not fetch their own blob URLs, so blobs are kept when they get them.
    return this.picture.evaluate(async (img: HTMLImageElement) => (await blobs.get(img.src)?.text()) ?? "");
  }

  async download(format: Format): Promise<Download> {
    const button = this.page.getByRole("button", { name: `Download ${format}`, exact: true });
    const [download] = await Promise.all([this.page.waitForEvent("download"), button.click()]);
    return download;
  }

  /** The id of the chosen logo; empty without one. */
  async logoId(): Promise<string> {
    return this.page.locator(".look input[type=hidden][name=logo]").inputValue();
  }

  async uploadLogo(file: string): Promise<void> {
    await this.field("PNG, JPEG or SVG").setInputFiles(file);
    await expect(this.page.getByAltText("The logo")).toBeVisible();
  }
}
