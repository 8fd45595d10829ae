// Many codes at once: the form, the first rows of a table, and how far it is.
import { type Download, expect, type Locator, type Page } from "@playwright/test";

export class ManyPage {
  readonly page: Page;
  readonly url: string;

  readonly lines: Locator;
  readonly file: Locator;
  readonly showButton: Locator;
  /** Why a table was refused. */
  readonly alert: Locator;

  readonly rows: Locator;
  readonly separator: Locator;
  readonly heading: Locator;
  readonly readAgainButton: Locator;
  readonly makeButton: Locator;

  /** How far it is. */
  readonly standing: Locator;
  readonly said: Locator;
  readonly stopButton: Locator;
  readonly mistakes: Locator;
  readonly archive: Locator;
  readonly latest: Locator;

  constructor(page: Page, address: string, space: string) {
    this.page = page;
    this.url = `${address}/s/${space}/many`;

    this.lines = page.getByRole("textbox", { name: "Lines" });
    this.file = page.getByLabel("Or a file");
    this.showButton = page.getByRole("button", { name: "Show the first rows" });
    this.alert = page.getByRole("alert").filter({ hasText: /\w/ });

    this.rows = page.locator(".many-rows").getByRole("listitem");
    this.separator = page.getByRole("combobox", { name: "Cells are separated" });
    this.heading = page.getByRole("checkbox", { name: "The first row is a heading" });
    this.readAgainButton = page.getByRole("button", { name: "Read it like this" });
    this.makeButton = page.getByRole("button", { name: /^Make (up to )?[\d,]+ codes?$/ });

    this.standing = page.locator(".many-standing");
    this.said = page.locator("[data-live=many]").getByRole("status");
    this.stopButton = page.getByRole("button", { name: "Stop" });
    this.mistakes = page.getByRole("link", { name: "Rows with mistakes (CSV)" });
    this.archive = page.getByRole("link", { name: "All codes (ZIP)" });
    this.latest = page.getByRole("region", { name: "Of the last seven days" }).getByRole("listitem");
  }

  async open(): Promise<void> {
    await this.page.goto(this.url);
  }

  /** What a column holds. */
  column(name: string): Locator {
    return this.page.getByRole("combobox", { name, exact: true });
  }

  async choose(name: string, text: string): Promise<void> {
    await this.file.setInputFiles({ name, mimeType: "text/csv", buffer: Buffer.from(text) });
  }

  async download(link: Locator): Promise<Download> {
    const [download] = await Promise.all([this.page.waitForEvent("download"), link.click()]);
    return download;
  }

  async expectDone(standing: string): Promise<void> {
    await expect(this.said).toHaveText("Done.", { timeout: 60_000 });
    await expect(this.standing).toHaveText(standing);
  }
}
