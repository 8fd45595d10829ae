// The page of a photo, and the page of jobs.
import { type Download, type Locator, type Page, expect } from "@playwright/test";

export class PhotoPage {
  readonly page: Page;
  readonly original: Locator;
  readonly result: Locator;
  readonly stages: Locator;
  readonly retryButton: Locator;
  readonly recipe: Locator;
  readonly makeButton: Locator;
  readonly similar: Locator;
  readonly facts: Locator;
  private readonly base: string;

  constructor(page: Page, address: string, space: string) {
    this.page = page;
    this.base = `${address}/s/${space}`;
    this.original = page.getByRole("img", { name: /^Original of #/ });
    this.result = page.getByRole("img", { name: /^Result of #/ });
    this.stages = page.getByRole("region", { name: "What still happens" });
    this.retryButton = page.getByRole("button", { name: /^Try again: #/ });
    this.recipe = page.getByLabel("Make something else of it");
    this.makeButton = page.getByRole("button", { name: "Make it" });
    this.similar = page.getByRole("region", { name: "Similar photos" }).getByRole("link");
    this.facts = page.locator(".photo-facts");
  }

  async open(id: number): Promise<void> {
    await this.page.goto(`${this.base}/e/${id}`);
    await this.page.locator("html[data-hydrated]").waitFor();
  }

  async openJobs(): Promise<void> {
    await this.page.goto(`${this.base}/jobs`);
    await this.page.locator("html[data-hydrated]").waitFor();
    await expect(this.page.locator("[data-connection=live]")).toBeVisible();
  }

  /** A row of a list on the page of jobs. */
  job(list: "Failed" | "In progress", name: string): Locator {
    return this.page.getByRole("list", { name: list }).getByRole("listitem").filter({ hasText: name });
  }

  async download(name: "original" | "result"): Promise<Download> {
    const link = this.page.locator(".photo").getByRole("link", { name: new RegExp(`^Download.*: ${name} of #`) });
    const [download] = await Promise.all([this.page.waitForEvent("download"), link.click()]);
    return download;
  }
}
