// The page that prints codes on labels.
import { type Download, type Locator, type Page, expect } from "@playwright/test";

export class SheetPage {
  readonly page: Page;
  readonly summary: Locator;
  readonly notes: Locator;
  readonly picture: Locator;
  readonly format: Locator;
  readonly words: Locator;
  readonly copies: Locator;
  readonly used: Locator;
  readonly columns: Locator;
  readonly refusal: Locator;
  private readonly showButton: Locator;
  private readonly downloadButton: Locator;

  constructor(page: Page) {
    this.page = page;
    this.summary = page.getByRole("status");
    this.notes = page.locator(".sheet-notes").getByRole("listitem");
    this.picture = page.getByRole("img", { name: "The first page of labels" });
    this.format = page.getByRole("combobox", { name: "Labels", exact: true });
    this.words = page.getByRole("combobox", { name: "Beside or below the code" });
    this.copies = page.getByRole("textbox", { name: "Copies of each" });
    this.used = page.getByRole("textbox", { name: "Labels already used up" });
    this.columns = page.getByRole("textbox", { name: "Columns", exact: true });
    this.refusal = page.getByRole("alert");
    this.showButton = page.getByRole("button", { name: "Show" });
    this.downloadButton = page.getByRole("button", { name: "Download PDF" });
  }

  /** Ticks entries on the page of a space, and leads here. */
  async openFor(ids: number[]): Promise<void> {
    for (const id of ids) await this.page.getByRole("checkbox", { name: `Choose #${id}`, exact: true }).check();
    await this.page.getByRole("button", { name: "Print labels" }).click();
    await expect(this.page.getByRole("heading", { level: 1, name: "Print labels" })).toBeVisible();
  }

  /** How many codes the picture shows. */
  async shownCodes(): Promise<number> {
    return this.picture.locator("g[id^=sheet-code-]").count();
  }

  async show(): Promise<void> {
    await this.showButton.click();
  }

  async download(): Promise<Download> {
    const [download] = await Promise.all([this.page.waitForEvent("download"), this.downloadButton.click()]);
    return download;
  }
}
