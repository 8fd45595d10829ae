// The form above a listing that searches, filters and sorts.
import type { Locator, Page } from "@playwright/test";

export class Search {
  readonly words: Locator;
  readonly kind: Locator;
  readonly order: Locator;
  readonly button: Locator;
  readonly heading: Locator;
  readonly showAll: Locator;

  constructor(page: Page) {
    const form = page.getByRole("search");
    this.words = form.getByRole("searchbox", { name: "Search the bucket" });
    this.kind = form.getByRole("combobox", { name: "Show" });
    this.order = form.getByRole("combobox", { name: "Order" });
    this.button = form.getByRole("button", { name: "Search" });
    this.heading = page.getByRole("heading", { level: 2, name: /^(In the bucket|Found)$/ });
    this.showAll = page.getByRole("link", { name: "Show all" });
  }
}
