// The page of a space: composer on top, listing below.
import { type Download, expect, type Locator, type Page } from "@playwright/test";

import { LookPanel } from "./look-panel.ts";

export type Level = "L" | "M" | "Q" | "H";
export type Fact = "version" | "level" | "fill" | "print-size";

export type By = "pointer" | "keyboard";

async function press(control: Locator, by: By): Promise<void> {
  await (by === "keyboard" ? control.press("Enter") : control.click());
}

export class SpacePage {
  readonly page: Page;
  readonly url: string;

  readonly text: Locator;
  readonly name: Locator;
  readonly saveButton: Locator;
  readonly preview: Locator;
  readonly look: LookPanel;
  /** Why a save was refused, if the reason is not in a field. */
  readonly alert: Locator;
  readonly knownEntry: Locator;

  readonly rows: Locator;
  readonly total: Locator;
  readonly notice: Locator;
  readonly undoButton: Locator;
  readonly newButton: Locator;
  readonly pages: Locator;
  readonly connection: Locator;

  constructor(page: Page, address: string, space: string) {
    this.page = page;
    this.url = `${address}/s/${space}`;

    this.text = page.getByRole("textbox", { name: "Text", exact: true });
    this.name = page.locator(".composer").getByRole("textbox", { name: "Name" });
    this.saveButton = page.getByRole("button", { name: "Save", exact: true });
    this.preview = page.getByRole("img", { name: "Preview of the code" });
    this.look = new LookPanel(page);
    this.alert = page.getByRole("alert").filter({ hasText: /\w/ });
    this.knownEntry = page.locator("[data-known]");

    this.rows = page.getByRole("list", { name: "Entries" }).locator("li[data-id]");
    this.total = page.locator("[data-total]");
    this.notice = page.locator("[data-notice]");
    this.undoButton = page.getByRole("button", { name: "Undo" });
    this.newButton = page.locator("[data-new]");
    this.pages = page.getByRole("navigation", { name: "Pages" });
    this.connection = page.locator("[data-connection]");
  }

  /** Opens the page and waits until it is hydrated and receives changes. */
  async open(query = ""): Promise<void> {
    await this.look.watch();
    await this.page.goto(this.url + query);
    await this.awake();
  }

  /** Opens the page with JavaScript off. */
  async openAsleep(query = ""): Promise<void> {
    await this.page.goto(this.url + query);
  }

  async awake(): Promise<void> {
    await this.page.locator("html[data-hydrated]").waitFor();
    await this.expectConnection("live");
  }

  level(level: Level): Locator {
    return this.page.getByRole("group", { name: "Error correction" }).locator(`input[value="${level}"]`);
  }

  /** A field in the form of a kind of content. */
  answer(label: string): Locator {
    return this.page.locator(".content-fields").getByLabel(label, { exact: true });
  }

  fact(fact: Fact): Locator {
    return this.page.locator(`[data-fact="${fact}"] dd`);
  }

  row(id: number): Locator {
    return this.rows.and(this.page.locator(`[data-id="${id}"]`));
  }

  /** The name of an entry, a link to its page. */
  title(id: number): Locator {
    return this.row(id).getByRole("heading").getByRole("link");
  }

  removeButton(id: number): Locator {
    return this.page.getByRole("button", { name: `Remove #${id}`, exact: true });
  }

  /** Opens the menu of an entry; without JavaScript, that is its page. */
  menuLink(id: number): Locator {
    return this.page.getByRole("link", { name: `More about #${id}`, exact: true });
  }

  menu(id: number): Locator {
    return this.page.getByRole("group", { name: `More about #${id}`, exact: true });
  }

  async openMenu(id: number, by: By = "pointer"): Promise<void> {
    const link = this.menuLink(id);
    if ((await link.getAttribute("aria-expanded")) !== "true") await press(link, by);
  }

  async remove(id: number, by: By = "pointer"): Promise<void> {
    await this.openMenu(id, by);
    await press(this.removeButton(id), by);
  }

  async save(text: string, name = ""): Promise<void> {
    await this.text.fill(text);
    await this.name.fill(name);
    await this.saveButton.click();
  }

  /** Downloads the composer's code. */
  async downloadPreview(format: "PNG" | "SVG"): Promise<Download> {
    return this.downloadBy(this.composer.getByRole("button", { name: `Download ${format}`, exact: true }));
  }

  /** Downloads a file of the listing: the original from the row, others from the menu. */
  async downloadOf(id: number, format: "PNG" | "SVG"): Promise<Download> {
    if (format === "PNG") return this.downloadBy(this.row(id).getByRole("link", { name: `Download #${id}`, exact: true }));
    await this.openMenu(id);
    return this.downloadBy(this.page.getByRole("link", { name: `Download ${format} #${id}`, exact: true }));
  }

  async ids(): Promise<number[]> {
    return this.rows.evaluateAll((rows) => rows.map((row) => Number(row.getAttribute("data-id"))));
  }

  async expectIds(ids: number[]): Promise<void> {
    await expect.poll(() => this.ids(), { timeout: 20_000 }).toEqual(ids);
  }

  async expectConnection(state: "off" | "connecting" | "live" | "reconnecting"): Promise<void> {
    await expect(this.connection).toHaveAttribute("data-connection", state, { timeout: 30_000 });
  }

  private get composer(): Locator {
    return this.page.locator("form").filter({ has: this.saveButton });
  }

  private async downloadBy(locator: Locator): Promise<Download> {
    const [download] = await Promise.all([this.page.waitForEvent("download"), locator.click()]);
    return download;
  }
}
