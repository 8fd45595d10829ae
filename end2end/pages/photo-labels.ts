// The labels on the page of a photo.
import { type Locator, type Page } from "@playwright/test";

export class PhotoLabels {
  readonly root: Locator;
  readonly list: Locator;
  readonly links: Locator;
  readonly input: Locator;
  readonly addButton: Locator;
  readonly lookAgain: Locator;

  constructor(page: Page) {
    this.root = page.getByRole("region", { name: "Labels" });
    this.list = this.root.getByRole("list");
    this.links = this.list.getByRole("link");
    this.input = this.root.getByLabel("Add labels");
    this.addButton = this.root.getByRole("button", { name: "Add", exact: true });
    this.lookAgain = this.root.getByRole("button", { name: /^Look (again|for labels)$/ });
  }

  label(name: string): Locator {
    return this.list.getByRole("listitem").filter({ has: this.root.page().getByRole("link", { name, exact: true }) });
  }

  async add(names: string): Promise<void> {
    await this.input.fill(names);
    await this.addButton.click();
  }

  async remove(name: string): Promise<void> {
    await this.root.getByRole("button", { name: `Remove the label ${name}`, exact: true }).click();
  }
}
