// The page of one entry.
import { type Download, expect, type Locator, type Page } from "@playwright/test";

export class EntryPage {
  readonly page: Page;
  readonly heading: Locator;
  readonly code: Locator;
  readonly removeButton: Locator;
  readonly restoreButton: Locator;
  readonly back: Locator;
  readonly name: Locator;
  readonly labels: Locator;
  readonly labelList: Locator;
  readonly describeButton: Locator;
  /** Why name and labels were not saved, if neither is to blame. */
  readonly alert: Locator;
  readonly notice: Locator;
  /** What screen readers announce. */
  readonly status: Locator;
  private readonly base: string;

  constructor(page: Page, address: string, space: string) {
    this.page = page;
    this.base = `${address}/s/${space}/e`;
    this.heading = page.getByRole("heading", { level: 1 });
    this.code = page.getByRole("img", { name: /^The code #/ });
    this.removeButton = page.getByRole("button", { name: /^Remove/ });
    this.restoreButton = page.getByRole("button", { name: "Restore", exact: true });
    this.back = page.getByRole("link", { name: "All codes" });
    this.name = page.getByRole("textbox", { name: "Name", exact: true });
    this.labels = page.getByRole("textbox", { name: "Labels", exact: true });
    this.labelList = page.getByRole("list", { name: "Labels" }).getByRole("listitem");
    this.describeButton = page.getByRole("button", { name: "Save name and labels" });
    this.alert = page.getByRole("alert").filter({ hasText: /\w/ });
    this.notice = page.locator("[data-notice]");
    this.status = page.locator("[role=status]");
  }

  url(id: number): string {
    return `${this.base}/${id}`;
  }

  async open(id: number): Promise<void> {
    await this.page.goto(this.url(id));
    await this.page.locator("html[data-hydrated]").waitFor();
  }

  /** Opens the form for name and labels where it is closed. */
  async openDescription(): Promise<void> {
    if (!(await this.name.isVisible())) await this.page.getByText("Name and labels", { exact: true }).click();
  }

  async describe(name: string, labels: string): Promise<void> {
    await this.openDescription();
    await this.name.fill(name);
    await this.labels.fill(labels);
    await this.saveDescription();
  }

  async saveDescription(): Promise<void> {
    await this.describeButton.click();
  }

  async download(format: "PNG" | "SVG"): Promise<Download> {
    const [download] = await Promise.all([
      this.page.waitForEvent("download"),
      this.page.getByRole("link", { name: `Download ${format}` }).click(),
    ]);
    return download;
  }

  async expectRemoved(): Promise<void> {
    await expect(this.restoreButton).toBeVisible();
    await expect(this.removeButton).toHaveCount(0);
  }
}
